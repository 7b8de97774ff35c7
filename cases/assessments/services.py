"""Recording a risk assessment, and confirming a category: by triage, by the CSE team, by a meeting."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.assessments.models import (
    AssessmentAnswer,
    CategoryDecision,
    DecisionSource,
    RiskAssessment,
)
from cases.assessments.selectors import decision_on, indicative, why_not_over
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns.choices import IndicatorTiming
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.services import CaseClosed, agency_of, lock_open
from cases.reviews.selectors import first_step_due
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Circumstance
from cse_portal.reference.scoring import Indicative


@dataclass(frozen=True)
class Answer:
    """One indicator: when it applied, and what was seen or heard."""

    timing: IndicatorTiming
    evidence: str = ""


@dataclass(frozen=True)
class Answers:
    """Each sign that is ticked, by code; what is stated beside them; and what keeps the child safe."""

    indicators: Mapping[str, Answer] = field(default_factory=dict)
    circumstances: tuple[str, ...] = ()
    protective_factors: str = ""


@dataclass(frozen=True)
class Judgement:
    """The practitioner's own category, harm status and reasons."""

    category: RiskCategory
    harm_status: HarmStatus
    narrative: str
    difference_reason: str = ""


@transaction.atomic
def record_assessment(
    *, case: Case, answers: Answers, judgement: Judgement, by: User, key: uuid.UUID
) -> RiskAssessment:
    """Keep what was answered, the arithmetic as it was shown with its versions, and the judgement beside it.

    The same key from the same author finds the first row: a form posted twice records once.
    """
    gate.require(by, Permission.ASSESSMENT_RECORD, case)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    earlier = RiskAssessment.objects.filter(submission_key=key, case=locked, author=by).first()
    if earlier is not None:
        return earlier
    if not locked.is_open:
        raise CaseClosed
    timings = {code: answer.timing for code, answer in answers.indicators.items()}
    computed = indicative(locked, timings, answers.circumstances)
    if judgement.category != computed.category and not judgement.difference_reason.strip():
        raise NotAllowedNow("Say why your category differs from the indicative one.")
    assessment = _write(locked, computed, answers, judgement, by, key)
    text = (
        f"Risk assessment. Indicative: {assessment.get_indicative_category_display()}. "
        f"Professional judgement: {assessment.get_professional_category_display()}."
    )
    add_entry(
        case=locked, kind=EntryKind.ASSESSMENT, happened_on=timezone.localdate(), text=text, by=by,
        source_id=assessment.pk,
    )  # fmt: skip
    detail = {
        "indicative": computed.category,
        "professional": judgement.category,
        "harm": judgement.harm_status,
    }
    record(Action.ASSESSMENT_RECORDED, by=by, obj=assessment, case=locked, detail=detail)
    return assessment


@transaction.atomic
def confirm_category(
    *,
    case: Case,
    assessment: RiskAssessment,
    category: RiskCategory,
    harm_status: HarmStatus,
    rationale: str,
    by: User,
) -> CategoryDecision:
    """The CSE team confirms a category on this assessment, once. It may rise or stay; only a meeting lowers it."""
    gate.require(by, Permission.CATEGORY_CONFIRM, case)
    Case.objects.select_for_update().get(pk=case.pk)
    if decision_on(assessment) is not None:
        raise NotAllowedNow("A category has already been confirmed on this assessment. It is shown below.")
    return confirm(
        case=case, category=category, harm_status=harm_status, rationale=rationale,
        source=DecisionSource.ASSESSMENT, source_id=assessment.pk, by=by,
    )  # fmt: skip


def arithmetic(computed: Indicative, circumstances: tuple[str, ...]) -> list[dict[str, Any]]:
    """The computation as rows that read the same for as long as the assessment is kept."""
    stated = [
        {"kind": "stated", "code": code, "sentence": str(Circumstance(code).label)} for code in circumstances
    ]
    lines = [
        {"kind": "line", "code": line.code, "sentence": line.sentence, "points": line.points}
        for line in computed.lines
    ]
    floors = [
        {"kind": "floor", "code": floor.code, "sentence": floor.sentence, "source": floor.source,
         "category": floor.category}
        for floor in computed.floors
    ]  # fmt: skip
    total = {"kind": "total", "points": computed.total, "category": computed.category_by_total}
    return [*lines, total, *stated, *floors]


def _write(
    case: Case, computed: Indicative, answers: Answers, judgement: Judgement, by: User, key: uuid.UUID
) -> RiskAssessment:
    tool, profile = reference.indicator_set(), reference.scoring_profile()
    assessment = RiskAssessment.objects.create(
        case=case,
        author=by,
        author_agency=agency_of(case, by),
        indicator_set=f"{tool.code} {tool.version}",
        scoring_profile=f"{profile.code} {profile.version}",
        indicative_total=computed.total,
        indicative_category=computed.category,
        arithmetic=arithmetic(computed, answers.circumstances),
        professional_category=judgement.category,
        harm_status=judgement.harm_status,
        narrative=judgement.narrative,
        protective_factors=answers.protective_factors,
        difference_reason=judgement.difference_reason if judgement.category != computed.category else "",
        submission_key=new_key() if RiskAssessment.objects.filter(submission_key=key).exists() else key,
    )
    known = {each.code for each in reference.indicators()}
    AssessmentAnswer.objects.bulk_create(
        AssessmentAnswer(assessment=assessment, code=code, timing=answer.timing, evidence=answer.evidence)
        for code, answer in answers.indicators.items()
        if code in known
    )
    return assessment


# What the floors above do in the same transaction when a category rises: they say it here when the portal starts.
_when_it_rises: dict[str, Callable[[Case, User], None]] = {}


def on_category_rise(name: str, act: Callable[[Case, User], None]) -> None:
    """Have a floor above act, with the case as it is now and the person who confirmed it, whenever a category rises."""
    _when_it_rises[name] = act


@transaction.atomic
def confirm(
    *,
    case: Case,
    category: RiskCategory,
    harm_status: HarmStatus,
    rationale: str,
    source: DecisionSource,
    by: User,
    source_id: uuid.UUID | None = None,
) -> CategoryDecision:
    """Record the confirmed category and harm status.

    It rises whenever evidence says so; it falls only by a meeting's decision, or from category 1 when a case closes
    that a meeting left there, one step at a time (IICSA 2022 F.4: children were taken off lists while still being
    harmed). At category 1 or none the lead professional's first review is due from now.
    """
    locked = lock_open(case, Permission.CATEGORY_CONFIRM, by)
    falls = locked.category - category
    if falls > 0 and (source not in (DecisionSource.MEETING, DecisionSource.CLOSURE) or falls > 1):
        raise NotAllowedNow("A category goes down only by a meeting's decision, one step at a time.")
    if source == DecisionSource.CLOSURE:
        check_over(locked, by)
    decision = CategoryDecision.objects.create(
        case=locked,
        category=category,
        previous_category=locked.category,
        harm_status=harm_status,
        rationale=rationale,
        source=source,
        source_id=source_id,
        decided_by=by,
    )
    locked.category, locked.harm_status = category, harm_status
    locked.last_activity_at = timezone.now()
    if category <= RiskCategory.LOW and falls:
        locked.next_review_on = first_step_due(category)
    locked.save(update_fields=["category", "harm_status", "next_review_on", "last_activity_at"])
    _written_down(locked, decision, by)
    if falls < 0:
        for act in _when_it_rises.values():
            act(locked, by)
    return decision


def _written_down(locked: Case, decision: CategoryDecision, by: User) -> None:
    confirmed = f"{decision.get_category_display()} ({decision.get_source_display()})."
    text = f"{confirmed} {decision.get_harm_status_display()}."
    add_entry(
        case=locked,
        kind=EntryKind.CATEGORY,
        happened_on=timezone.localdate(),
        text=text,
        by=by,
        source_id=decision.pk,
    )
    record(
        Action.CATEGORY_CONFIRMED, by=by, obj=decision, case=locked,
        detail={
            "from": decision.previous_category, "to": decision.category, "harm": decision.harm_status,
            "source": decision.source,
        },
    )  # fmt: skip


def check_over(case: Case, by: User) -> None:
    """Nobody closes a case on the word that the risk is over while the record says otherwise."""
    if case.category > RiskCategory.LOW:
        raise NotAllowedNow(
            "A case closes because risk is reduced, or none was found, only from category 1 or none. "
            "A meeting must lower the category first, one step at a time.", "code",
        )  # fmt: skip
    if because := why_not_over(case, by):
        raise NotAllowedNow(because, "code")
