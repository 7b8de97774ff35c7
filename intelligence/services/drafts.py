"""Writing a submission, a page at a time. A draft is its author's alone."""

import uuid
from collections.abc import Mapping

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import erase_values, membership_of, record
from cse_portal.errors import NotAllowedNow, NotPermitted, StaleEdit
from cse_portal.keys import free_key, free_reference
from intelligence.choices import SubmissionStep
from intelligence.models import IntelligenceSubmission, SubmissionSource
from intelligence.selectors.drafts import STEP_FIELDS, StepAnswers, answers_of


@transaction.atomic
def start(*, by: User, key: uuid.UUID | None = None) -> IntelligenceSubmission:
    """An empty draft of this author's. The same key again finds the same draft, so a double click makes one."""
    gate.require(by, Permission.INTELLIGENCE_SUBMIT)
    membership = membership_of(by)
    if membership is None:
        raise NotPermitted
    if key is None or not IntelligenceSubmission.objects.filter(pk=key, author=by).exists():
        key = free_key(IntelligenceSubmission, key)
    submission, made = IntelligenceSubmission.objects.get_or_create(
        pk=key,
        defaults={
            "reference": free_reference(IntelligenceSubmission, "FIB"),
            "author": by,
            "author_agency": membership.agency,
        },
    )
    if made:
        record(Action.SUBMISSION_DRAFTED, by=by, obj=submission)
    return submission


@transaction.atomic
def save_step(
    *,
    submission: IntelligenceSubmission,
    step: SubmissionStep,
    answers: StepAnswers,
    by: User,
    seen: str = "",
) -> IntelligenceSubmission:
    """Keep one page's answers. `seen` is the mark of the answers the author had before them when they wrote these."""
    locked = lock_draft(submission, by)
    if seen and answers_of(locked, step).mark not in (seen, answers.mark):
        raise StaleEdit
    _write(locked, step, answers)
    locked.unfinished.pop(step.value, None)
    locked.version += 1
    locked.save()
    record(Action.SUBMISSION_DRAFT_SAVED, by=by, obj=locked, detail={"step": step.value})
    return locked


@transaction.atomic
def save_all(
    *, submission: IntelligenceSubmission, answers: Mapping[SubmissionStep, StepAnswers], by: User
) -> IntelligenceSubmission:
    """Keep the answers of every page at once."""
    locked = lock_draft(submission, by)
    for step in SubmissionStep:
        _write(locked, step, answers.get(step, StepAnswers()))
    locked.version += 1
    locked.save()
    record(Action.SUBMISSION_DRAFT_SAVED, by=by, obj=locked, detail={"step": "all"})
    return locked


@transaction.atomic
def leave_step(
    *, submission: IntelligenceSubmission, step: SubmissionStep, typed: dict[str, list[str]], by: User
) -> IntelligenceSubmission:
    """Keep a page exactly as typed, unchecked, for when its author comes back. It no longer counts as done."""
    locked = lock_draft(submission, by)
    locked.unfinished[step.value] = {
        name: [value.replace("\x00", "") for value in values] for name, values in typed.items()
    }
    _mark(locked, step, done=False)
    locked.version += 1
    locked.save(update_fields=["unfinished", "steps_done", "version"])
    detail = {"step": step.value, "unfinished": True}
    record(Action.SUBMISSION_DRAFT_SAVED, by=by, obj=locked, detail=detail)
    return locked


@transaction.atomic
def discard(*, submission: IntelligenceSubmission, by: User) -> None:
    """The author throws an unfinished draft away, for good. Nothing that was sent can be."""
    locked = lock_draft(submission, by)
    record(Action.SUBMISSION_DRAFT_DELETED, by=by, obj=locked)
    locked.delete()
    # Nobody sent it, so no disposal would ever find what the audit kept of its rows.
    erase_values([submission.pk])


def lock_draft(submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    """The draft, locked, for its author."""
    gate.require(by, Permission.SUBMISSION_EDIT, submission)
    locked = IntelligenceSubmission.objects.select_for_update().get(pk=submission.pk)
    if not locked.is_draft:
        raise NotAllowedNow("This intelligence has been sent to the police and cannot be changed.")
    return locked


def write_rows(submission: IntelligenceSubmission, answers: StepAnswers) -> None:
    """Replace the rows a page owns with those now on it."""
    for noun, rows in answers.rows.items():
        owned = getattr(submission, noun)
        owned.all().delete()
        owned.bulk_create(
            owned.model(submission=submission, order=order, **row) for order, row in enumerate(rows, 1)
        )


def _write(submission: IntelligenceSubmission, step: SubmissionStep, answers: StepAnswers) -> None:
    for name in STEP_FIELDS.get(step, ()):
        setattr(submission, name, answers.fields.get(name, getattr(submission, name)))
    if step == SubmissionStep.SOURCE:
        SubmissionSource.objects.update_or_create(submission=submission, defaults=answers.source)
    write_rows(submission, answers)
    _mark(submission, step, done=True)


def _mark(submission: IntelligenceSubmission, step: SubmissionStep, *, done: bool) -> None:
    kept = {*submission.steps_done, step.value} if done else {*submission.steps_done} - {step.value}
    submission.steps_done = [value for value in SubmissionStep.values if value in kept]
