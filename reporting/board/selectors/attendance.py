"""How each agency answered its invitations, by quarter and by month. What agencies did points to no child."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.reference.quarters import Quarter
from mase.meetings.choices import MeetingKind
from mase.meetings.models.meeting import Meeting
from reporting.measures.selectors.attendance import (
    ABSENTS,
    CAMES,
    Answer,
    answers,
)
from reporting.measures.selectors.figures import ALL, RATE, TOTAL, Key, percentage
from reporting.measures.selectors.periods import Period, counting_everything

QUARTERS = 8
COLUMNS = (Key(TOTAL, "Invited"), *CAMES, *ABSENTS, Key(RATE, "Attendance"))


@dataclass(frozen=True)
class QuarterRecord:
    """One quarter: for each agency that was invited, and for all, every column."""

    quarter: Quarter
    is_over: bool
    rows: Sequence[Key]
    cells: Mapping[tuple[str, str], Decimal | None]


@dataclass(frozen=True)
class AttendanceRecord:
    """The quarters, the latest first, the same of CMOGs, and whether the reader's own cases were counted."""

    quarters: Sequence[QuarterRecord]
    cmog: Sequence[QuarterRecord]
    of_own_cases: bool


def attendance_record(user: User) -> AttendanceRecord:
    """Two years by quarter.

    Anyone who sees meetings counts those they may see, the quarter that is going on too. Who sees none reads of every
    meeting of the quarters that are over: what agencies did points to no child. Nor does who came to a CMOG.
    """
    gate.require(user, Permission.RETURN_VIEW)
    sees = gate.can(user, Permission.MEETING_LIST)
    latest = Quarter.containing(timezone.localdate())
    quarters = (latest if sees else latest.previous()).with_before(QUARTERS)[::-1]
    start, end = Period.of(quarters[-1]).start, Period.of(quarters[0]).end
    meetings = Meeting.objects.visible_to(user) if sees else Meeting.objects.all()
    cmogs = Meeting.objects.of_kind(MeetingKind.CMOG)
    with counting_everything():
        given = list(answers(meetings.of_children(), start, end))
        cmog = list(answers(cmogs, start, end))
    return AttendanceRecord(
        [_recorded(each, given) for each in quarters],
        [_recorded(each, cmog) for each in quarters],
        of_own_cases=sees,
    )


def _recorded(quarter: Quarter, given: Iterable[Answer]) -> QuarterRecord:
    listed = [each for each in given if each.quarter == quarter]
    rows = [*sorted({each.agency for each in listed}, key=lambda key: key.label), ALL]
    cells: dict[tuple[str, str], Decimal | None] = {}
    for row in rows:
        said = Counter(each.answer for each in listed if row in (each.agency, ALL))
        came = sum(said[answer] for answer in CAMES)
        cells |= {(row.code, answer.code): Decimal(said[answer]) for answer in (*CAMES, *ABSENTS)}
        cells[row.code, TOTAL], cells[row.code, RATE] = Decimal(said.total()), percentage(came, said.total())
    return QuarterRecord(quarter, Quarter.containing(timezone.localdate()) > quarter, rows, cells)
