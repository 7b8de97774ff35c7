"""The minutes of a meeting: asked for when it ends, made once by a job, read only through the gate."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.files.store import digest
from cse_portal.jobs.services import enqueue
from cse_portal.keys import new_key
from cse_portal.reference.selectors import clock_rule
from mase.choices import Audience, MeetingState
from mase.errors import MinutesNotReady
from mase.models import MaseMeeting, Minutes, MinutesCopy
from mase.selectors.minutes import audience_of

JOB = "mase.minutes"
DAMAGED = "The stored minutes are damaged or missing. Tell the portal's support team."


@dataclass(frozen=True)
class Drawn:
    """A copy as it was drawn: for whom, under which number, and the PDF."""

    audience: Audience
    key: uuid.UUID
    pdf: bytes


@dataclass(frozen=True)
class Handed:
    """A copy as somebody is given it."""

    audience: Audience
    pdf: bytes


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
def keep(*, minutes: Minutes, copies: Iterable[Drawn]) -> Minutes:
    """Store the PDFs under names that say nothing. Once stored, minutes are never made again."""
    locked = (
        Minutes.objects.select_for_update(of=("self",)).select_related("meeting__case").get(pk=minutes.pk)
    )
    if locked.is_ready:
        return locked
    locked.rendered_at = timezone.now()
    locked.save(update_fields=["rendered_at"])
    meeting = locked.meeting
    for drawn in copies:
        copy = MinutesCopy.objects.create(
            pk=drawn.key, minutes=locked, audience=drawn.audience, sha256=digest(drawn.pdf),
            file=default_storage.save(f"minutes/{new_key().hex}", ContentFile(drawn.pdf)),
        )  # fmt: skip
        detail = {"meeting": str(meeting.pk), "sha256": copy.sha256, "audience": copy.audience}
        record(Action.MINUTES_RENDERED, by=meeting.ended_by, obj=copy, case=meeting.case, detail=detail)
    return locked


@transaction.atomic
def download(*, meeting: MaseMeeting, by: User, audience: Audience | None = None) -> Handed:
    """This reader's copy, unchanged since it was made, or the open one if they ask for that; it is on record."""
    gate.require(by, Permission.MINUTES_VIEW, meeting)
    theirs = audience_of(by, meeting)
    if audience is Audience.FULL and theirs is not audience:
        raise NotPermitted
    copy = MinutesCopy.objects.filter(minutes__meeting=meeting, audience=audience or theirs).first()
    if copy is None:
        raise MinutesNotReady
    try:
        with default_storage.open(copy.file) as stored:
            pdf: bytes = stored.read()
    except FileNotFoundError:
        raise MinutesNotReady(DAMAGED) from None
    if digest(pdf) != copy.sha256:
        raise MinutesNotReady(DAMAGED)
    detail = {"meeting": str(meeting.pk), "audience": copy.audience}
    record(Action.MINUTES_DOWNLOADED, by=by, obj=copy, case=meeting.case, detail=detail)
    return Handed(Audience(copy.audience), pdf)
