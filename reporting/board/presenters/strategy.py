"""The measures of success in words and figures, and the report on the strategy to the board."""

import uuid
from collections.abc import Container
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.reference.models import Code
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.presenters import counted, display_date
from mase.meetings.models.agenda import AgendaItem
from mase.plans.choices import PlanP
from mase.strategy import presenters as strategic
from mase.strategy.models import Rag
from mase.strategy.selectors import ObjectiveRecord
from reporting.board.presenters import words as board_report_figures
from reporting.board.presenters.words import WITHHELD, Figures, Headline
from reporting.board.selectors import SuccessFacts
from reporting.returns.presenters import CellView, address

NOT_MEASURED = "Not measured in the portal."


@dataclass(frozen=True)
class SuccessLine:
    """One published figure over the last quarters."""

    label: str
    target: str
    cells: list[CellView]
    trend: str


@dataclass(frozen=True)
class SuccessMeasure:
    """What success is, what tells something of it, and what nothing here tells."""

    title: str
    lines: list[SuccessLine]
    gap: str
    today: str = ""


@dataclass(frozen=True)
class Success:
    """The six measures, and the quarters their figures are of."""

    quarters: list[str]
    measures: list[SuccessMeasure]


@dataclass(frozen=True)
class StrategyState:
    """How the plan stands, and what strategic CMOG last decided: templates/pdf/_strategy.html."""

    summary: list[tuple[Rag, int]]
    summary_words: str
    parts: list[tuple[PlanP, list[ObjectiveRecord]]]
    decisions: list[AgendaItem]


@dataclass(frozen=True)
class StrategyReport:
    """What templates/pdf/strategy_report.html draws."""

    copy_id: str
    made_on: str
    reader: str
    strategy: StrategyState
    success: Success


def success(facts: SuccessFacts, *, leading: Container[tuple[str, str]] = ()) -> Success:
    """Each measure with its figures; where there is none it says so. those of `leading` tables lead on."""
    figures = Figures(facts.quarters, facts.by_quarter)
    return Success(
        quarters=[quarter.label for quarter in facts.quarters],
        measures=[
            replace(_measure(each, figures, leading), today=_today(each, facts)) for each in facts.measures
        ],
    )


def state(records: list[ObjectiveRecord], decisions: list[AgendaItem]) -> StrategyState:
    """The section of the strategy in the board's report, and in the report on the strategy alone."""
    summary, words = strategic.summary(records), strategic.summary_words(records)
    return StrategyState(summary, words, strategic.parts(records), decisions)


def report(strategy: StrategyState, facts: SuccessFacts, *, reader: User, copy: uuid.UUID) -> StrategyReport:
    """The plan as it stands today, and the measures of success."""
    today = display_date(timezone.localdate())
    return StrategyReport(
        copy_id=f"Strategy report {copy} · {reader.full_name} · {today}",
        made_on=today,
        reader=reader.full_name,
        strategy=strategy,
        success=success(facts),
    )


def _today(code: Code, facts: SuccessFacts) -> str:
    """How many are trained now, before any quarter is published: it is about no child."""
    trained = facts.trained_today
    if code.code != "trained" or not trained.people:
        return ""
    people = counted(len(trained.people), "person,people")
    return f"Today {trained.trained or 'none'} of {people} are trained for their role: {trained.percent}%."


def _measure(code: Code, figures: Figures, leading: Container[tuple[str, str]]) -> SuccessMeasure:
    headlines = [getattr(board_report_figures, name) for name in code.extra["figures"]]
    if not figures.quarters:
        return SuccessMeasure(code.label, [], code.extra["gap"] or ("" if headlines else NOT_MEASURED))
    targets = code.extra["targets"]
    lines = [
        SuccessLine(
            label=each.label,
            target=f"{way.capitalize()} {goal}{each.unit}" if goal is not None else "",
            cells=_cells(each, figures, (each.measure, each.dimension) in leading),
            trend=_trend(each, figures, way),
        )
        for name, each in zip(code.extra["figures"], headlines, strict=True)
        for way, goal in [targets.get(name, ("", None))]
    ]
    return SuccessMeasure(code.label, lines, code.extra["gap"] or ("" if headlines else NOT_MEASURED))


def _trend(headline: Headline, figures: Figures, way: str) -> str:
    """The newest quarter against the one before, where both may be told; better or worse where there is a target."""
    now, before = (figures.known(headline, each) for each in figures.quarters[-1:-3:-1])
    if now is None or before is None:
        return "–"
    if now == before:
        return "The same"
    better = (now > before) == (way == "at least")
    judged = f", {'better' if better else 'worse'}" if way else ""
    return f"{'Up' if now > before else 'Down'} from {before:,.0f}{headline.unit}{judged}"


def _cells(headline: Headline, figures: Figures, linked: bool) -> list[CellView]:
    return [
        _cell(headline, quarter, figures.value(headline, quarter), linked) for quarter in figures.quarters
    ]


def _cell(headline: Headline, quarter: Quarter, value: object, linked: bool) -> CellView:
    if value is None:
        return CellView("–")
    if not isinstance(value, Decimal):
        return CellView(WITHHELD)
    url = address(quarter.slug, *headline.key) if linked and (value or headline.unit) else ""
    return CellView(f"{value:,.0f}{headline.unit}", url=url)
