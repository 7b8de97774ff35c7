"""Raising, answering, taking further, resolving and withdrawing a disagreement."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind as ChronologyKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.jobs.services.nightly import each_alone
from cse_portal.keys import free_key, new_key
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import display_date, joined
from mase.clocks.selectors.clocks import rule_name
from mase.disagreements.models import HEADS_OF_SERVICE, LAST_STAGE, Disagreement, DisagreementEntry, EntryKind
from mase.disagreements.selectors import MAY, called_at, called_today, stage_code
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.selectors.meetings import chairs_for, people_to_tell
from mase.meetings.services.locking import already_made

WITH_HEADS_OF_SERVICE = "They were called today already. Ring them now, and 999 if the child is in danger."


ABOUT_CLOSING = "CLOSURE"
LATE = "The time of a disagreement's stage is over. Settle it, or take it to the next stage."
LAST_LATE = "A professional disagreement was not settled in the time of its last stage. Nobody is above it: settle it."


@transaction.atomic
def raise_disagreement(
    *,
    case: Case,
    issue: str,
    about: str,
    against: Agency,
    safety: str = "",
    by: User,
    key: uuid.UUID | None = None,
) -> Disagreement:
    """One agency does not agree with another. A closed case can still be disagreed about: about its closing.

    `safety` says why heads of service are to be called today.
    """
    agency = gate.require_standing(by, Permission.DISAGREEMENT_RAISE, case).agency
    held = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if key and (found := already_made(Disagreement, key, case_id=held.pk)):
        return found
    if not held.is_open and issue != ABOUT_CLOSING:
        raise CaseClosed
    if against.pk == agency.pk:
        raise NotPermitted
    row = Disagreement(
        pk=free_key(Disagreement, key), case=held, issue=issue, about=about, agency=agency,
        against=against, raised_by=by, due_on=timezone.localdate(),
    )  # fmt: skip
    row.save(force_insert=True)
    _begin(row, 1, EntryKind.RAISED, about, by)
    words = f"{row.agency.name} raised a disagreement with {row.against.name}: {row.issue_words.lower()}."
    _enter(row, f"{words} {about}", by)
    detail = {"issue": issue, "against": str(against.pk)}
    record(Action.DISAGREEMENT_RAISED, by=by, obj=row, case=held, detail=detail)
    _tell_parties(row, "A professional disagreement was raised. Read it and answer.", by=by)
    if safety:
        _call_heads_of_service(row, safety, by)
    return row


@transaction.atomic
def act(
    *,
    disagreement: Disagreement,
    kind: EntryKind,
    text: str,
    stage: int = 0,
    outcome_code: str = "",
    learning: str = "",
    by: User,
    key: uuid.UUID | None = None,
) -> Disagreement:
    """Somebody answers, takes it further, calls heads of service, or ends it: who may do which says `MAY`.

    Whom it was raised with neither takes it further, to the stage after the one they read (`stage`), nor calls it
    resolved. Called twice on one day at one stage, heads of service are called once.
    """
    gate.require(by, MAY[kind], disagreement)
    held = _locked(disagreement.pk)
    row_key = uuid.uuid5(held.pk, str(key)) if key else new_key()
    if held.entries.filter(pk=row_key).exists():
        return held
    if not held.is_open or (kind == EntryKind.ESCALATED and not stage == held.stage < LAST_STAGE):
        raise ChangedMeanwhile
    match kind:
        case EntryKind.ANSWERED:
            row = _add(held, kind, text, by, pk=row_key)
            record(Action.DISAGREEMENT_ANSWERED, by=by, obj=row, case=held.case, detail={"stage": held.stage})
            _tell_parties(held, "A professional disagreement was answered.", by=by)
        case EntryKind.ESCALATED:
            _begin(held, held.stage + 1, kind, text, by, pk=row_key)
            _tell_parties(held, "A professional disagreement was taken to the next stage.", by=by)
            person, now = held.raised_by, f"Stage: {stage_code(held).label.lower()}"
            ring = ", ".join(filter(None, (person.full_name, held.agency.short_name, person.phone)))
            settle = f"{now}. Settle it by {display_date(held.due_on)}. Ring {ring}."
            _tell_called(held, f"disagree about a child. {settle}", by=by)
        case EntryKind.SAFETY:
            if called_today(held):
                raise MeetingRefused(WITH_HEADS_OF_SERVICE)
            _call_heads_of_service(held, text, by, pk=row_key)
        case _:
            held.outcome_code, held.learning = outcome_code, learning
            _end(held, kind, text, by, pk=row_key)
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
    held = _locked(pk)
    if not held.is_overdue or held.last_told_at is not None:
        return False
    held.last_told_at = timezone.now()
    held.save(update_fields=["last_told_at"])
    if held.stage < LAST_STAGE:
        _tell_parties(held, LATE)
        return True
    _tell(held, chairs_for(held.case), LAST_LATE)
    over = f"still disagree about a child, and the time of {stage_code(held).label.lower()} is over."
    _tell_called(held, f"{over} Speak with the CSE Team Manager today.")
    return True


def _call_heads_of_service(held: Disagreement, reason: str, by: User, **given: Any) -> None:
    """A child may not be safe today: it skips to heads of service, who have until tonight.

    At any stage (the same protocol): where heads of service or the board's chair have it already, with days to go, they
    have until tonight as well.
    """
    held.immediate_safety = True
    came = "is to be settled today" if held.stage >= HEADS_OF_SERVICE else "was taken to heads of service"
    _begin(held, max(held.stage, HEADS_OF_SERVICE), EntryKind.SAFETY, reason, by, **given)
    called = "are to be" if held.case.is_restricted else "were"  # of a restricted case the chairs ring them
    _enter(held, f"Heads of service {called} called: a child may not be safe today. {reason}", by)
    words = f"A disagreement {came}: a child may not be safe. Answer today."
    _tell_parties(held, words, by=by, urgent=True)
    ring = "Ring" if held.stage == LAST_STAGE else "Have your head of service ring"
    words = f"disagree, and a child may not be safe today. {ring} the CSE Team Manager now."
    _tell_called(held, words, by=by, urgent=True)


def _begin(held: Disagreement, number: int, kind: EntryKind, text: str, by: User, **given: Any) -> None:
    rule = clock_rule("ESCALATION_SAFETY" if kind == EntryKind.SAFETY else f"ESCALATION_{number}")
    held.stage, held.due_on, held.last_told_at = number, rule.due(timezone.now()), None
    held.save(update_fields=["stage", "due_on", "immediate_safety", "last_told_at"])
    people, _ = called_at(held)
    called = joined(
        f"{each.full_name} ({agency.short_name})" for each, agency in people.items() if each != by
    )
    _add(held, kind, text, by, called=called, due_on=held.due_on, due_rule=rule_name(rule), **given)
    if kind != EntryKind.RAISED:
        detail = {"stage": held.stage, "safety": held.immediate_safety}
        record(Action.DISAGREEMENT_ESCALATED, by=by, obj=held, case=held.case, reason=text, detail=detail)


def _end(held: Disagreement, kind: EntryKind, outcome: str, by: User, **given: Any) -> None:
    """What came of it and what was learned, or why the agency that raised it takes it back."""
    held.outcome, held.ended_at, held.ended_by = outcome, timezone.now(), by
    held.save(update_fields=["outcome_code", "outcome", "learning", "ended_at", "ended_by"])
    _add(held, kind, outcome, by, **given)
    detail = {"state": kind, "stage": held.stage, "outcome": held.outcome_code}
    record(Action.DISAGREEMENT_ENDED, by=by, obj=held, case=held.case, detail=detail)
    sides, how = f"{held.agency.name} with {held.against.name}", kind.label.lower()
    words = f"Disagreement of {sides} {how} at stage {held.stage}: {held.issue_words.lower()}. {outcome}"
    _enter(held, words, by)
    _tell_parties(held, f"A professional disagreement was {how}.", by=by)


def _add(held: Disagreement, kind: EntryKind, text: str, by: User, **given: Any) -> DisagreementEntry:
    membership = membership_of(by)
    agency = membership.agency if membership else held.agency
    return DisagreementEntry.objects.create(
        disagreement=held, kind=kind, stage=held.stage, text=text, by=by, agency=agency, **given
    )


def _locked(pk: uuid.UUID) -> Disagreement:
    rows = Disagreement.objects.select_for_update(of=("self",)).with_context()
    return rows.select_related("raised_by").get(pk=pk)


def _enter(held: Disagreement, text: str, by: User) -> None:
    """In the child's chronology."""
    add_entry(case=held.case, kind=ChronologyKind.DISAGREEMENT, text=text, by=by, source_id=held.pk)


def _tell_parties(held: Disagreement, words: str, *, by: User | None = None, urgent: bool = False) -> None:
    """A line for those of both agencies, the chair and the lead professional, of whom each sees the case."""
    people = [each for each in [*_sides(held), *chairs_for(held.case)] if each != by]
    _tell(held, people, words, urgent=urgent)


def _tell_called(held: Disagreement, words: str, *, by: User | None = None, urgent: bool = False) -> None:
    """Whom its stage names. They see no case by their role: the line names neither child nor reference.

    Silence must not be an answer: of an agency or role with nobody, those who chair for the child are told, to ring it.
    """
    people, silent = called_at(held)
    for who in silent:
        asks = f"{who} has nobody for the stage of {stage_code(held).label.lower()} of a disagreement. "
        asks += "Ring them: who answers?"
        if held.case.is_restricted:
            asks += " The case is restricted: nobody there who does not see it was told."
        # Of a restricted case that may be no chair, where somebody else of the CSE team restricted it.
        _tell(held, chairs_for(held.case) or _sides(held), asks, urgent=urgent)
    words = f"{held.agency.short_name} and {held.against.short_name} {words}"
    notify_all([_line(held, each, words) for each in people if each != by], urgent=urgent)


def _tell(held: Disagreement, people: Iterable[User], words: str, *, urgent: bool = False) -> None:
    """Each of them who sees the case, once."""
    asked = dict.fromkeys(people)
    gate.ask_together(asked, Permission.CASE_VIEW, held.case)
    lines = [_line(held, each, words) for each in asked]
    notify_all([each for each in lines if each.case_id], urgent=urgent)


def _line(held: Disagreement, person: User, words: str) -> Notification:
    """It leads to the disagreement where this person sees it."""
    if gate.can(person, Permission.DISAGREEMENT_VIEW, held):
        url = reverse("mase:disagreement", args=[held.pk])
        return Notification(user=person, text=words, url=url, case_id=held.case_id)
    return Notification(user=person, text=words, url=reverse("home"))


def _sides(held: Disagreement) -> list[User]:
    """Those of both agencies, and the lead professional."""
    people = [*people_to_tell(held.agency), *people_to_tell(held.against)]
    return [*people, held.case.lead_professional] if held.case.lead_professional else people
