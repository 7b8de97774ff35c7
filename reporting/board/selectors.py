"""Attendance, board reports, and the strategy's measures of success, as far as somebody may see them."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference.models import Code
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import codes
from mase.meetings.choices import MeetingKind
from mase.meetings.models.meeting import Meeting
from reporting.board.models import BoardReport
from reporting.measures.models import Dimension
from reporting.measures.selectors.attendance import (
    ABSENT,
    ABSENTS,
    CAME,
    CAMES,
    Answer,
    answers,
    in_detail,
)
from reporting.measures.selectors.breakdown import shared
from reporting.measures.selectors.figures import ALL, RATE, TOTAL, Figure, Key, Subject, cell_fact, grid
from reporting.measures.selectors.registry import Period
from reporting.measures.selectors.tally import counts
from reporting.returns.models import (
    RegionalReturn,
    ReturnFigure,
    ReturnMeasure,
    ReturnState,
    ValidationResult,
)
from reporting.returns.selectors.published import Cell, may_be_told, withheld_facts
from reporting.returns.selectors.returns import (
    PublishedFigure,
    figures_of_returns,
    figures_over,
    measures_of,
    return_list,
    validations_of,
)

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

    Anyone who sees meetings counts those they may see, the quarter that is going on too. Who sees none reads of the
    quarters that are over, counted over every meeting, without the small numbers. A CMOG is about no one child, so
    who came to it is told to both in full.
    """
    gate.require(user, Permission.RETURN_VIEW)
    sees = gate.can(user, Permission.MEETING_LIST)
    latest = Quarter.containing(timezone.localdate())
    quarters = (latest if sees else latest.previous()).with_before(QUARTERS)[::-1]
    start, end = Period(quarters[-1]).start, Period(quarters[0]).end
    meetings = Meeting.objects.visible_to(user) if sees else Meeting.objects.all()
    cmogs = Meeting.objects.of_kind(MeetingKind.CMOG)
    with acting.for_the_system():  # counts of meetings that the analyst does not see, and of every CMOG
        given, cmog = answers(meetings.of_children(), start, end), answers(cmogs, start, end)
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


@dataclass(frozen=True)
class ReportFacts:
    """Everything a report is drawn from: frozen figures as they may be told, definitions, checks that failed."""

    report: BoardReport
    regional_return: RegionalReturn
    measures: list[ReturnMeasure]
    quarters: list[Quarter]
    by_quarter: dict[str, list[PublishedFigure]]
    failed_checks: list[ValidationResult]


def reports(user: User) -> QuerySet[BoardReport]:
    """Published reports, newest quarter first; NotPermitted for anyone who reads none."""
    gate.require(user, Permission.BOARD_REPORT_VIEW)
    found = BoardReport.objects.visible_to(user).select_related("regional_return", "published_by")
    return found.order_by("-regional_return__starts_on")


def find_report(user: User, quarter: str) -> BoardReport:
    """The published report of a quarter; NotVisible when there is none this person may read."""
    return get_visible(reports(user).filter(regional_return__quarter=quarter))


def waiting_for_report(user: User) -> list[RegionalReturn]:
    """Signed-off quarters without a report, for anyone who publishes them."""
    if not gate.can(user, Permission.BOARD_REPORT_PUBLISH):
        return []
    signed = return_list(user).filter(state=ReturnState.SIGNED)
    return list(signed.filter(board_report__rendered_at__isnull=True).order_by("-starts_on")[:QUARTERS])


def return_to_publish(user: User, quarter: str) -> RegionalReturn:
    """The signed-off return whose report this person may publish."""
    gate.require(user, Permission.BOARD_REPORT_PUBLISH)
    return get_visible(return_list(user).filter(state=ReturnState.SIGNED, quarter=quarter))


def report_facts(report_id: uuid.UUID) -> ReportFacts:
    """The quarter, the seven before it, and what to know about the figures."""
    report = BoardReport.objects.select_related("regional_return__signed_by", "published_by").get(
        pk=report_id
    )
    quarters = report.regional_return.period.with_before(QUARTERS)
    return ReportFacts(
        report=report,
        regional_return=report.regional_return,
        measures=measures_of(report.regional_return),
        quarters=quarters,
        by_quarter=figures_over(report.published_by, [quarter.slug for quarter in quarters]),
        failed_checks=[check for check in validations_of(report.regional_return) if not check.passed],
    )


IN_A_YEAR = 4


@dataclass(frozen=True)
class SuccessFacts:
    """The measures of success, and the published figures of the last quarters, oldest first."""

    measures: list[Code]
    quarters: list[Quarter]
    by_quarter: dict[str, list[PublishedFigure]]


def success(user: User) -> SuccessFacts:
    """The strategy's own measures (section 22), with figures of published board reports alone."""
    gate.require(user, Permission.STRATEGIC_VIEW)
    reports = BoardReport.objects.visible_to(user).select_related("regional_return")
    newest = reports.order_by("-regional_return__starts_on").first()
    quarters = newest.regional_return.period.with_before(IN_A_YEAR) if newest else []
    told = reports.filter(regional_return__quarter__in=[quarter.slug for quarter in quarters])
    by_quarter = figures_of_returns(each.regional_return for each in told)
    return SuccessFacts(list(codes("success-measure")), quarters, by_quarter)
