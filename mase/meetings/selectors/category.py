"""What a meeting may decide about the category, and what it should have before its eyes when it does."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cases.assessments.models import (
    AssessmentAnswer,
    CategoryDecision,
    DecisionSource,
    RiskAssessment,
)
from cases.assessments.selectors import floors, just_lowered
from cases.concerns.choices import IndicatorTiming
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal.reference.choices import Tier
from cse_portal.reference.selectors import clock_rule, indicators


@dataclass(frozen=True)
class Lowest:
    """The lowest category this meeting may decide, and why it is no lower."""

    category: int
    because: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """The newest assessment with its answers, and every confirmed category of the child, newest first.

    `is_old`: that assessment should have been repeated by now.
    """

    assessment: RiskAssessment | None
    answers: tuple[AssessmentAnswer, ...]
    decisions: tuple[CategoryDecision, ...]
    is_old: bool = False

    @property
    def why_not_lower(self) -> str:
        """Why no category falls on this assessment; nothing where it may."""
        if self.assessment is None:
            return "There is no assessment, so the category cannot go down."
        return "The newest assessment is too old, so the category cannot go down." if self.is_old else ""

    def strong(self, timing: IndicatorTiming) -> tuple[str, ...]:
        """The significant indicators that were seen then, in words."""
        if self.assessment is None:
            return ()
        seen = {row.code for row in self.answers if row.timing in (timing, IndicatorTiming.BOTH)}
        tool = indicators(self.assessment.assessed_at.date())
        return tuple(each.wording for each in tool if each.tier == Tier.SIGNIFICANT and each.code in seen)


@dataclass(frozen=True)
class Dropped:
    """A floor that held since the last meeting and holds no more: which, and the assessment that let it go."""

    category: int
    sentence: str
    assessed_at: dt.datetime
    by: str


def lowest(case: Case, found: Evidence) -> Lowest:
    """One step down at a time, never twice running, on a recent assessment, and never below a floor of it.

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
    if case.category and found.why_not_lower:
        limit = case.category
        because.append(found.why_not_lower)
    for line in floors(found.assessment):
        if line["category"] > limit:
            limit = line["category"]
            because.append(f"{line['sentence']} Less can be decided only after a newer assessment.")
    return Lowest(limit, tuple(because))


def falls_while_harmed(case: Case, category: int, harm: str) -> bool:
    """Whether a child who is being exploited now would have less than they have, or no category at all.

    Harm is beside the category and is never worked out from it, but the two may not contradict each other: IICSA
    2022, F.4 found children taken off lists while they were still being harmed.
    """
    return harm == HarmStatus.H3 and category < max(case.category, RiskCategory.LOW)


def evidence(case: Case) -> Evidence:
    """Read for a decision; anyone who asks was shown the case."""
    return as_evidence(*evidence_rows(case))


def as_evidence(
    newest: Iterable[RiskAssessment],
    answers: Iterable[AssessmentAnswer],
    decisions: Iterable[CategoryDecision],
) -> Evidence:
    """The same from rows that were read already; the clock says when an assessment is repeated."""
    found = next(iter(newest), None)
    is_old = found and clock_rule("ASSESSMENT_REPEAT").due(found.assessed_at) < timezone.localdate()
    return Evidence(found, tuple(answers), tuple(decisions), bool(is_old))


def evidence_rows(
    case: Case,
) -> tuple[QuerySet[RiskAssessment], QuerySet[AssessmentAnswer], QuerySet[CategoryDecision]]:
    """The newest assessment, its answers, and the decisions: a meeting reads them with the rest of its record."""
    newest = RiskAssessment.objects.filter(case=case.pk).order_by("-assessed_at", "-pk")[:1]
    answers = AssessmentAnswer.objects.filter(assessment__in=newest.values("pk"))
    return newest, answers, CategoryDecision.objects.filter(case=case.pk)


def dropped_floor(case: Case, found: Evidence) -> Dropped | None:
    """The highest floor that an assessment since the last meeting, or the one it had, set, and a newer one does not.

    One assessment is enough to take a floor away; a meeting that decides less because of that sees whose it was.
    """
    last = next((row.decided_at for row in found.decisions if row.source == DecisionSource.MEETING), None)
    fields = ("assessed_at", "arithmetic", "author__full_name", "author_agency__short_name")
    rows = list(
        RiskAssessment.objects.filter(case=case.pk).order_by("-assessed_at", "-pk").values_list(*fields)
    )
    since = [row for row in rows if last is None or row[0] > last]
    held = [_highest(arithmetic) for _, arithmetic, _, _ in rows[: len(since) + 1]]
    if len(held) < 2 or max(category for category, _ in held) <= held[0][0]:
        return None
    before = next(number for number, (category, _) in enumerate(held) if category > held[0][0])
    category, sentence = held[before]
    assessed_at, _, name, agency = rows[before - 1]
    return Dropped(category, sentence, assessed_at, f"{name}, {agency}")


def _highest(arithmetic: list[dict[str, Any]]) -> tuple[int, str]:
    """The highest category an assessment's floors ask for, and why; 0 where it has none."""
    lines = [(line["category"], line["sentence"]) for line in arithmetic if line.get("kind") == "floor"]
    return max(lines, default=(RiskCategory.NONE, ""))
