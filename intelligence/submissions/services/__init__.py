"""Writing a submission a page at a time, sending it once, adding what the police ask for."""

import uuid
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, erase_values, record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from cse_portal.keys import free_key, free_reference
from cse_portal.reference.selectors import clock_rule
from intelligence.submissions.models import (
    IntelligenceLine,
    IntelligenceSubmission,
    SubmissionSource,
    SubmissionState,
    SubmissionStep,
)
from intelligence.submissions.selectors import STEP_FIELDS, UNIT_ROLES, StepAnswers, answers_of

RECEIVE, FEEDBACK = "FIB_RECEIVE", "FIB_FEEDBACK"


@transaction.atomic
def start(*, by: User, key: uuid.UUID | None = None) -> IntelligenceSubmission:
    """An empty draft of this author's. The same key again finds the same draft, so a double click makes one."""
    who = gate.require_standing(by, Permission.INTELLIGENCE_SUBMIT)
    if key is None or not IntelligenceSubmission.objects.filter(pk=key, author=by).exists():
        key = free_key(IntelligenceSubmission, key)
    new = {
        "reference": free_reference(IntelligenceSubmission, "FIB"),
        "author": by,
        "author_agency": who.agency,
    }
    submission, made = IntelligenceSubmission.objects.get_or_create(pk=key, defaults=new)
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
    for stored_as in locked.files.values_list("stored_as", flat=True):
        transaction.on_commit(partial(files.forget, stored_as), robust=True)
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


@transaction.atomic
def submit(*, submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    """Send the draft to the police intelligence unit. From here on it is a record."""
    locked = lock_draft(submission, by)
    if locked.steps_left or not locked.lines.exists():
        raise NotAllowedNow("Some pages still need an answer before this intelligence can be sent.")
    now = timezone.now()
    locked.state, locked.submitted_at = SubmissionState.SUBMITTED, now
    locked.receive_by, locked.answer_by = clock_rule(RECEIVE).due(now), clock_rule(FEEDBACK).due(now)
    locked.version += 1
    locked.save()
    record(Action.SUBMISSION_SUBMITTED, by=by, obj=locked, detail={"urgency": locked.urgency})
    if locked.urgency == "PRIORITY":
        notify_intelligence_unit(f"Priority intelligence {locked.reference} waits to be received.", locked)
    return locked


@transaction.atomic
def send(
    *, answers: Mapping[SubmissionStep, StepAnswers], by: User, key: uuid.UUID | None = None
) -> IntelligenceSubmission:
    """Write and send in one go, as the API does. The same key again finds the same submission."""
    submission = start(by=by, key=key)
    if not submission.is_draft:
        return submission
    return submit(submission=save_all(submission=submission, answers=answers, by=by), by=by)


@transaction.atomic
def add_detail(
    *, submission: IntelligenceSubmission, reply: str, lines: list[dict[str, str]], by: User
) -> IntelligenceSubmission:
    """The author answers the unit, in words and new lines. What was sent first stays as it was."""
    gate.require(by, Permission.SUBMISSION_EDIT, submission)
    locked = IntelligenceSubmission.objects.select_for_update().get(pk=submission.pk)
    asked = locked.requests.filter(replied_at__isnull=True).first()
    if locked.state != SubmissionState.RETURNED or asked is None:
        raise NotAllowedNow("The unit is not waiting for more detail about this submission.")
    asked.reply, asked.replied_at = reply, timezone.now()
    asked.save(update_fields=["reply", "replied_at"])
    last = locked.lines.count()
    IntelligenceLine.objects.bulk_create(
        IntelligenceLine(submission=locked, order=last + number, **line)
        for number, line in enumerate(lines, 1)
    )
    locked.state = SubmissionState.RECEIVED
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    record(Action.SUBMISSION_DETAIL_ADDED, by=by, obj=locked, detail={"lines": len(lines)})
    if gate.can(asked.asked_by, Permission.SUBMISSION_VIEW, locked):
        words = f"The author of intelligence {locked.reference} has added detail."
        page = reverse("intelligence:desk", args=[locked.reference])
        notify(user=asked.asked_by, text=words, url=page, about_id=locked.pk)
    return locked


def notify_intelligence_unit(
    text: str, submission: IntelligenceSubmission, *, but: User | None = None
) -> None:
    """Leave a line for everyone in the police intelligence unit who may read it."""
    unit = (
        Membership.objects.current().filter(role__in=UNIT_ROLES, user__is_active=True).select_related("user")
    )
    readers = [each.user for each in unit if gate.can(each.user, Permission.SUBMISSION_VIEW, submission)]
    page = reverse("intelligence:desk", args=[submission.reference])
    lines = [
        Notification(user=each, text=text, url=page, about_id=submission.pk)
        for each in readers
        if each != but
    ]
    notify_all(lines)


@transaction.atomic
def record_list(
    *, action: Action, by: User, cases: Iterable[Case] = (), searched: str = "", **detail: Any
) -> None:
    """Note that a list was read: how it was filtered, and the words that were sought, blinded."""
    words = {"words": blinded_words(searched)} if searched else {}
    record(action, by=by, detail={**detail, **words}, cases=[each.pk for each in cases])
