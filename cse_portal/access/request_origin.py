"""Where a request comes from, as far as the audit may know: the network, not the machine; the session, not its key."""

import ipaddress
import secrets
from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cse_portal.audit import context

# How much of an address is kept: what a house or an office shares with its neighbours.
PREFIXES = {4: 24, 6: 48}
SESSION = "audit_session"
# What a proxy adds to what it hands on; ours must add the second, or every page would lead to itself for ever.
ADDED_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED")


def remember(request: HttpRequest) -> None:
    """The audit events of this request say in which session it was made, and from which network."""
    session = getattr(request, "session", {}).get(SESSION, "")
    context.remember_origin(session=session, network=network_of(address(request)))


def begin_session(request: HttpRequest) -> None:
    """Give the session a name of its own for the audit. It stays when the session's key is renewed."""
    request.session[SESSION] = secrets.token_hex(8)
    remember(request)


def address(request: HttpRequest) -> str:
    """The caller's address, as far as our own proxies say it; what the caller says is not believed."""
    with suppress(PermissionDenied):
        return str(get_adapter().get_client_ip(request))
    return ""


def asks_from_inside(request: HttpRequest) -> bool:
    """Whether a machine of the operator's own network asks for itself, and not for somebody else as the proxy does."""
    if any(name in request.META for name in ADDED_BY_PROXIES):
        return False
    try:
        return _plain(request.META.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return False


def network_of(address: str) -> str:
    """The network of an address, such as 203.0.113.0/24; nothing for what is no address."""
    try:
        plain = _plain(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{plain}/{PREFIXES[plain.version]}", strict=False))


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address of IPv4 is one, also where it is written as one of IPv6."""
    here = ipaddress.ip_address(address)
    return getattr(here, "ipv4_mapped", None) or here
