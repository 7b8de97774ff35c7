"""Sending minutes out: a version, its copies for each audience made by a job, and word to everybody who gets them."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.letters.choices import LetterKind
from cases.letters.services import write_letter
from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.files.store import digest
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import enqueue
from cse_portal.reference.selectors import clock_rule
from mase.meetings.choices import Audience
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import sight
from mase.meetings.services.locking import hold_minutes, hold_unagreed
from mase.minutes.errors import MinutesNotReady, ObjectionsWait
from mase.minutes.models import Minutes, MinutesCopy, MinutesReader, MinutesRecipient, MinutesVersion
from mase.minutes.selectors.circulation import candidates
from mase.minutes.selectors.letters import LetterTo, facts_of
from mase.minutes.selectors.minutes import latest_version, progress_since
from mase.minutes.services.objecting import AGREED, OUT, leave_word, readers_among, readers_now
from mase.minutes.services.sent_words import keep_words

JOB = "mase.minutes"
FOLDER = "minutes"


@dataclass(frozen=True)
class Drawn:
    """A copy as it was composed: for whom, and the document."""

    audience: Audience
    page: bytes


@transaction.atomic
def circulate(
    *, meeting: Meeting, by: User, recipients: Collection[uuid.UUID] | None = None, letters: Iterable[LetterTo] = (),
) -> MinutesVersion:  # fmt: skip
    """The chair sends the minutes out, or out again after a change. The recipients are told and may object.

    Guests of the meeting see the case as long as that, however late the minutes come. `recipients`: the list from now
    on, by the key of the person or agency; without it the list stays. `letters`: drafts that are written with it.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    for each in letters:
        write_letter(
            case=meeting.case, kind=LetterKind.OUTCOME, recipient=each.recipient, language=each.words.language,
            key=each.key, facts=facts_of(meeting), by=by,
        )  # fmt: skip
    minutes = hold_unagreed(meeting)
    if recipients is not None:
        _set_list(minutes, recipients, by)
    before = latest_version(minutes)
    if before is not None:
        if not before.is_ready:
            raise MinutesNotReady
        progress = progress_since(minutes, before)
        if progress.waiting:
            raise ObjectionsWait
        if not progress.changed:
            raise ChangedMeanwhile
    else:
        minutes.circulated_at = timezone.now()
        minutes.save(update_fields=["circulated_at"])
    until = clock_rule("MINUTES_OBJECTION").due(timezone.now())
    version = new_version(minutes, before, objections_until=until, made_by=by)
    detail = {"meeting": str(meeting.pk), "version": version.number, "objections_until": str(until)}
    record(Action.MINUTES_CIRCULATED, by=by, obj=minutes, case=meeting.case, detail=detail)
    if meeting.case_id is not None:
        sight.lengthen(meeting=meeting, by=by)
    tell_readers(meeting, version, OUT, by=by)
    return version


@transaction.atomic
def choose_recipients(*, meeting: Meeting, keys: Collection[uuid.UUID], by: User) -> list[MinutesRecipient]:
    """The chair changes who gets the minutes, by the key of the person or agency; returns who is new on the list.

    Once the minutes are out, those are told. Who is on the list no more does not open them any more.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    minutes = hold_minutes(meeting)
    new = _set_list(minutes, keys, by)
    version = latest_version(minutes)
    if new and version is not None:
        words = AGREED if version.is_final else OUT
        _tell(meeting, version, readers_among(meeting, new, by), words)
    return new


def _set_list(minutes: Minutes, keys: Collection[uuid.UUID], by: User) -> list[MinutesRecipient]:
    """The caller holds the meeting and has asked the gate."""
    chosen, offered = set(keys), candidates(minutes)
    new = [
        MinutesRecipient(
            minutes=minutes, agency=each.agency, added_by=by,
            person=each.holder if isinstance(each.holder, User) else None,
        )
        for each in offered
        if each.holder.pk in chosen and not each.listed
    ]  # fmt: skip
    gone = [each.holder.pk for each in offered if each.listed and each.holder.pk not in chosen]
    if new or gone:
        MinutesRecipient.objects.bulk_create(new)
        rows = minutes.recipients.filter(Q(person__in=gone) | Q(person__isnull=True, agency__in=gone))
        rows.delete()
        added = [str(each.person_id or each.agency_id) for each in new]
        detail = {"meeting": str(minutes.meeting_id), "added": added, "removed": [str(key) for key in gone]}
        record(Action.MINUTES_RECIPIENTS, by=by, obj=minutes, case=minutes.meeting.case, detail=detail)
    return new


def new_version(
    minutes: Minutes, before: MinutesVersion | None, *, made_by: User, **values: Any
) -> MinutesVersion:
    """The next one, and the job that makes its copies; about no one child what it says of each item instead."""
    number = before.number + 1 if before else 1
    version = MinutesVersion.objects.create(minutes=minutes, number=number, made_by=made_by, **values)
    if minutes.meeting.case_id is None:
        keep_words(version)
        return version
    version.job = _job_of(version, minutes.meeting, made_by)
    version.save(update_fields=["job"])
    return version


@transaction.atomic
def queue(*, meeting: Meeting, by: User) -> MinutesVersion:
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


def _job_of(version: MinutesVersion, meeting: Meeting, by: User) -> Job:
    key = f"{meeting.pk}.{version.number}"
    payload = {"meeting": str(meeting.pk), "version": str(version.pk)}
    return enqueue(kind=JOB, key=key, requested_by=by, payload=payload)


def tell_readers(meeting: Meeting, version: MinutesVersion, words: str, *, by: User | None) -> None:
    """Leave the sentence with everybody who may read them now, and note that they were told."""
    _tell(meeting, version, readers_now(meeting, by), words)


def _tell(meeting: Meeting, version: MinutesVersion, told: Iterable[UserContext], words: str) -> None:
    now = timezone.now()
    rows = [MinutesReader(version=version, person=who.user, agency=who.agency, told_at=now) for who in told]
    MinutesReader.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["version", "person"], update_fields=["told_at"]
    )
    leave_word(meeting, [each.person for each in rows], words)


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
