"""Recording that a child is missing, that they are back, and the return home interview."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.missing.models import InterviewStep, MissingEpisode, ReturnHomeInterview
from cases.record.models.case import Case
from cases.record.services import lock_open
from cases.sharing.services.telling import tell_of_case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import people_who_may
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.keys import free_key
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_datetime, local_date


class MissingTwice(NotAllowedNow):
    """Two agencies write down the same time."""

    message = "This time is recorded already, or part of it. Look at the list before you add another."


class StillMissing(NotAllowedNow):
    """An interview follows a return; work does not end while nobody knows where a child is."""

    message = "The child or young person is recorded as missing. First record when they are back."


class InterviewBeforeReturn(NotAllowedNow):
    """Times in their order."""

    message = "An interview is offered, held or declined after the child or young person is back."


@dataclass(frozen=True)
class Gone:
    """Since when, from where, in which category, and which agency reported it."""

    kind: str
    missing_since: dt.datetime
    missing_from: str
    reporting_agency: Agency
    notes: str = ""


@dataclass(frozen=True)
class Back:
    """When they were back, where they were found, and what is known of where they were."""

    returned_at: dt.datetime
    found_where: str = ""
    return_notes: str = ""


@dataclass(frozen=True)
class Step:
    """An interview offered, held or declined; when, for which agency, and what belongs to it."""

    step: InterviewStep
    at: dt.datetime
    provider: Agency
    interviewer: str = ""
    is_independent: bool | None = None
    declined_reason: str = ""
    text: str = ""


@transaction.atomic
def report(*, case: Case, gone: Gone, by: User, key: uuid.UUID | None = None) -> MissingEpisode:
    """A child is missing. The lead professional and the CSE team are told. The same key again finds the same record."""
    locked = lock_open(case, Permission.CHRONOLOGY_ADD, by)
    if key and (made := MissingEpisode.objects.filter(pk=key, case=locked).first()):
        return made
    if locked.missing_since is not None:
        raise NotAllowedNow(
            "This child or young person is recorded as missing already. Add when they are back to "
            "that record."
        )
    if locked.missing_episodes.filter(
        returned_at__gt=gone.missing_since, missing_since__lte=gone.missing_since
    ).exists():
        raise MissingTwice
    episode = MissingEpisode.objects.create(
        pk=free_key(MissingEpisode, key), case=locked, recorded_by=by, agency=_agency(locked, by),
        kind=gone.kind, missing_since=gone.missing_since, missing_from=gone.missing_from,
        reporting_agency=gone.reporting_agency, notes=gone.notes,
    )  # fmt: skip
    _say_missing(locked, gone.missing_since)
    words = reference.label("missing-type", gone.kind)
    place = reference.label("missing-from", gone.missing_from)
    text = (
        f"{words} since {display_datetime(gone.missing_since)}, from: {place}. {_by(gone.reporting_agency)}"
    )
    _note(episode, gone.missing_since, text, by)
    record(Action.MISSING_REPORTED, by=by, obj=episode, case=locked, detail={"kind": gone.kind})
    _tell(locked, by)
    return episode


@transaction.atomic
def returned(
    *, episode: MissingEpisode, back: Back, by: User, instead_of: dt.datetime | None = None
) -> MissingEpisode:
    """The child is back, and the clock of the return home interview runs. Recorded once, by whoever knows first.

    What was recorded wrongly is corrected `instead_of` the moment that its writer saw; the chronology has both.
    """
    case = lock_open(episode.case, Permission.CHRONOLOGY_ADD, by)
    locked = MissingEpisode.objects.select_for_update(of=("self",)).get(pk=episode.pk)
    if locked.returned_at != instead_of:
        raise NotAllowedNow("That the child or young person is back has been recorded already.")
    _check_order(case, locked, back.returned_at)
    locked.returned_at, locked.found_where = back.returned_at, back.found_where
    locked.return_notes = back.return_notes
    locked.return_recorded_at, locked.return_recorded_by = timezone.now(), by
    locked.save(
        update_fields=[
            "returned_at",
            "found_where",
            "return_notes",
            "return_recorded_at",
            "return_recorded_by",
        ]
    )
    words = f"Back since {display_datetime(back.returned_at)}."
    if instead_of is not None:
        words = f"Corrected, it was not {display_datetime(instead_of)}. {words}"
    _note(locked, back.returned_at, words, by)
    detail = {"corrected": instead_of is not None}
    record(Action.MISSING_RETURNED, by=by, obj=locked, case=case, detail=detail)
    if instead_of is None:
        _say_missing(case, None)
        told = f"The child of case {case.reference} is back. A return home interview is due."
        tell_of_case(case, told, person=case.lead_professional, by=by)
    return locked


@transaction.atomic
def interview(
    *, episode: MissingEpisode, step: Step, by: User, key: uuid.UUID | None = None
) -> ReturnHomeInterview:
    """The interview was offered, held or declined. Each is added; once it was held nothing follows."""
    case = lock_open(episode.case, Permission.CHRONOLOGY_ADD, by)
    locked = MissingEpisode.objects.select_for_update(of=("self",)).get(pk=episode.pk)
    if key and (made := ReturnHomeInterview.objects.filter(pk=key, episode=locked).first()):
        return made
    if locked.returned_at is None:
        raise StillMissing
    if step.at < locked.returned_at:
        raise InterviewBeforeReturn
    if locked.interviews.filter(step=InterviewStep.HELD).exists():
        raise NotAllowedNow("The return home interview has been held and recorded.")
    made = ReturnHomeInterview.objects.create(
        pk=free_key(ReturnHomeInterview, key), episode=locked, recorded_by=by, agency=_agency(case, by),
        **{each.name: getattr(step, each.name) for each in fields(step)},
    )  # fmt: skip
    reason = reference.label("interview-declined", step.declined_reason) if step.declined_reason else ""
    after = f"the return of {display_datetime(locked.returned_at)}"
    text = f"Return home interview after {after}: {made.get_step_display().lower()}. {reason}".strip()
    _note(locked, step.at, text, by)
    detail = {"step": step.step, "declined": step.declined_reason}
    record(Action.INTERVIEW_RECORDED, by=by, obj=made, case=case, detail=detail)
    return made


@transaction.atomic(savepoint=False)
def record_listed(*, shown: Iterable[MissingEpisode], by: User) -> None:
    """Note that a person saw who is missing and whose interview is due."""
    cases = {each.case_id for each in shown}
    record(Action.MISSING_LISTED, by=by, detail={"found": len(cases)}, cases=cases)


def _check_order(case: Case, episode: MissingEpisode, returned_at: dt.datetime) -> None:
    if returned_at <= episode.missing_since:
        raise NotAllowedNow("They cannot be back before they were missing.")
    between = Q(missing_since__gt=episode.missing_since, missing_since__lt=returned_at)
    if case.missing_episodes.filter(between).exclude(pk=episode.pk).exists():
        raise MissingTwice
    if episode.interviews.filter(at__lt=returned_at).exists():
        raise InterviewBeforeReturn


def _agency(case: Case, by: User) -> Agency:
    membership = membership_of(by)
    return membership.agency if membership else case.lead_agency


def _say_missing(case: Case, since: dt.datetime | None) -> None:
    case.missing_since = since
    case.save(update_fields=["missing_since"])


def _note(episode: MissingEpisode, moment: dt.datetime, text: str, by: User) -> None:
    add_entry(
        case=episode.case, kind=EntryKind.MISSING, happened_on=local_date(moment) or timezone.localdate(), text=text,
        by=by, source_id=episode.pk,
    )  # fmt: skip


def _by(agency: Agency) -> str:
    return f"Reported by {agency.name}."


def _tell(case: Case, by: User) -> None:
    """The lead professional, and the CSE team as far as they see the case."""
    people = dict.fromkeys(people_who_may(Permission.CATEGORY_CONFIRM))
    people |= {case.lead_professional: None} if case.lead_professional else {}
    people.pop(by, None)
    gate.ask_together(people, Permission.CASE_VIEW, case)
    words, url = (
        f"The child of case {case.reference} is missing.",
        reverse("cases:missing", args=[case.reference]),
    )
    notify_all(
        Notification(user=person, text=words, url=url, case_id=case.pk)
        for person in people
        if gate.can(person, Permission.CASE_VIEW, case)
    )
