"""Writing a concern, a step at a time. A draft is its author's alone."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from cases.choices import ConcernState, ConcernStep
from cases.errors import ConcernAlreadySubmitted
from cases.models import Concern, ConcernIndicator, ConcernMention
from cases.selectors.concerns import CHILD_FIELDS, STEP_TIERS, StepAnswers, answers_of, tier_codes
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import erase_values, membership_of, record
from cse_portal.errors import NotPermitted, StaleEdit
from cse_portal.keys import free_key, free_reference


@transaction.atomic
def start(*, by: User, key: uuid.UUID | None = None) -> Concern:
    """An empty draft of this author's. The same key again finds the same draft, so a double click makes one."""
    gate.require(by, Permission.CONCERN_CREATE)
    membership = membership_of(by)
    if membership is None:
        raise NotPermitted
    if key is None or not Concern.objects.filter(pk=key, author=by).exists():
        key = free_key(Concern, key)
    concern, made = Concern.objects.get_or_create(
        pk=key,
        defaults={
            "reference": free_reference(Concern, "CON"),
            "author": by,
            "author_agency": membership.agency,
        },
    )
    if made:
        record(Action.CONCERN_DRAFTED, by=by, obj=concern)
    return concern


@transaction.atomic
def save_step(
    *, concern: Concern, step: ConcernStep, answers: StepAnswers, by: User, seen: str = ""
) -> Concern:
    """Keep one step's answers. `seen` is the mark of the answers the author had before them when they wrote these.

    The step counts as done, except an immediate danger about which nobody has been called yet.
    """
    locked = lock_draft(concern, by)
    if seen and answers_of(locked, step).mark not in (seen, answers.mark):
        raise StaleEdit
    _write(locked, step, answers)
    uncalled = step == ConcernStep.DANGER and locked.immediate_danger and locked.emergency_called_at is None
    _mark(locked, step, done=not uncalled)
    locked.unfinished.pop(step.value, None)
    locked.version += 1
    locked.save()
    record(Action.CONCERN_DRAFT_SAVED, by=by, obj=locked, detail={"step": step.value})
    return locked


@transaction.atomic
def save_all(*, concern: Concern, answers: Mapping[ConcernStep, StepAnswers], by: User) -> Concern:
    """Keep the answers of every step at once. Whoever sends a concern in one go has called about immediate danger."""
    locked = lock_draft(concern, by)
    for step in ConcernStep:
        _write(locked, step, answers.get(step, StepAnswers()))
        _mark(locked, step, done=True)
    if locked.immediate_danger:
        locked.emergency_called_at = timezone.now()
    locked.version += 1
    locked.save()
    record(Action.CONCERN_DRAFT_SAVED, by=by, obj=locked, detail={"step": "all"})
    return locked


@transaction.atomic
def leave_step(*, concern: Concern, step: ConcernStep, typed: dict[str, list[str]], by: User) -> Concern:
    """Keep a step exactly as typed, unchecked, for when its author comes back. It no longer counts as done."""
    locked = lock_draft(concern, by)
    locked.unfinished[step.value] = {
        name: [value.replace("\x00", "") for value in values] for name, values in typed.items()
    }
    _mark(locked, step, done=False)
    locked.version += 1
    locked.save(update_fields=["unfinished", "steps_done", "version"])
    record(Action.CONCERN_DRAFT_SAVED, by=by, obj=locked, detail={"step": step.value, "unfinished": True})
    return locked


@transaction.atomic
def confirm_called(*, concern: Concern, by: User) -> Concern:
    """The author says that 999 or the MASH has been called. Only then does the concern go on."""
    locked = lock_draft(concern, by)
    locked.emergency_called_at = locked.emergency_called_at or timezone.now()
    _mark(locked, ConcernStep.DANGER, done=True)
    locked.save(update_fields=["emergency_called_at", "steps_done"])
    record(Action.CONCERN_DRAFT_SAVED, by=by, obj=locked, detail={"step": "called"})
    return locked


@transaction.atomic
def discard(*, concern: Concern, by: User) -> None:
    """The author throws an unfinished concern away, for good. Nothing that was submitted can be."""
    locked = lock_draft(concern, by)
    record(Action.CONCERN_DRAFT_DELETED, by=by, obj=locked)
    locked.delete()
    # Nobody sent it, so no disposal would ever find what the audit kept of its rows.
    erase_values([concern.pk])


def lock_draft(concern: Concern, by: User) -> Concern:
    """The draft, locked, for its author."""
    gate.require(by, Permission.CONCERN_EDIT, concern)
    locked = Concern.objects.select_for_update().get(pk=concern.pk)
    if locked.state != ConcernState.DRAFT:
        raise ConcernAlreadySubmitted
    return locked


def _write(concern: Concern, step: ConcernStep, answers: StepAnswers) -> None:
    for name, value in answers.fields.items():
        setattr(concern, name, value)
    if step == ConcernStep.CHILD:
        concern.unknown = [name for name in CHILD_FIELDS if getattr(concern, name) in ("", None, [])]
    if step in STEP_TIERS:
        concern.indicators.filter(code__in=tier_codes(STEP_TIERS[step])).delete()
        ConcernIndicator.objects.bulk_create(
            ConcernIndicator(concern=concern, **row) for row in answers.indicators
        )
    if step == ConcernStep.MENTIONS:
        concern.mentions.all().delete()
        ConcernMention.objects.bulk_create(
            ConcernMention(concern=concern, order=order, **row)
            for order, row in enumerate(answers.mentions, 1)
        )


def _mark(concern: Concern, step: ConcernStep, *, done: bool) -> None:
    kept = {*concern.steps_done, step.value} if done else {*concern.steps_done} - {step.value}
    concern.steps_done = [value for value in ConcernStep.values if value in kept]
