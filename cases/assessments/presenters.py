"""Assessments and confirmed categories in words and as a chart."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import timezone

from cases.assessments.models import AssessmentAnswer, CategoryDecision, RiskAssessment
from cases.assessments.selectors import Dropped, Evidence, changes
from cases.concerns.choices import IndicatorTiming
from cases.concerns.selectors import PERIODS
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Tier
from cse_portal.ui.charts import Chart, StepPoint, Years, case_years
from cse_portal.ui.presenters import Row, display_date, display_datetime


@dataclass(frozen=True)
class AnswerGroup:
    """The ticked signs of one tier; `timed` where it was asked when."""

    title: str
    timed: bool
    applying: list[tuple[str, AssessmentAnswer]]


def category_chart(decisions: Sequence[CategoryDecision]) -> Chart | None:
    """The confirmed category over time, as steps."""
    if not decisions:
        return None
    oldest_first = sorted(decisions, key=lambda decision: decision.decided_at)
    changed = [next(same) for _, same in groupby(oldest_first, key=lambda each: each.category)]
    steps = [StepPoint(timezone.localdate(each.decided_at), each.category) for each in changed]
    now = oldest_first[-1]
    title = f"Now {now.get_category_display()}, confirmed {display_date(now.decided_at)}"
    return case_years(title, Years(timezone.localdate(), steps, category_alone=True))


def value_rows(assessment: RiskAssessment, decision: CategoryDecision | None) -> list[Row]:
    """The three values side by side: what the tool gives, what the practitioner judges, what was confirmed."""
    rows = [
        Row(
            "Indicative category",
            f"{assessment.get_indicative_category_display()} ({assessment.indicative_total} points)",
        ),
        Row("Professional category", assessment.get_professional_category_display()),
    ]
    if assessment.difference_reason:
        rows.append(Row("Why they differ", assessment.difference_reason))
    rows.append(Row("Harm", f"{assessment.harm_status}: {assessment.get_harm_status_display()}"))
    if decision is None:
        return [*rows, Row("Confirmed category", "Not confirmed yet")]
    who = f"{decision.decided_by.full_name}, {display_datetime(decision.decided_at)}"
    return [
        *rows, Row("Confirmed category", decision.get_category_display()), Row("Confirmed by", who),
        Row("Why confirmed", decision.rationale),
    ]  # fmt: skip


def answer_groups(assessment: RiskAssessment) -> list[AnswerGroup]:
    """The ticked signs by tier, in the order of the tool."""
    known = {each.code: each for each in reference.indicators()}
    by_tier: dict[str, list[tuple[str, AssessmentAnswer]]] = defaultdict(list)
    for answer in assessment.answers.all():
        indicator = known.get(answer.code)
        by_tier[indicator.tier if indicator else ""].append(
            (indicator.wording if indicator else answer.code, answer)
        )
    return [
        AnswerGroup(f"{tier.label}s", tier == Tier.SIGNIFICANT, by_tier[tier])
        for tier in Tier
        if by_tier[tier]
    ]


@dataclass(frozen=True)
class ChangeRow:
    """What the last assessment said, and what this one says."""

    label: str
    before: str
    now: str
    change: str = "Changed"


def change_rows(before: RiskAssessment | None, now: RiskAssessment) -> list[ChangeRow]:
    """What is different from the assessment before: the categories, harm, what keeps them safe, and each sign."""
    if before is None:
        return []
    values = [("Professional category", "get_professional_category_display"),
              ("Indicative category", "get_indicative_category_display"), ("Harm", "get_harm_status_display"),
              ("What keeps them safe", "protective_factors"), ("Points", "indicative_total")]  # fmt: skip
    rows = [ChangeRow(label, _value(before, name), _value(now, name)) for label, name in values]
    was, is_now = ({row.code: row for row in each.answers.all()} for each in (before, now))
    moved = changes(*({code: PERIODS[row.timing] for code, row in each.items()} for each in (was, is_now)))
    wordings = {each.code: each.wording for each in reference.indicators()}
    signs = [
        ChangeRow(wordings[code], _when(was.get(code)), _when(is_now.get(code)), str(change.label))
        for code, change in moved.items()
    ]
    return [*(row for row in rows if row.before != row.now), *signs]


def _when(answer: AssessmentAnswer | None) -> str:
    return str(answer.get_timing_display()) if answer else "Not ticked"


def _value(assessment: RiskAssessment, name: str) -> str:
    value = getattr(assessment, name)
    return str(value() if callable(value) else value) or "Nothing written"


def evidence_shown(
    found: Evidence, *, shared: bool = False, dropped: Dropped | None = None
) -> dict[str, Any]:
    """What a category is decided on, in words, a floor that was dropped, and the category over time as a chart.

    `shared`: the room or the family see it. What was found about the child is then nobody's to read off a screen.
    """
    made = found.assessment
    shown: dict[str, Any] = {
        "words": "There is no risk assessment yet.",
        "chart": category_chart(found.decisions),
    }
    if made is not None:
        told = f"{made.get_professional_category_display()}. {made.get_harm_status_display()}."
        kept = ". What was found is on no screen that others see."
        shown["words"] = f"Assessed on {display_date(made.assessed_at)}{kept if shared else f': {told}'}"
    if shared:
        return shown
    if dropped:
        shown["dropped"] = (
            f"A lowest category was dropped: {dropped.category}. An earlier assessment had it: {dropped.sentence}"
            f" {dropped.by} left it out on {display_date(dropped.assessed_at)}. Ask what has changed before you decide"
            " less."
        )
    signs = {"now": found.strong(IndicatorTiming.CURRENT), "earlier": found.strong(IndicatorTiming.EARLIER)}
    return shown | signs
