"""The rows of the page of an agency's people."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.accounts.models import Membership, User
from cse_portal.people.models import Invitation
from cse_portal.people.selectors import asked_since
from cse_portal.sign_in.models import ApiToken
from cse_portal.ui.presenters import display_date, display_datetime, local_date, short_date


@dataclass(frozen=True)
class PersonRow:
    """One person of the agency."""

    pk: object
    name: str
    what: str
    role: str
    until: str
    signed_in: str
    confirmed: str
    state: str
    why: str
    colour: str
    is_you: bool
    may_confirm: bool
    is_suspended: bool
    works: bool
    is_system: bool


@dataclass(frozen=True)
class InvitationRow:
    """One open invitation."""

    pk: object
    name: str
    what: str
    sent: str
    until: str


@dataclass(frozen=True)
class TokenRow:
    """One token of a system."""

    pk: object
    prefix: str
    issued: str
    until: str
    used: str
    networks: str
    state: str
    is_good: bool


def token_rows(tokens: list[ApiToken]) -> list[TokenRow]:
    """As the table shows them."""
    return [
        TokenRow(
            pk=each.pk,
            prefix=str(each),
            issued=f"{short_date(each.issued_at)} by {each.issued_by}",
            until=display_datetime(each.expires_at),
            used=display_datetime(each.last_used_at) if each.last_used_at else "Not yet",
            networks=", ".join(each.networks) or "Everywhere",
            state="" if each.is_good else "Ended" if each.ended_at else "Too old",
            is_good=each.is_good,
        )
        for each in tokens
    ]


def people_rows(memberships: list[Membership], lead: User) -> list[PersonRow]:
    """Whoever waits for the lead first, then by name."""
    rows = [_person(each, lead) for each in memberships]
    return sorted(rows, key=lambda row: (not row.works, not (row.is_suspended or row.state == "Confirm")))


def invitation_rows(invitations: list[Invitation]) -> list[InvitationRow]:
    """As the table shows them."""
    return [
        InvitationRow(
            each.pk, each.full_name, "New start" if each.user_id else each.get_role_display(),
            short_date(each.invited_at), short_date(each.expires_at) if each.is_good else "Too old: send another",
        )
        for each in invitations
    ]  # fmt: skip


def _person(membership: Membership, lead: User) -> PersonRow:
    state, colour = _state(membership)
    is_you = membership.user_id == lead.pk
    works = state not in ("Ended", "Not started")
    return PersonRow(
        pk=membership.pk,
        name=membership.user.full_name,
        what=membership.user.job_title,
        role=membership.get_role_display(),
        until=last_day(membership.ends_on),
        signed_in=short_date(membership.user.last_login) or "Never",
        confirmed=short_date(membership.last_confirmed_on),
        state=state,
        why=membership.get_suspended_why_display() if state == "Suspended" else "",
        colour=colour,
        is_you=is_you,
        may_confirm=works and not is_you and membership.suspended_at is None,
        is_suspended=membership.suspended_at is not None and works,
        works=state != "Ended",
        is_system=membership.user.is_system,
    )


def _state(membership: Membership) -> tuple[str, str]:
    today = timezone.localdate()
    if membership.ends_on is not None and membership.ends_on <= today:
        return "Ended", "outline"
    if membership.suspended_at is not None:
        return "Suspended", "red"
    if membership.starts_on > today:
        return "Not started", "outline"
    if membership.last_confirmed_on <= asked_since():
        return "Confirm", "orange"
    return "", ""


def last_day(ends_on: dt.date | None) -> str:
    """The last day on which it holds."""
    return display_date(local_date(ends_on - dt.timedelta(days=1))) if ends_on else ""


def end_words(membership: Membership) -> str:
    """What ending it has done."""
    if membership.ends_on is not None and membership.ends_on > timezone.localdate():
        return f"The last day of {membership.user} is {last_day(membership.ends_on)}."
    return f"{membership.user} no longer takes part."
