"""The measures of success in words and figures, and the report on the strategy to the board."""

import uuid
from collections.abc import Container
from dataclasses import dataclass, replace

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.reference.models import Code
from cse_portal.ui.presenters import counted, display_date
from mase.meetings.models.agenda import AgendaItem
from mase.plans.choices import PlanP
from mase.strategy import presenters as strategic
from mase.strategy.models import Rag
from mase.strategy.selectors import ObjectiveRecord
from reporting.board.presenters.known import read
from reporting.board.selectors.packs import SuccessFacts
from reporting.measures.selectors.targets import Target, targets
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
class StrategyReport:
    """What templates/pdf/strategy_report.html draws: how the plan stands, what was last decided, and success."""

    copy_id: str
    made_on: str
    reader: str
    summary: list[tuple[Rag, int]]
    summary_words: str
    parts: list[tuple[PlanP, list[ObjectiveRecord]]]
    decisions: list[AgendaItem]
    success: Success


def success(facts: SuccessFacts, *, leading: Container[tuple[str, str]] = ()) -> Success:
    """Each measure with its figures; where there is none it says so. those of `leading` tables lead on."""
    return Success(
        quarters=[quarter.label for quarter in facts.quarters],
        measures=[
            replace(_measure(each, facts, leading), today=_today(each, facts)) for each in facts.measures
        ],
    )


def report(
    records: list[ObjectiveRecord],
    decisions: list[AgendaItem],
    facts: SuccessFacts,
    *,
    reader: User,
    copy: uuid.UUID,
) -> StrategyReport:
    """The plan as it stands today, and the measures of success."""
    today = display_date(timezone.localdate())
    return StrategyReport(
        copy_id=f"Strategy report {copy} · {reader.full_name} · {today}",
        made_on=today,
        reader=reader.full_name,
        summary=strategic.summary(records),
        summary_words=strategic.summary_words(records),
        parts=strategic.parts(records),
        decisions=decisions,
        success=success(facts),
    )


def _today(code: Code, facts: SuccessFacts) -> str:
    """How many are trained now, before any quarter is published: it is about no child."""
    trained = facts.trained_today
    if code.code != "trained" or not trained.people:
        return ""
    people = counted(len(trained.people), "person,people")
    return f"Today {trained.trained or 'none'} of {people} are trained for their role: {trained.percent}%."


def _measure(code: Code, facts: SuccessFacts, leading: Container[tuple[str, str]]) -> SuccessMeasure:
    known = targets()
    lines = [
        SuccessLine(
            label=facts.headlines[each][1].label,
            target=known[each].words if each in known else "",
            cells=_cells(each, facts, leading),
            trend=_trend(each, facts, known.get(each)),
        )
        for each in code.extra["figures"]
        if each in facts.headlines
    ]
    gap = code.extra["gap"] or ("" if code.extra["figures"] else NOT_MEASURED)
    return SuccessMeasure(code.label, lines, gap)


def _trend(code: str, facts: SuccessFacts, target: Target | None) -> str:
    """The newest quarter against the one before, where both may be told; better or worse where there is a target."""
    now, before = (facts.told.get(each.slug, {}).get(code) for each in facts.quarters[-1:-3:-1])
    if now is None or before is None or now.withheld or before.withheld:
        return "–"
    if now.value == before.value:
        return "The same"
    better = target is not None and (now.value > before.value) == target.at_least
    judged = f", {'better' if better else 'worse'}" if target else ""
    return f"{'Up' if now.value > before.value else 'Down'} from {read(before)}{judged}"


def _cells(code: str, facts: SuccessFacts, leading: Container[tuple[str, str]]) -> list[CellView]:
    about, headline = facts.headlines[code]
    leads_on = (about.code, str(headline.dimension)) in leading
    found = []
    for quarter in facts.quarters:
        reading = facts.told.get(quarter.slug, {}).get(code)
        links = leads_on and reading is not None and not reading.withheld
        found.append(
            CellView(read(reading), url=address(quarter.slug, *headline.cell(about)) if links else "")
        )
    return found
