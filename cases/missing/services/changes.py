"""What becomes known while a child is missing: details, the start corrected, risk grades, calls and sightings."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.utils import timezone

from cases.missing.errors import BackBeforeMissing, MissingTwice
from cases.missing.models import (
    ABSENT,
    MISSING,
    MissingCall,
    MissingEpisode,
    MissingRiskGrade,
    MissingSighting,
)
from cases.missing.services.episodes import (
    Grade,
    Known,
    add_grade,
    check_birth,
    lock_episode,
    note,
    say_missing,
)
from cases.missing.services.telling import prompt_review, tell_contributors
from cases.record.models.case import Case
from cases.sharing.services.telling import notify_about_case
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.keys import free_key
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_datetime


@dataclass(frozen=True)
class Seen:
    """When, where, by whom, and what they saw."""

    seen_at: dt.datetime
    where: str
    seen_by: str = ""
    note: str = ""


@transaction.atomic
def change_details(
    *, episode: MissingEpisode, version: int, kind: str, known: Known, by: User
) -> MissingEpisode:
    """What becomes known is written down, over the version its writer saw. Raises StaleEdit if it is another by now."""
    case, locked = lock_episode(episode, by)
    if locked.version != version:
        raise StaleEdit
    return amend(case=case, episode=locked, kind=kind, known=known, by=by)


def amend(*, case: Case, episode: MissingEpisode, kind: str, known: Known, by: User) -> MissingEpisode:
    """Write what is known over what was. Both rows are locked, and the service has asked the gate.

    Everybody is told of a child who was absent, and is missing from now on.
    """
    was = episode.kind
    episode.kind, episode.version = kind, episode.version + 1
    for name, value in asdict(known).items():
        setattr(episode, name, value)
    episode.save(update_fields=["kind", "version", *asdict(known)])
    if kind != was:
        if episode.is_open:
            say_missing(case, episode)
        words = f"Recorded from now on as: {reference.label('missing-type', kind)}."
        note(episode, timezone.now(), words, by)
    record(Action.MISSING_CHANGED, by=by, obj=episode, case=case, detail={"kind": kind})
    if was == ABSENT != kind and episode.is_open:
        tell_contributors(case, f"The child of case {case.reference} was absent, and is missing.", by)
        prompt_review(case, by=by)
    return episode


@transaction.atomic
def correct_start(
    *, episode: MissingEpisode, missing_since: dt.datetime, instead_of: dt.datetime, by: User
) -> MissingEpisode:
    """Since when they were missing was recorded wrongly; `instead_of` is the moment that its writer saw."""
    case, locked = lock_episode(episode, by)
    if locked.missing_since != instead_of:
        raise NotAllowedNow("Somebody else has corrected since when they were missing. Look at it again.")
    return move_start(case=case, episode=locked, missing_since=missing_since, by=by)


def move_start(
    *, case: Case, episode: MissingEpisode, missing_since: dt.datetime, by: User
) -> MissingEpisode:
    """Write another start; the chronology has both. Both rows are locked, and the service has asked the gate."""
    check_birth(case, missing_since)
    if episode.returned_at and episode.returned_at <= missing_since:
        raise BackBeforeMissing
    others = case.missing_episodes.exclude(pk=episode.pk)
    until = episode.returned_at or timezone.now()
    if others.filter(missing_since__lt=until, returned_at__gt=missing_since).exists():
        raise MissingTwice
    was, episode.missing_since = episode.missing_since, missing_since
    episode.save(update_fields=["missing_since"])
    if episode.is_open:
        say_missing(case, episode)
    words = f"Corrected, it was not {display_datetime(was)}. Missing since {display_datetime(missing_since)}."
    note(episode, missing_since, words, by)
    record(Action.MISSING_CHANGED, by=by, obj=episode, case=case, detail={"corrected": True})
    return episode


@transaction.atomic
def change_grade(
    *, episode: MissingEpisode, grade: Grade, by: User, key: uuid.UUID | None = None
) -> MissingRiskGrade:
    """The police gave another risk grade. Each is added, with who recorded it and why; the newest holds."""
    case, locked = lock_episode(episode, by)
    if key and (made := MissingRiskGrade.objects.filter(pk=key, episode=locked).first()):
        return made
    return regrade(case=case, episode=locked, grade=grade, by=by, key=key)


def regrade(
    *, case: Case, episode: MissingEpisode, grade: Grade, by: User, key: uuid.UUID | None = None
) -> MissingRiskGrade:
    """Add a grade, also an older one that comes later. Both rows are locked, and the service has asked the gate."""
    if episode.returned_at and grade.graded_at >= episode.returned_at:
        raise NotAllowedNow(
            "The child or young person is back. A risk grade is changed while they are missing."
        )
    if grade.graded_at < episode.missing_since:
        raise NotAllowedNow("A risk grade is given after the child or young person went missing.")
    made = add_grade(episode, grade, by, key)
    label = reference.label("police-risk-grade", grade.grade)
    note(episode, grade.graded_at, f"Police risk grade: {label}. {grade.reason}".strip(), by)
    record(Action.MISSING_GRADED, by=by, obj=made, case=case, detail={"grade": grade.grade})
    told = f"The risk grade of the child of case {case.reference} who is missing has changed."
    notify_about_case(case, told, person=case.lead_professional, by=by)
    return made


@transaction.atomic
def plan_call(
    *,
    episode: MissingEpisode,
    with_whom: str,
    call_at: dt.datetime | None,
    note: str,
    by: User,
    key: uuid.UUID,
) -> MissingCall:
    """Somebody is to be called: now, where they are not told yet, or at a time."""
    _, locked = lock_missing(episode, by)
    if made := locked.calls.filter(pk=key).first():
        return made
    return MissingCall.objects.create(
        pk=free_key(MissingCall, key),
        episode=locked,
        with_whom=with_whom,
        call_at=call_at,
        note=note,
        recorded_by=by,
    )


@transaction.atomic
def make_call(*, call: MissingCall, answered: bool, result: str, by: User) -> MissingCall:
    """The call was made. An absent child who does not answer is missing from then on."""
    case, episode = lock_missing(call.episode, by)
    made = MissingCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if made.done_at is not None:
        raise NotAllowedNow("This call has been made and recorded.")
    made.answered, made.result, made.done_at, made.done_by = answered, result, timezone.now(), by
    made.save(update_fields=["answered", "result", "done_at", "done_by"])
    record(Action.MISSING_CALLED, by=by, obj=made, case=case, detail={"answered": answered})
    if not answered and episode.kind == ABSENT:
        known = Known(**{each.name: getattr(episode, each.name) for each in fields(Known)})
        amend(case=case, episode=episode, kind=MISSING, known=known, by=by)
    return made


@transaction.atomic
def add_sighting(*, episode: MissingEpisode, seen: Seen, by: User, key: uuid.UUID) -> MissingSighting:
    """Somebody saw them. The lists show the newest sighting; everybody who works with the child is told."""
    case, locked = lock_missing(episode, by)
    if made := locked.sightings.filter(pk=key).first():
        return made
    if seen.seen_at < locked.missing_since:
        raise NotAllowedNow(
            "They were not missing then. Check the time, or correct since when they are missing."
        )
    made = MissingSighting.objects.create(
        pk=free_key(MissingSighting, key), episode=locked, recorded_by=by, **asdict(seen)
    )
    who = f", by {seen.seen_by}" if seen.seen_by else ""
    note(locked, seen.seen_at, f"Seen while missing: {seen.where}{who}. {seen.note}".strip(), by)
    record(Action.MISSING_SEEN, by=by, obj=made, case=case)
    tell_contributors(case, f"The missing child of case {case.reference} was seen.", by)
    return made


def lock_missing(episode: MissingEpisode, by: User) -> tuple[Case, MissingEpisode]:
    """The case and an episode that is still open."""
    case, locked = lock_episode(episode, by)
    if not locked.is_open:
        raise NotAllowedNow("The child or young person is back.")
    return case, locked
