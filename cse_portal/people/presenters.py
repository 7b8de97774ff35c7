"""The rows of the page of an agency's people."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.accounts.models import Membership, User
from cse_portal.people.selectors import asked_since
from cse_portal.ui.presenters import display_date, local_date


@dataclass(frozen=True)
class PersonRow:
    """One person of the agency."""

    membership: Membership
    until: str
    state: str
    colour: str
    is_you: bool
    may_confirm: bool
    is_suspended: bool
    works: bool


def people_rows(memberships: list[Membership], lead: User) -> list[PersonRow]:
    """Anyone who waits for the lead first, then by name."""
    rows = [_person(each, lead) for each in memberships]
    return sorted(rows, key=lambda row: (not row.works, not (row.is_suspended or row.state == "Confirm")))


def _person(membership: Membership, lead: User) -> PersonRow:
    state, colour = _state(membership)
    is_you = membership.user_id == lead.pk
    works = state not in ("Ended", "Not started")
    return PersonRow(
        membership=membership,
        until=last_day(membership.ends_on),
        state=state,
        colour=colour,
        is_you=is_you,
        may_confirm=works and not is_you and membership.suspended_at is None,
        is_suspended=membership.suspended_at is not None and works,
        works=state != "Ended",
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
