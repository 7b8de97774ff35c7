"""Tokens of other systems: made, shown, taken and ended.

A token is random and long, so that its plain hash tells nobody anything and is found by its beginning.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import re
import secrets
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.sign_in.models import ApiToken

WRITTEN = re.compile(r"(?a:cse_(?P<prefix>[0-9a-f]{12})_[A-Za-z0-9_-]{43})")
NOTED_EVERY = dt.timedelta(minutes=1)


class Wrong(StrEnum):
    """What was wrong with a token, for the audit alone."""

    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    OVER = "over"  # ended, or too old
    ACCOUNT = "account"  # its system is suspended, or its membership over
    NETWORK = "network"


class BadToken(Exception):
    """It opens nothing."""

    def __init__(self, why: Wrong, token: ApiToken | None = None) -> None:
        super().__init__(why.value)
        self.why, self.token = why, token


@transaction.atomic
def issue(*, user: User, by: User, days: int, networks: list[str]) -> tuple[ApiToken, str]:
    """A new token, and its words, which nobody can read again; who may was asked before."""
    prefix = secrets.token_hex(6)
    words = f"cse_{prefix}_{secrets.token_urlsafe(32)}"
    now = timezone.now()
    token = ApiToken.objects.create(
        user=user, prefix=prefix, digest=_digest(words), networks=networks, issued_by=by, issued_at=now,
        expires_at=now + dt.timedelta(days=days),
    )  # fmt: skip
    record(Action.TOKEN_ISSUED, by=by, obj=token, detail={"days": days, "networks": len(networks)})
    return token, words


@transaction.atomic
def end(*, token: ApiToken, by: User | None) -> ApiToken:
    """It opens nothing any more, from the next request on."""
    locked = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if locked.ended_at is None:
        locked.ended_at, locked.ended_by = timezone.now(), by
        locked.save(update_fields=["ended_at", "ended_by"])
        record(Action.TOKEN_ENDED, by=by, obj=locked)
    return locked


@transaction.atomic
def end_all(*, user: User, by: User | None) -> int:
    """All of a system's, as its membership ends or is suspended; returns how many."""
    return len([end(token=each, by=by) for each in ApiToken.objects.filter(user=user, ended_at__isnull=True)])


@transaction.atomic
def end_issued(*, by_whom: User, agency: Agency, by: User | None) -> int:
    """All that this person issued to systems of an agency they leave, for they have read the words; how many."""
    return len([end(token=each, by=by) for each in issued(by_whom, agency)])


def issued(by_whom: User, agency: Agency) -> QuerySet[ApiToken]:
    """What this person issued to systems of this agency and still opens something."""
    good = ApiToken.objects.filter(ended_at__isnull=True, expires_at__gt=timezone.now())
    return good.filter(issued_by=by_whom, user__in=Membership.objects.filter(agency=agency).values("user"))


def read(words: str, *, address: str) -> ApiToken:
    """The token that was sent, if it opens anything for a caller at this address."""
    match = WRITTEN.fullmatch(words)
    if match is None:
        raise BadToken(Wrong.UNREADABLE)
    token = ApiToken.objects.select_related("user").filter(prefix=match["prefix"]).first()
    if not hmac.compare_digest(token.digest if token else "", _digest(words)) or token is None:
        raise BadToken(Wrong.UNKNOWN)
    if not token.is_good:
        raise BadToken(Wrong.OVER, token)
    who = user_context(token.user)
    if who is None or who.role != Role.API_CLIENT or not token.user.is_system:
        raise BadToken(Wrong.ACCOUNT, token)
    if token.networks and not _is_within(address, token.networks):
        raise BadToken(Wrong.NETWORK, token)
    return token


@transaction.atomic
def note_use(token: ApiToken, *, page: str, method: str) -> None:
    """Each request is on record; when it was last used, once a minute."""
    record(Action.TOKEN_USED, by=token.user, obj=token, detail={"page": page, "method": method})
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        # A system that is in use is not one that does not come.
        User.objects.filter(pk=token.user_id).update(last_login=now)


@transaction.atomic
def note_refusal(bad: BadToken) -> None:
    """What was wrong, and which token it was if it was one of ours; never what was sent."""
    user = bad.token.user if bad.token else None
    record(Action.TOKEN_REFUSED, by=user, obj=bad.token, detail={"kind": bad.why.value})


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _is_within(address: str, networks: list[str]) -> bool:
    try:
        here = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = getattr(here, "ipv4_mapped", None) or here
    return any(plain in ipaddress.ip_network(each) for each in networks)
