"""The minutes of a meeting: asked for when it ends, made once by a job, read only through the gate."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import enqueue
from cse_portal.keys import new_key
from cse_portal.reference.selectors import clock_rule
from mase.choices import MeetingState
from mase.errors import MinutesNotReady
from mase.models import MaseMeeting, Minutes

JOB = "mase.minutes"
DAMAGED = "The stored minutes are damaged or missing. Tell the portal's support team."


@transaction.atomic
def queue(*, meeting: MaseMeeting, by: User) -> Minutes:
    """Ask for the minutes of a meeting that has ended. Asking again changes nothing, or tries again what failed."""
    gate.require(by, Permission.MINUTES_VIEW, meeting)
    if meeting.state != MeetingState.ENDED:
        raise MinutesNotReady
    due_on = clock_rule("MINUTES_OUT").due(timezone.localdate(meeting.ended_at))
    minutes, _ = Minutes.objects.select_for_update().get_or_create(
        meeting=meeting, defaults={"due_on": due_on}
    )
    if not minutes.is_ready:
        minutes.job = enqueue(
            kind=JOB, key=str(meeting.pk), requested_by=by, payload={"meeting": str(meeting.pk)}
        )
        minutes.save(update_fields=["job"])
    return minutes


@transaction.atomic
def keep(*, minutes: Minutes, pdf: bytes) -> Minutes:
    """Store the PDF under a name that says nothing. Once stored, minutes are never made again."""
    locked = (
        Minutes.objects.select_for_update(of=("self",)).select_related("meeting__case").get(pk=minutes.pk)
    )
    if locked.is_ready:
        return locked
    locked.file = default_storage.save(f"minutes/{new_key().hex}", ContentFile(pdf))
    locked.sha256 = hashlib.sha256(pdf).hexdigest()
    locked.rendered_at = timezone.now()
    locked.save(update_fields=["file", "sha256", "rendered_at"])
    meeting = locked.meeting
    detail = {"meeting": str(meeting.pk), "sha256": locked.sha256}
    record(Action.MINUTES_RENDERED, by=meeting.ended_by, obj=locked, case=meeting.case, detail=detail)
    return locked


@transaction.atomic
def download(*, meeting: MaseMeeting, by: User) -> bytes:
    """The PDF, unchanged since it was made, for a person who may read it; the reading is on record."""
    gate.require(by, Permission.MINUTES_VIEW, meeting)
    minutes = Minutes.objects.filter(meeting=meeting, rendered_at__isnull=False).first()
    if minutes is None:
        raise MinutesNotReady
    try:
        with default_storage.open(minutes.file) as stored:
            pdf: bytes = stored.read()
    except FileNotFoundError:
        raise MinutesNotReady(DAMAGED) from None
    if hashlib.sha256(pdf).hexdigest() != minutes.sha256:
        raise MinutesNotReady(DAMAGED)
    record(
        Action.MINUTES_DOWNLOADED, by=by, obj=minutes, case=meeting.case, detail={"meeting": str(meeting.pk)}
    )
    return pdf
