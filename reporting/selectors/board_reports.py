"""What a person may read of the board's reports, and what a report is made from."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference.quarters import Quarter
from reporting.choices import ReturnState
from reporting.models import BoardReport, RegionalReturn, ReturnMeasure, ValidationResult
from reporting.selectors.returns import (
    PublishedFigure,
    figures_over,
    measures_of,
    return_list,
    validations_of,
)

QUARTERS_SHOWN = 8


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
    """Published reports, newest quarter first; NotPermitted for whoever reads none."""
    gate.require(user, Permission.BOARD_REPORT_VIEW)
    found = BoardReport.objects.visible_to(user).select_related("regional_return", "published_by")
    return found.order_by("-regional_return__starts_on")


def find_report(user: User, quarter: str) -> BoardReport:
    """The published report of a quarter; NotVisible when there is none this person may read."""
    return get_visible(reports(user).filter(regional_return__quarter=quarter))


def waiting_for_report(user: User) -> list[RegionalReturn]:
    """Signed-off quarters without a report, for whoever publishes them."""
    if not gate.can(user, Permission.BOARD_REPORT_PUBLISH):
        return []
    signed = return_list(user).filter(state=ReturnState.SIGNED)
    return list(signed.filter(board_report__rendered_at__isnull=True).order_by("-starts_on")[:QUARTERS_SHOWN])


def return_to_publish(user: User, quarter: str) -> RegionalReturn:
    """The signed-off return whose report this person may publish."""
    gate.require(user, Permission.BOARD_REPORT_PUBLISH)
    return get_visible(return_list(user).filter(state=ReturnState.SIGNED, quarter=quarter))


def report_facts(report_id: uuid.UUID) -> ReportFacts:
    """The quarter, the seven before it, and what to know about the figures."""
    report = BoardReport.objects.select_related("regional_return__signed_by", "published_by").get(
        pk=report_id
    )
    quarters = _up_to(report.regional_return.period)
    return ReportFacts(
        report=report,
        regional_return=report.regional_return,
        measures=measures_of(report.regional_return),
        quarters=quarters,
        by_quarter=figures_over(report.published_by, [quarter.slug for quarter in quarters]),
        failed_checks=[check for check in validations_of(report.regional_return) if not check.passed],
    )


def _up_to(last: Quarter) -> list[Quarter]:
    quarters = [last]
    while len(quarters) < QUARTERS_SHOWN:
        quarters.insert(0, quarters[0].previous())
    return quarters
