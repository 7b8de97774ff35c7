"""Sending a submission to the police, once; and adding what they ask for."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from intelligence.choices import SubmissionState, SubmissionStep
from intelligence.models import IntelligenceLine, IntelligenceSubmission
from intelligence.selectors.drafts import StepAnswers
from intelligence.selectors.submissions import UNIT_ROLES
from intelligence.services.drafts import lock_draft, save_all, start

PRIORITY = "PRIORITY"


@transaction.atomic
def submit(*, submission: IntelligenceSubmission, by: User) -> IntelligenceSubmission:
    """Send the draft to the police intelligence unit. From here on it is a record."""
    locked = lock_draft(submission, by)
    if locked.steps_left or not locked.lines.exists():
        raise NotAllowedNow("Some pages still need an answer before this intelligence can be sent.")
    locked.state, locked.submitted_at = SubmissionState.SUBMITTED, timezone.now()
    locked.version += 1
    locked.save()
    record(Action.SUBMISSION_SUBMITTED, by=by, obj=locked, detail={"urgency": locked.urgency})
    if locked.urgency == PRIORITY:
        tell_the_unit(f"Priority intelligence {locked.reference} waits to be received.", locked)
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
        notify(
            user=asked.asked_by,
            text=f"The author of intelligence {locked.reference} has added detail.",
            url=reverse("intelligence:submission", args=[locked.reference]),
            about_id=locked.pk,
        )
    return locked


def tell_the_unit(text: str, submission: IntelligenceSubmission) -> None:
    """Leave a line for everyone in the police intelligence unit who may read it."""
    unit = (
        Membership.objects.current().filter(role__in=UNIT_ROLES, user__is_active=True).select_related("user")
    )
    readers = [each.user for each in unit if gate.can(each.user, Permission.SUBMISSION_VIEW, submission)]
    page = reverse("intelligence:submission", args=[submission.reference])
    notify_all(Notification(user=reader, text=text, url=page, about_id=submission.pk) for reader in readers)
