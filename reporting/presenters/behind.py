"""What stands behind a number, in words; and where the list behind one is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cse_portal.ui.presenters import display_date
from mase.models import Invitation
from mase.presenters.meeting_lists import MeetingRow, row
from reporting.choices import Dimension
from reporting.selectors.behind import ATTENDANCE, Behind
from reporting.selectors.measures import registry
from reporting.selectors.measures.attendance import NOT_RECORDED
from reporting.selectors.measures.figures import RATE, TOTAL


@dataclass(frozen=True)
class Title:
    """What the number is: the measure, the row and the column it stands in, its quarter."""

    measure: str
    cell: str
    period: str
    definition: str


@dataclass(frozen=True)
class InvitationRow:
    """One agency's answer to one invitation."""

    meeting: MeetingRow
    agency: str
    person: str
    answer: str


def address(quarter: str, measure: str, dimension: str, at: str, column: str) -> str:
    """Where the list behind a number stands."""
    return reverse("reporting:behind", args=[quarter, measure, dimension, at, column])


def title(found: Behind) -> Title:
    """Its words are those of what was counted: what the address says is not repeated."""
    name, definition = _measure(found)
    quarter = found.quarter
    period = f"{quarter.label}, {display_date(quarter.starts_on)} to {display_date(quarter.ends_on)}"
    return Title(f"{name}: {Dimension(found.dimension).label.lower()}", _cell(found), period, definition)


def invitation_rows(invitations: Iterable[Invitation]) -> list[InvitationRow]:
    """Who was asked to which meeting, and how they answered."""
    return [
        InvitationRow(
            meeting=row(each.meeting, named=True),
            agency=each.agency.name if each.agency else "",
            person=each.person.full_name if each.person else "",
            answer=_answer(each),
        )
        for each in invitations
    ]


def _cell(found: Behind) -> str:
    if not found.counted:
        return ""
    first = found.counted[0]
    row_words = "" if found.row == TOTAL else first.row.label
    column_words = "" if found.column in (TOTAL, RATE) else first.column.label
    return ": ".join(each for each in (row_words, column_words) if each) or "All"


def _answer(invitation: Invitation) -> str:
    answer = getattr(invitation, "attendance", None)
    return answer.get_code_display() if answer else NOT_RECORDED.label


def _measure(found: Behind) -> tuple[str, str]:
    if found.measure == ATTENDANCE:
        return "Who came to the meetings", "Invitations to meetings that ended in the quarter."
    about = next(each for each in registry.in_force(found.quarter.ends_on) if each.code == found.measure)
    return f"{about.code} {about.name}", about.definition
