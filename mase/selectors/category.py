"""What a meeting may decide about the category, and what it should have before its eyes when it does."""

from dataclasses import dataclass

from django.db.models import QuerySet

from cases.choices import IndicatorTiming, RiskCategory
from cases.models import AssessmentAnswer, Case, CategoryDecision, RiskAssessment
from cases.selectors.categories import floors, just_lowered
from cse_portal.reference.choices import Tier
from cse_portal.reference.selectors import indicators


@dataclass(frozen=True)
class Lowest:
    """The lowest category this meeting may decide, and why it is no lower."""

    category: int
    because: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """The newest assessment with its answers, and every confirmed category of the child, newest first."""

    assessment: RiskAssessment | None
    answers: tuple[AssessmentAnswer, ...]
    decisions: tuple[CategoryDecision, ...]

    def strong(self, timing: IndicatorTiming) -> tuple[str, ...]:
        """The significant indicators that were seen then, in words."""
        if self.assessment is None:
            return ()
        seen = {row.code for row in self.answers if row.timing == timing}
        tool = indicators(self.assessment.assessed_at.date())
        return tuple(each.wording for each in tool if each.tier == Tier.SIGNIFICANT and each.code in seen)


def lowest(case: Case, found: Evidence) -> Lowest:
    """One step down at a time, never twice running, and never below a floor of the newest assessment.

    IICSA 2022, F.4: children were taken off lists while they were still being harmed. A floor above the child's
    category holds too: what a meeting thinks of the indicator behind it belongs into a newer assessment.
    """
    limit, because = max(case.category - 1, RiskCategory.NONE), []
    if limit > RiskCategory.NONE:
        because.append("A category goes down one step at a time.")
    if case.category and just_lowered(found.decisions):
        limit = case.category
        because.append(
            "The last meeting lowered it: it is reviewed once at this category before it falls again."
        )
    for line in floors(found.assessment):
        if line["category"] > limit:
            limit = line["category"]
            because.append(f"{line['sentence']} Less can be decided only after a newer assessment.")
    return Lowest(limit, tuple(because))


def evidence(case: Case) -> Evidence:
    """Read for a decision; whoever asks was shown the case."""
    newest, answers, decisions = evidence_rows(case)
    return Evidence(newest.first(), tuple(answers), tuple(decisions))


def evidence_rows(
    case: Case,
) -> tuple[QuerySet[RiskAssessment], QuerySet[AssessmentAnswer], QuerySet[CategoryDecision]]:
    """The newest assessment, its answers, and the decisions: a meeting reads them with the rest of its record."""
    newest = RiskAssessment.objects.filter(case=case.pk).order_by("-assessed_at", "-pk")[:1]
    answers = AssessmentAnswer.objects.filter(assessment__in=newest.values("pk"))
    return newest, answers, CategoryDecision.objects.filter(case=case.pk)
