"""Who gets the minutes of a meeting, in the words of the chair's page."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date, display_datetime, joined
from mase.choices import Audience
from mase.models import LeftOut
from mase.presenters.meeting import answered
from mase.selectors.circulation import Recipient, Stays

STAYS = {
    Stays.CHAIRS: "Chairs the meeting, so stays on the list.",
    Stays.RUNS: "Runs meetings for the CSE team, so stays on the list.",
    Stays.TAKES_MINUTES: "Takes the minutes, so stays on the list.",
}
READS = {
    Audience.PROFESSIONALS: "The open part",
    Audience.FULL: "With the restricted part",
}
AGENCY = "Everybody there but those asked by name and the lead professional, and whoever joins later."


@dataclass(frozen=True)
class RecipientWords:
    """One line: who, of which agency, in which role, whether they came, what they read, why they stay."""

    key: uuid.UUID
    name: str
    agency: str
    role: str
    came: str
    reads: str
    note: str
    stays: str


def recipient_words(each: Recipient) -> RecipientWords:
    """A person or an agency on the list."""
    seat = each.place.seat
    roles = [label("meeting-role", seat.role)] if seat else []
    roles += ["deputy"] if each.is_deputy else []
    roles += ["lead professional"] if each.leads else []
    came = answered(seat)[0] if seat else "Not asked to the meeting"
    return RecipientWords(
        key=each.holder.pk,
        name=each.name,
        agency=each.agency.name,
        role=", ".join(roles) or "Has the case",
        came=came if each.place.told else f"{came}: not told, but can find them",
        reads=READS[Audience.FULL if each.restricted else Audience.PROFESSIONALS],
        note=AGENCY if each.is_agency else "",
        stays=STAYS[each.stays] if each.stays else "",
    )


@dataclass(frozen=True)
class LeftOutWords:
    """Somebody who was left out: who, why, by whom and when."""

    key: uuid.UUID
    name: str
    agency: str
    reason: str
    by: str


def left_out_words(row: LeftOut) -> LeftOutWords:
    """One of those who do not get the minutes."""
    by = f"{row.by.full_name}, {display_datetime(row.at)}"
    return LeftOutWords(row.pk, row.who, row.agency.name if row.person else "", row.reason, by)


def saved_words(rows: list[LeftOut]) -> str:
    """What pressing the button did."""
    return (
        f"Left out: {joined(each.who for each in rows)}. They are not told."
        if rows
        else "Nothing was changed."
    )


def after_all_words(name: str, told: Sequence[str], *, is_out: bool, until: dt.date | None) -> str:
    """What sending them after all did."""
    back = f"{name}: back on the list."
    if not is_out:
        return f"{back} They are told when the minutes are sent out."
    if not told:
        return (
            f"{back} Nobody was told just now: they do not see this case any more, or nobody there was asked."
        )
    days = f" They can object until {display_date(until)}." if until else ""
    return f"{back} Told just now: {joined(told)}.{days}"
