"""What a person sees of how they sign in."""

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.recorder import membership_of
from cse_portal.sign_in import factors
from cse_portal.sign_in.single_sign_on import providers

# What a browser says of itself, roughly: the first that fits.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "a Chromebook"), ("Macintosh", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Factor:
    """A second factor as its owner knows it."""

    pk: int
    name: str
    added_at: dt.datetime
    used_at: dt.datetime | None
    is_app: bool


@dataclass(frozen=True)
class WorkAccount:
    """An agency's own account that opens the person's account here."""

    agency: str
    name: str
    connected_at: dt.datetime
    used_at: dt.datetime


@dataclass(frozen=True)
class Place:
    """One session: since when, last seen, from where roughly."""

    pk: int
    browser: str
    network: str
    began_at: dt.datetime
    seen_at: dt.datetime
    is_this: bool


def own_factors(user: User) -> list[Factor]:
    """The apps and passkeys a person has set up, oldest first."""
    rows = Authenticator.objects.filter(user=user, type__in=factors.FACTORS).order_by("created_at")
    return [described(row) for row in rows]


def own_factor(user: User, pk: int) -> Authenticator:
    """One of them; anybody else's is not there."""
    return get_visible(Authenticator.objects.filter(user=user, type__in=factors.FACTORS, pk=pk))


def may_remove(factor: Authenticator) -> bool:
    """Whether another second factor remains."""
    return bool(get_adapter().can_delete_authenticator(factor))


def described(factor: Authenticator) -> Factor:
    """As its owner knows it."""
    is_app = factor.type == Authenticator.Type.TOTP
    name = "Authenticator app" if is_app else str(factor.data.get("name") or "Passkey")
    return Factor(factor.pk, name, factor.created_at, factor.last_used_at, is_app)


def recovery_codes_left(user: User) -> int | None:
    """How many are unused; None if there never were any."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else None


def own_sessions(request: HttpRequest) -> list[Place]:
    """Where the person is signed in now, this session first."""
    here = request.session.session_key
    rows = UserSession.objects.purge_and_list(request.user)
    places = [_place(row, here) for row in rows]
    return sorted(places, key=lambda place: (not place.is_this, -place.seen_at.timestamp()))


def agencies_to_sign_in_by() -> list[Agency]:
    """The agencies whose people sign in with their work account, by name."""
    return list(Agency.objects.filter(code__in=providers(), is_active=True))


def work_account(user: User) -> WorkAccount | None:
    """The work account that opens this person's account, if there is one."""
    row = SocialAccount.objects.filter(user=user).first()
    agency = Agency.objects.filter(code=row.provider).first() if row else None
    return WorkAccount(agency.code, agency.name, row.date_joined, row.last_login) if row and agency else None


def agency_to_connect(user: User) -> str:
    """The code of the person's agency, where it signs in its people and knows no account of this person's yet."""
    agency = membership.agency if (membership := membership_of(user)) else None
    if agency is None or agency.code not in providers() or work_account(user) is not None:
        return ""
    return agency.code


def one_factor_proves(request: HttpRequest) -> bool:
    """A password is proof only once the second factor was shown, or where there is none."""
    user: User = request.user  # type: ignore[assignment]
    return factors.second_factor_proved(request) or not factors.has_second_factor(user)


def _place(row: UserSession, here: str | None) -> Place:
    says = row.user_agent
    browser = next((name for mark, name in BROWSERS if mark in says), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in says), "")
    described_as = f"{browser} on {system}" if system else browser
    return Place(
        row.pk, described_as, _network(str(row.ip)), row.created_at, row.last_seen_at, row.session_key == here
    )


def _network(address: str) -> str:
    """Which network, not which machine in it."""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + ":*"
    return ".".join(address.split(".")[:3]) + ".*"
