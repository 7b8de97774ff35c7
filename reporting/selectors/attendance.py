"""The record of attendance: how each agency answered its invitations, quarter by quarter, as far as one may count."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.reference.quarters import Quarter
from mase.models import MaseMeeting
from reporting.choices import Dimension, ReturnState
from reporting.models import ReturnFigure
from reporting.selectors.measures.attendance import (
    ABSENT,
    ABSENTS,
    CAME,
    CAMES,
    Answer,
    answers,
    cmog_answers,
    in_detail,
)
from reporting.selectors.measures.breakdown import shared
from reporting.selectors.measures.figures import ALL, RATE, TOTAL, Figure, Key, Subject, cell_fact, grid
from reporting.selectors.measures.registry import Period
from reporting.selectors.measures.tally import counts
from reporting.selectors.published import Cell, may_be_told, withheld_facts

QUARTERS = 8
COLUMNS = (Key(TOTAL, "Invited"), *CAMES, *ABSENTS, Key(RATE, "Attendance"))
UNIT = "invitations"


@dataclass(frozen=True)
class Told:
    """One number; withheld where it might point to a child and the reader sees no case."""

    value: Decimal | None
    withheld: bool = False


@dataclass(frozen=True)
class QuarterRecord:
    """One quarter: for each agency that was invited, and for all, every column."""

    quarter: Quarter
    is_over: bool
    rows: Sequence[Key]
    cells: Mapping[tuple[str, str], Told]


@dataclass(frozen=True)
class AttendanceRecord:
    """The quarters, the latest first, the same of CMOGs, and whether the reader's own cases were counted."""

    quarters: Sequence[QuarterRecord]
    cmog: Sequence[QuarterRecord]
    of_own_cases: bool


def attendance_record(user: User) -> AttendanceRecord:
    """Two years by quarter.

    Whoever sees meetings counts those they may see, the quarter that is going on too. Who sees none reads of the
    quarters that are over, counted over every meeting, without the small numbers. A CMOG is about no one child, so
    who came to it is told to both in full.
    """
    gate.require(user, Permission.RETURN_VIEW)
    sees = gate.can(user, Permission.MEETING_LIST)
    quarters = _quarters(timezone.localdate(), with_this=sees)
    start, end = Period(quarters[-1]).start, Period(quarters[0]).end
    meetings = MaseMeeting.objects.visible_to(user) if sees else MaseMeeting.objects.all()
    with acting.for_the_system():  # counts of meetings that the analyst does not see, and of every CMOG
        given, cmog = answers(meetings, start, end), cmog_answers(start, end)
    before = {} if sees else _published(quarters)
    withheld = {each: set() if sees else _withheld(figures_of(each, given), before) for each in quarters}
    return AttendanceRecord(
        [_recorded(each, given, withheld[each]) for each in quarters],
        [_recorded(each, cmog, set()) for each in quarters],
        of_own_cases=sees,
    )


def figures_of(quarter: Quarter, given: Iterable[Answer]) -> dict[str, list[Figure]]:
    """One quarter's tables: came or not as D3 has it, and what each of the two is made of."""
    tally = in_detail(each for each in given if each.quarter == quarter)
    cells = counts(tally, Dimension.AGENCY)
    rows = sorted({each.row for each in tally}, key=lambda key: key.label)
    subject = Subject(f"invited@{quarter.slug}", "Invited", UNIT)
    summary = Counter(
        {(row.code, both.code): sum(cells[row.code, each.code] for each in parts)
         for row in rows for both, parts in ((CAME, CAMES), (ABSENT, ABSENTS))}
    )  # fmt: skip
    whole = shared(
        subject, Dimension.AGENCY, rows, (CAME, ABSENT), summary, part=CAME.code, share="Attendance"
    )
    return {"whole": whole, **{
        both.code: grid(
            subject.fact, UNIT, Dimension.AGENCY, rows, parts, cells,
            facts={(row.code, TOTAL): cell_fact(subject.fact, Dimension.AGENCY, row, both) for row in [*rows, ALL]},
        )
        for both, parts in ((CAME, CAMES), (ABSENT, ABSENTS))
    }}  # fmt: skip


def _quarters(today: dt.date, *, with_this: bool) -> list[Quarter]:
    latest = Quarter.containing(today)
    found = [latest if with_this else latest.previous()]
    while len(found) < QUARTERS:
        found.append(found[-1].previous())
    return found


def _recorded(quarter: Quarter, given: list[Answer], hidden: set[str]) -> QuarterRecord:
    tables = figures_of(quarter, given)
    cells = {
        (each.row.code, each.column.code): _told(each, hidden)
        for name, figures in tables.items()
        for each in figures
        if name == "whole" or each.column.code != TOTAL
    }
    rows = list(dict.fromkeys(each.row for each in tables["whole"]))
    return QuarterRecord(quarter, Quarter.containing(timezone.localdate()) > quarter, rows, cells)


def _told(figure: Figure, hidden: set[str]) -> Told:
    cell = Cell("", figure.row.code, figure.column.code, figure.fact, figure.value, figure.basis)
    told = may_be_told(cell, hidden)
    return Told(figure.value if told else None, not told)


def _withheld(
    tables: Mapping[str, Iterable[Figure]], before: Mapping[tuple[str, Decimal | None], bool]
) -> set[str]:
    """As a return withholds, and as the signed-off returns of these quarters did."""
    cells = [
        Cell(name, each.row.code, each.column.code, each.fact, each.value, each.basis)
        for name, figures in tables.items()
        for each in figures
    ]
    known = {cell.fact: before[cell.fact, cell.value] for cell in cells if (cell.fact, cell.value) in before}
    return withheld_facts(cells, before=known).hidden


def _published(quarters: Iterable[Quarter]) -> dict[tuple[str, Decimal | None], bool]:
    """What the signed-off returns of these quarters say of who came, and whether they withheld it."""
    signed = ReturnFigure.objects.filter(
        measure__code="D3", dimension=Dimension.AGENCY, basis=[],
        measure__regional_return__state=ReturnState.SIGNED,
        measure__regional_return__quarter__in=[each.slug for each in quarters],
        measure__revision=F("measure__regional_return__revision"),
    )  # fmt: skip
    return {
        (fact, value): hidden for fact, value, hidden in signed.values_list("fact", "value", "is_suppressed")
    }
