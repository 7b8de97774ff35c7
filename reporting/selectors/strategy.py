"""What the strategy's measures of success rest on: figures the board has already been told, and nothing newer."""

from dataclasses import dataclass

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.reference.models import Code
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import codes
from mase.selectors.strategic import ObjectiveRecord, plan
from reporting.models import BoardReport, ReturnFigure
from reporting.selectors.returns import PublishedFigure, published

IN_A_YEAR = 4


@dataclass(frozen=True)
class SuccessFacts:
    """The measures of success, and the published figures of the last quarters, oldest first."""

    measures: list[Code]
    quarters: list[Quarter]
    by_quarter: dict[str, list[PublishedFigure]]


@dataclass(frozen=True)
class StrategyFacts:
    """What the report to the board is drawn from."""

    records: list[ObjectiveRecord]
    success: SuccessFacts


def success(user: User) -> SuccessFacts:
    """The strategy's own measures (section 22), with figures of published board reports alone."""
    gate.require(user, Permission.STRATEGIC_VIEW)
    reports = BoardReport.objects.visible_to(user).select_related("regional_return")
    newest = reports.order_by("-regional_return__starts_on").first()
    quarters = _year_up_to(newest.regional_return.period) if newest else []
    told = reports.filter(regional_return__quarter__in=[quarter.slug for quarter in quarters])
    found = {each.regional_return.pk: each.regional_return for each in told}
    by_quarter: dict[str, list[PublishedFigure]] = {each.quarter: [] for each in found.values()}
    figures = ReturnFigure.objects.filter(measure__regional_return__in=found).select_related("measure")
    for figure in figures.order_by("measure__order", "order"):
        regional_return = found[figure.measure.regional_return_id]
        if figure.measure.revision == regional_return.revision:
            by_quarter[regional_return.quarter].append(published(figure))
    return SuccessFacts(
        measures=list(codes("success-measure")),
        quarters=quarters,
        by_quarter=by_quarter,
    )


def strategy_facts(user: User) -> StrategyFacts:
    """The plan as it stands today, and the measures of success."""
    return StrategyFacts(records=plan(user), success=success(user))


def _year_up_to(last: Quarter) -> list[Quarter]:
    quarters = [last]
    while len(quarters) < IN_A_YEAR:
        quarters.insert(0, quarters[0].previous())
    return quarters
