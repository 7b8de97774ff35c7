"""The measures of success in words and figures, and the report on the strategy to the board."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.reference.models import Code
from cse_portal.ui.presenters import display_date
from mase.presenters import strategic
from reporting.presenters import board_report_figures
from reporting.presenters.board_report_figures import WITHHELD, Figures, Headline
from reporting.selectors.strategy import StrategyFacts, SuccessFacts

NOT_MEASURED = "Not measured in the portal."


@dataclass(frozen=True)
class SuccessLine:
    """One published figure over the last quarters."""

    label: str
    cells: list[str]


@dataclass(frozen=True)
class SuccessMeasure:
    """What success is, what tells something of it, and what nothing here tells."""

    title: str
    lines: list[SuccessLine]
    gap: str


@dataclass(frozen=True)
class Success:
    """The six measures, and the quarters their figures are of."""

    quarters: list[str]
    measures: list[SuccessMeasure]


@dataclass(frozen=True)
class StrategyReport:
    """What templates/pdf/strategy_report.html draws."""

    copy_id: str
    made_on: str
    reader: str
    summary: list[tuple[str, str, str]]
    summary_words: str
    parts: list[strategic.PlanPart]
    success: Success


def success(facts: SuccessFacts) -> Success:
    """Each measure with its figures; where there is none it says so."""
    figures = Figures(facts.quarters, facts.by_quarter)
    return Success(
        quarters=[quarter.label for quarter in facts.quarters],
        measures=[_measure(each, figures) for each in facts.measures],
    )


def report(facts: StrategyFacts, *, reader: User, copy: uuid.UUID) -> StrategyReport:
    """The whole document."""
    today = display_date(timezone.localdate())
    return StrategyReport(
        copy_id=f"Strategy report {copy} · {reader.full_name} · {today}",
        made_on=today,
        reader=reader.full_name,
        summary=strategic.summary(facts.records),
        summary_words=strategic.summary_words(facts.records),
        parts=strategic.parts(facts.records),
        success=success(facts.success),
    )


def _measure(code: Code, figures: Figures) -> SuccessMeasure:
    headlines = [getattr(board_report_figures, name) for name in code.extra["figures"]]
    lines = [SuccessLine(each.label, _cells(each, figures)) for each in headlines] if figures.quarters else []
    gap = code.extra["gap"] or ("" if headlines else NOT_MEASURED)
    return SuccessMeasure(code.label, lines, gap)


def _cells(headline: Headline, figures: Figures) -> list[str]:
    return [_cell(value, headline.unit) for value in figures.over(headline)]


def _cell(value: object, unit: str) -> str:
    if value is None:
        return "–"
    if value == WITHHELD or not isinstance(value, Decimal):
        return "withheld"
    return f"{value:,.0f}{unit}"
