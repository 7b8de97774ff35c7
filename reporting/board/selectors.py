"""Attendance, board reports, and the strategy's measures of success, as far as somebody may see them."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference.models import Code
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import codes
from mase.meetings.choices import MeetingKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.strategy.selectors import ObjectiveRecord, last_decisions, plan
from reporting.board.models import BoardReport
from reporting.measures.selectors.attendance import (
    ABSENTS,
    CAMES,
    Answer,
    answers,
)
from reporting.measures.selectors.figures import ALL, RATE, TOTAL, Key, percentage
from reporting.measures.selectors.periods import Period, counting_everything
from reporting.returns.models import (
    RegionalReturn,
    ReturnFigure,
    ReturnMeasure,
    ValidationResult,
)
from reporting.returns.selectors.returns import (
    figures_of_returns,
    figures_over,
    measures_of,
    return_list,
    validations_of,
)
from reporting.workforce.selectors.people import Share, everybody

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


@dataclass(frozen=True)
class ReportFacts:
    """Everything a report is drawn from: frozen figures as they may be told, definitions, checks that failed."""

    report: BoardReport
    regional_return: RegionalReturn
    measures: list[ReturnMeasure]
    quarters: list[Quarter]
    by_quarter: dict[str, list[ReturnFigure]]
    failed_checks: list[ValidationResult]
    objectives: list[ObjectiveRecord]
    decisions: list[AgendaItem]


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
    reported = BoardReport.objects.ready().values("regional_return__quarter")
    signed = return_list(user).signed().current().exclude(quarter__in=reported)
    return list(signed.order_by("-starts_on")[:QUARTERS])


def return_to_publish(user: User, quarter: str) -> RegionalReturn:
    """The signed-off return whose report this person may publish."""
    gate.require(user, Permission.BOARD_REPORT_PUBLISH)
    return get_visible(return_list(user).signed().current().filter(quarter=quarter))


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
        objectives=plan(report.published_by),
        decisions=last_decisions(report.published_by),
    )


IN_A_YEAR = 4


@dataclass(frozen=True)
class SuccessFacts:
    """The measures of success, and the published figures of the last quarters, oldest first."""

    measures: list[Code]
    quarters: list[Quarter]
    by_quarter: dict[str, list[ReturnFigure]]
    trained_today: Share


def success(user: User) -> SuccessFacts:
    """The strategy's own measures (section 22), with figures of published board reports alone."""
    gate.require(user, Permission.STRATEGIC_VIEW)
    reports = BoardReport.objects.visible_to(user).select_related("regional_return")
    newest = reports.order_by("-regional_return__starts_on").first()
    quarters = newest.regional_return.period.with_before(IN_A_YEAR) if newest else []
    told = reports.filter(regional_return__quarter__in=[quarter.slug for quarter in quarters])
    by_quarter = figures_of_returns(each.regional_return for each in told)
    trained = Share("", "All", everybody())
    return SuccessFacts(list(codes("success-measure")), quarters, by_quarter, trained)
