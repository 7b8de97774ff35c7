"""Sending minutes out: a version, its copies for each audience made by a job, and word to everybody who gets them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.files.store import digest
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import enqueue
from cse_portal.reference.selectors import clock_rule
from mase.choices import Audience, ClockStep
from mase.errors import MinutesNotReady, MinutesUnchanged, ObjectionsWait
from mase.models import MaseMeeting, Minutes, MinutesCopy, MinutesReader, MinutesVersion
from mase.selectors.minutes import latest_version, progress_since
from mase.services import sight
from mase.services.clocks import run_out
from mase.services.minutes.drafting import hold_unagreed
from mase.services.minutes.leaving_out import leave_out
from mase.services.minutes.telling import OUT, leave_word, readers_now

JOB = "mase.minutes"
FOLDER = "minutes"


@dataclass(frozen=True)
class Drawn:
    """A copy as it was composed: for whom, and the document."""

    audience: Audience
    page: bytes


@transaction.atomic
def circulate(
    *, meeting: MaseMeeting, by: User, leaving_out: Mapping[uuid.UUID, str] | None = None
) -> MinutesVersion:
    """The chair sends the minutes out, or out again after a change. Whoever was asked is told and may object.

    So they see the case as long as that, however late the minutes come.

    `leaving_out`: who does not get them, by the key of the person or agency, each with the reason (see `leave_out`).
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    minutes = hold_unagreed(meeting)
    leave_out(meeting=meeting, whom=leaving_out or {}, by=by)
    before = latest_version(minutes)
    if before is not None:
        if not before.is_ready:
            raise MinutesNotReady
        progress = progress_since(minutes, before)
        if progress.waiting:
            raise ObjectionsWait
        if not progress.changed:
            raise MinutesUnchanged
    else:
        run_out(meeting, [ClockStep.MINUTES], by)
        minutes.circulated_at = timezone.now()
        minutes.save(update_fields=["circulated_at"])
    until = clock_rule("MINUTES_OBJECTION").due(timezone.now())
    version = new_version(minutes, before, objections_until=until, made_by=by)
    detail = {"meeting": str(meeting.pk), "version": version.number, "objections_until": str(until)}
    record(Action.MINUTES_CIRCULATED, by=by, obj=minutes, case=meeting.case, detail=detail)
    sight.lengthen(meeting=meeting, by=by)
    tell_readers(meeting, version, OUT, by=by)
    return version


def new_version(
    minutes: Minutes, before: MinutesVersion | None, *, made_by: User, **values: Any
) -> MinutesVersion:
    """The next one, and the job that makes its copies."""
    number = before.number + 1 if before else 1
    version = MinutesVersion.objects.create(minutes=minutes, number=number, made_by=made_by, **values)
    version.job = _job_of(version, minutes.meeting, made_by)
    version.save(update_fields=["job"])
    return version


@transaction.atomic
def queue(*, meeting: MaseMeeting, by: User) -> MinutesVersion:
    """Ask again for the copies of the last version, where making them failed."""
    gate.require(by, Permission.MINUTES_VIEW, meeting)
    minutes = Minutes.objects.filter(meeting=meeting).first()
    version = latest_version(minutes) if minutes else None
    if version is None:
        raise MinutesNotReady
    if not version.is_ready:
        version.job = _job_of(version, meeting, by)
        version.save(update_fields=["job"])
    return version


def _job_of(version: MinutesVersion, meeting: MaseMeeting, by: User) -> Job:
    key = f"{meeting.pk}.{version.number}"
    payload = {"meeting": str(meeting.pk), "version": str(version.pk)}
    return enqueue(kind=JOB, key=key, requested_by=by, payload=payload)


def tell_readers(meeting: MaseMeeting, version: MinutesVersion, words: str, *, by: User) -> None:
    """Leave the sentence with everybody asked who may read them now, and note that they were told."""
    told = readers_now(meeting, by)
    now = timezone.now()
    MinutesReader.objects.bulk_create(
        MinutesReader(version=version, person=who.user, agency=who.agency, told_at=now) for who in told
    )
    leave_word(meeting, [who.user for who in told], words)


@transaction.atomic
def keep(*, version_id: uuid.UUID, copies: Iterable[Drawn]) -> MinutesVersion:
    """Store the copies under names that say nothing. Once stored, a version is never made again."""
    rows = MinutesVersion.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("minutes__meeting__case", "made_by").get(pk=version_id)
    if locked.is_ready:
        return locked
    locked.rendered_at = timezone.now()
    locked.save(update_fields=["rendered_at"])
    meeting = locked.minutes.meeting
    for drawn in copies:
        copy = MinutesCopy.objects.create(
            version=locked,
            audience=drawn.audience,
            sha256=digest(drawn.page),
            file=files.keep(FOLDER, drawn.page),
        )
        detail = {
            "meeting": str(meeting.pk),
            "sha256": copy.sha256,
            "audience": copy.audience,
            "version": locked.number,
        }
        record(Action.MINUTES_RENDERED, by=locked.made_by, obj=copy, case=meeting.case, detail=detail)
    return locked
