"""Whence a request comes, as far as the audit may know: the network, not the machine; the session, not its key.

After an account was stolen somebody must be able to say which session did what, and from which network. An address is
one of a home or an office; a key would open the session to whoever reads the audit.
"""

import ipaddress
from contextlib import suppress

import structlog
from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from cse_portal.audit import context

# How much of an address is kept: what a house or an office shares with its neighbours.
PREFIXES = {4: 24, 6: 48}
KNOWN_AS = "known_to_the_audit_as"
# What a proxy adds to what it hands on; ours must add the second, or every page would lead to itself for ever.
ADDED_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED")


def address(request: HttpRequest) -> str:
    """Where the caller is, as far as our own proxies say; what the caller says of it is not believed."""
    with suppress(PermissionDenied):
        return str(get_adapter().get_client_ip(request))
    return ""


def asks_from_inside(request: HttpRequest) -> bool:
    """Whether a machine of the operator's own network asks by itself, not for somebody else as the proxy does."""
    if any(name in request.META for name in ADDED_BY_PROXIES):
        return False
    try:
        return _plain(request.META.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return False


def network_of(address: str) -> str:
    """The network an address is in, such as 203.0.113.0/24; nothing for what is no address."""
    try:
        plain = _plain(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{plain}/{PREFIXES[plain.version]}", strict=False))


def blinded(key: str) -> str:
    """A session's key, so that the same session is found again and nobody can be in it."""
    return salted_hmac("cse_portal.access.session", key, algorithm="sha256").hexdigest()[
        : context.SESSION_DIGITS
    ]


def begins(request: HttpRequest) -> None:
    """From now on, whatever its key becomes, this session is known by the one it began with."""
    if request.session.session_key:
        request.session[KNOWN_AS] = blinded(request.session.session_key)


def joins(request: HttpRequest) -> None:
    """What is recorded, changed and logged in this request belongs to its session, by the request's number."""
    if session := _session(request):
        structlog.contextvars.bind_contextvars(request_id=str(context.join(session)))


def told(request: HttpRequest | None) -> dict[str, str]:
    """As an event's detail keeps both; without what is not known."""
    if request is None:
        return {}
    found = {"network": network_of(address(request)), "session": _session(request)}
    return {name: word for name, word in found.items() if word}


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address of the older kind is one, also where it is written as one of the newer."""
    here = ipaddress.ip_address(address)
    return getattr(here, "ipv4_mapped", None) or here


def _session(request: HttpRequest) -> str:
    session = getattr(request, "session", None)
    if session is None:
        return ""
    key = session.session_key
    return str(session.get(KNOWN_AS) or (blinded(key) if key else ""))
