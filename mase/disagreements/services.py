"""Raising, answering, taking further, resolving and withdrawing a disagreement."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cases.record.services import record_view as record_case_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.services.nightly import each_alone
from cse_portal.keys import free_key, new_key
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import joined
from mase.clocks.selectors.clocks import rule_name
from mase.disagreements.models import (
    HEADS_OF_SERVICE,
    LAST_STAGE,
    Disagreement,
    DisagreementAnswer,
    DisagreementStage,
    DisagreementState,
    StageCause,
)
from mase.disagreements.selectors import called_at, called_today
from mase.meetings.errors import ChangedMeanwhile, MeetingNotStarted
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.locking import already_made
from mase.meetings.services.telling import tell_last_stage_over, tell_leads, tell_parties, tell_stage


class WithHeadsOfService(NotAllowedNow):
    """The safety override was used today, and anyone whom it leads to has it."""

    message = "They were called today already. Ring them now, and 999 if the child is in danger."


@transaction.atomic(savepoint=False)
def record_listed(
    *, shown: Sequence[Disagreement], by: User, detail: dict[str, str], case: Case | None = None
) -> None:
    """Which of them a list showed, and which filters chose them."""
    said = {**detail, "shown": [str(row.pk) for row in shown]}
    cases = [row.case_id for row in shown]
    record(Action.DISAGREEMENTS_LISTED, by=by, obj=case, case=case, detail=said, cases=cases)


@transaction.atomic(savepoint=False)
def record_view(*, case: Case, by: User) -> None:
    """A person opened a disagreement about this child, or the page that raises one."""
    record_case_view(case=case, by=by, page="disagreement")


ABOUT_CLOSING = "CLOSURE"
LATE = "The time of a disagreement's stage is over. Settle it, or take it to the next stage."


@dataclass(frozen=True)
class Raised:
    """What is disagreed about, and with whom; `safety` says why heads of service are to be called today."""

    issue: str
    about: str
    against: Agency
    meeting: Meeting | None = None
    safety: str = ""


@transaction.atomic
def raise_disagreement(*, case: Case, said: Raised, by: User, key: uuid.UUID | None = None) -> Disagreement:
    """One agency does not agree with another. A closed case can still be disagreed about: about its closing."""
    agency = gate.require_standing(by, Permission.DISAGREEMENT_RAISE, case).agency
    held = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if key and (found := already_made(Disagreement, key, case_id=held.pk)):
        return found
    if not held.is_open and said.issue != ABOUT_CLOSING:
        raise CaseClosed
    if said.against.pk == agency.pk:
        raise NotPermitted
    if said.meeting is not None and said.meeting.case_id != held.pk:
        raise MeetingNotStarted
    rule = clock_rule("ESCALATION_1")
    row = Disagreement(
        pk=free_key(Disagreement, key), case=held, meeting=said.meeting, issue=said.issue, about=said.about,
        agency=agency, against=said.against, raised_by=by, due_on=rule.due(timezone.now()),
    )  # fmt: skip
    row.save(force_insert=True)
    _begin(row, 1, StageCause.RAISED, by=by)
    words = f"{row.agency.name} raised a disagreement with {row.against.name}: {row.issue_words.lower()}."
    _enter(row, f"{words} {row.about}", by)
    detail = {"issue": row.issue, "against": str(row.against_id)}
    record(Action.DISAGREEMENT_RAISED, by=by, obj=row, case=held, detail=detail)
    tell_parties(row, "A professional disagreement was raised. Read it and answer.", by=by)
    if said.safety:
        _call_heads_of_service(row, said.safety, by)
    return row


@transaction.atomic
def answer(
    *, disagreement: Disagreement, text: str, by: User, key: uuid.UUID | None = None
) -> DisagreementAnswer:
    """Either agency, or the chair, says something at the stage it has reached."""
    who = gate.require_standing(by, Permission.DISAGREEMENT_ANSWER, disagreement)
    held = _hold(disagreement)
    row_key = uuid.uuid5(held.pk, str(key)) if key else new_key()
    if made := DisagreementAnswer.objects.filter(pk=row_key).first():
        return made
    _check_open(held)
    row = DisagreementAnswer.objects.create(
        pk=row_key, disagreement=held, stage=held.stage, text=text, agency=who.agency, by=by
    )
    record(Action.DISAGREEMENT_ANSWERED, by=by, obj=row, case=held.case, detail={"stage": held.stage})
    tell_parties(held, "A professional disagreement was answered.", by=by)
    return row


@transaction.atomic
def escalate(*, disagreement: Disagreement, stage: int, reason: str, by: User) -> Disagreement:
    """The agency that raised it, or the chair, takes it further. `stage` is the one they read on the page.

    Posted twice it is taken one stage further, not two.
    """
    gate.require(by, Permission.DISAGREEMENT_SETTLE, disagreement)
    held = _hold(disagreement)
    _check_open(held)
    if held.stage != stage or held.stage >= LAST_STAGE:
        raise ChangedMeanwhile
    _begin(held, held.stage + 1, StageCause.ESCALATED, reason=reason, by=by)
    _note_step(held, by, reason)
    tell_parties(held, "A professional disagreement was taken to the next stage.", by=by)
    tell_stage(held, by=by)
    return held


@transaction.atomic
def call_heads_of_service(*, disagreement: Disagreement, reason: str, by: User) -> Disagreement:
    """A child may not be safe today: anyone who may answer skips to heads of service, who have until tonight.

    At any stage (the same protocol): where heads of service or the board's chair have it already, with days to go, they
    have until tonight as well. Called twice on one day at one stage, they are called once.
    """
    gate.require(by, Permission.DISAGREEMENT_ANSWER, disagreement)
    held = _hold(disagreement)
    _check_open(held)
    if called_today(held):
        raise WithHeadsOfService
    _call_heads_of_service(held, reason, by)
    return held


@transaction.atomic
def resolve(
    *, disagreement: Disagreement, outcome_code: str, outcome: str, learning: str, by: User
) -> Disagreement:
    """What came of it and what was learned. Whom it was raised with cannot call it resolved."""
    gate.require(by, Permission.DISAGREEMENT_SETTLE, disagreement)
    held = _hold(disagreement)
    _check_open(held)
    held.outcome_code, held.learning = outcome_code, learning
    _end(held, DisagreementState.RESOLVED, outcome, by)
    sides = f"{held.agency.name} and {held.against.name}"
    _enter(
        held,
        f"Disagreement of {sides} resolved at stage {held.stage}: {held.issue_words.lower()}. {outcome}",
        by,
    )
    tell_parties(held, "A professional disagreement was resolved.", by=by)
    return held


@transaction.atomic
def withdraw(*, disagreement: Disagreement, reason: str, by: User) -> Disagreement:
    """The agency that raised it takes it back, and says why."""
    gate.require(by, Permission.DISAGREEMENT_WITHDRAW, disagreement)
    held = _hold(disagreement)
    _check_open(held)
    _end(held, DisagreementState.WITHDRAWN, reason, by)
    _enter(held, f"{held.agency.name} withdrew its disagreement with {held.against.name}. {reason}", by)
    tell_parties(held, "A professional disagreement was withdrawn.", by=by)
    return held


def remind() -> int:
    """Daily: both sides and the chair are told, once a stage, that its time is over. Returns how many were.

    A person takes it to the next stage. At the last one there is nobody above: the child's chairs and whom stage 5
    names are told.
    """
    late = Disagreement.objects.run_out().filter(last_told_at__isnull=True)
    return each_alone(
        list(late.values_list("pk", flat=True)), _remind_one, failed="disagreement_not_reminded"
    )


def _remind_one(pk: uuid.UUID) -> bool:
    """Whether it still had to be: somebody may have settled it, or taken it further, a moment ago."""
    held = _hold(Disagreement.objects.get(pk=pk))
    if not held.is_overdue or held.last_told_at is not None:
        return False
    held.last_told_at = timezone.now()
    held.save(update_fields=["last_told_at"])
    if held.stage == LAST_STAGE:
        tell_last_stage_over(held)
    else:
        tell_parties(held, LATE, by=None)
    return True


def _call_heads_of_service(held: Disagreement, reason: str, by: User) -> None:
    held.immediate_safety = True
    had_it = held.stage >= HEADS_OF_SERVICE
    _begin(held, max(held.stage, HEADS_OF_SERVICE), StageCause.SAFETY, reason=reason, by=by)
    _note_step(held, by, reason)
    called = "are to be" if held.case.is_restricted else "were"  # of a restricted case the chairs ring them
    _enter(held, f"Heads of service {called} called: a child may not be safe today. {reason}", by)
    came = "is to be settled today" if had_it else "was taken to heads of service"
    tell_parties(held, f"A disagreement {came}: a child may not be safe. Answer today.", by=by, urgent=True)
    tell_leads(held, by=by)


def _begin(held: Disagreement, number: int, cause: StageCause, *, reason: str = "", by: User) -> None:
    rule = clock_rule("ESCALATION_SAFETY" if cause == StageCause.SAFETY else f"ESCALATION_{number}")
    now = timezone.now()
    held.stage, held.due_on, held.last_told_at = number, rule.due(now), None
    people = called_at(held).people
    called = joined(
        f"{each.full_name} ({agency.short_name})" for each, agency in people.items() if each != by
    )
    DisagreementStage.objects.create(
        disagreement=held, number=number, cause=cause, reason=reason, called=called, due_on=held.due_on,
        due_rule=rule_name(rule), started_at=now, started_by=by,
    )  # fmt: skip
    held.save(update_fields=["stage", "due_on", "immediate_safety", "last_told_at"])


def _end(held: Disagreement, state: DisagreementState, outcome: str, by: User) -> None:
    held.state, held.outcome, held.ended_at, held.ended_by = state, outcome, timezone.now(), by
    held.save(update_fields=["state", "outcome_code", "outcome", "learning", "ended_at", "ended_by"])
    detail = {"state": state, "stage": held.stage, "outcome": held.outcome_code}
    record(Action.DISAGREEMENT_ENDED, by=by, obj=held, case=held.case, detail=detail)


def _hold(disagreement: Disagreement) -> Disagreement:
    rows = Disagreement.objects.select_for_update(of=("self",)).select_related(
        "case__lead_agency", "case__lead_professional", "agency", "against"
    )
    return rows.get(pk=disagreement.pk)


def _check_open(held: Disagreement) -> None:
    if not held.is_open:
        raise ChangedMeanwhile


def _note_step(held: Disagreement, by: User, reason: str) -> None:
    detail = {"stage": held.stage, "safety": held.immediate_safety}
    record(Action.DISAGREEMENT_ESCALATED, by=by, obj=held, case=held.case, reason=reason, detail=detail)


def _enter(held: Disagreement, text: str, by: User) -> None:
    """In the child's chronology."""
    today = timezone.localdate()
    add_entry(
        case=held.case, kind=EntryKind.DISAGREEMENT, happened_on=today, text=text, by=by, source_id=held.pk
    )
