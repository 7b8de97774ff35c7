"""What keeps a child's category up: that a meeting has just lowered it, and the floors of the newest assessment."""

from collections.abc import Iterable
from typing import Any

from cases.choices import DecisionSource, RiskCategory
from cases.models import Case, CategoryDecision, RiskAssessment


def just_lowered(decisions: Iterable[CategoryDecision]) -> bool:
    """Whether the last meeting lowered it; the decisions newest first."""
    last = next((row for row in decisions if row.source == DecisionSource.MEETING), None)
    return last is not None and last.category < last.previous_category


def floors(assessment: RiskAssessment | None) -> list[dict[str, Any]]:
    """The lines of an assessment that say "at least this category"."""
    return [line for line in assessment.arithmetic if line.get("kind") == "floor"] if assessment else []


def why_not_over(case: Case) -> str:
    """Why nobody may say yet that this child's risk is over, and what to do; nothing where it may be said.

    A meeting of this period of work must have looked at the category as it is now, and left it, before it goes to none
    with the case; where a meeting has lowered it to none, one more must have agreed. No floor may stand against it.
    """
    period = case.episodes.filter(closed_at__isnull=True).values("opened_at")
    last = (
        CategoryDecision.objects.filter(
            case=case.pk, source=DecisionSource.MEETING, decided_at__gte=period[:1]
        )
        .order_by("-decided_at")
        .first()
    )
    if last is None and case.category:
        return f"No meeting has decided category {case.category} since this case opened. {_HOLD}"
    if last is not None and last.category != case.category:
        return f"The category has changed since the last meeting, which decided {last.category}. {_HOLD}"
    if last is not None and just_lowered([last]):
        return f"The last meeting lowered the category. {_HOLD}"
    newest = RiskAssessment.objects.filter(case=case.pk).order_by("-assessed_at", "-pk").first()
    standing = [line["sentence"] for line in floors(newest) if line["category"] > RiskCategory.NONE]
    if standing:
        return f"The newest assessment says: {standing[0]} Record a newer assessment first, or choose another reason."
    return ""


_HOLD = "Hold a meeting that confirms it without lowering it, or choose another reason."
