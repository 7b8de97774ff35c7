"""Assessments and confirmed categories in words and as a chart."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from cases.assessments.models import AssessmentAnswer, CategoryDecision, RiskAssessment
from cases.concerns.choices import IndicatorTiming
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Tier
from cse_portal.ui.charts import Chart, StepPoint, step_line
from cse_portal.ui.presenters import Row, Step, display_date, display_datetime


@dataclass(frozen=True)
class AnswerGroup:
    """The answers of one tier, those that apply first."""

    title: str
    applying: list[tuple[str, AssessmentAnswer]]
    others: list[tuple[str, AssessmentAnswer]]


def category_chart(decisions: Sequence[CategoryDecision]) -> Chart | None:
    """The confirmed category over time, as steps."""
    if not decisions:
        return None
    oldest_first = sorted(decisions, key=lambda decision: decision.decided_at)
    points = [
        StepPoint(
            timezone.localdate(each.decided_at),
            each.category,
            f"Category {each.category}" if each.category else "No category",
        )
        for each in oldest_first
    ]
    now = oldest_first[-1]
    description = f"Now {now.get_category_display()}, confirmed {display_date(now.decided_at)}."
    return step_line("Confirmed category over time", description, points, timezone.localdate())


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


def steps(current: int) -> list[Step]:
    """Where one is in recording an assessment."""
    names = ("The indicators", "Your judgement")
    states = ("current", "todo") if current == 1 else ("done", "current")
    return [Step(name, state) for name, state in zip(names, states, strict=True)]


def answer_groups(assessment: RiskAssessment) -> list[AnswerGroup]:
    """The answers by tier in the order of the tool, those that apply apart from the rest."""
    known = {each.code: each for each in reference.indicators()}
    by_tier: dict[str, list[tuple[str, AssessmentAnswer]]] = defaultdict(list)
    for answer in assessment.answers.all():
        indicator = known.get(answer.code)
        by_tier[indicator.tier if indicator else ""].append(
            (indicator.wording if indicator else answer.code, answer)
        )
    return [
        AnswerGroup(
            title=f"{tier.label}s",
            applying=[pair for pair in by_tier[tier] if _applies(pair[1])],
            others=[pair for pair in by_tier[tier] if not _applies(pair[1])],
        )
        for tier in Tier
        if by_tier[tier]
    ]


def _applies(answer: AssessmentAnswer) -> bool:
    return answer.timing in (IndicatorTiming.CURRENT, IndicatorTiming.EARLIER)
