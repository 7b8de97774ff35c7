"""Recording that a child is missing, that they are back, and the return home interview."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.missing.errors import (
    BackBeforeMissing,
    InterviewBeforeReturn,
    MissingTwice,
    StillMissing,
)
from cases.missing.models import (
    ABSENT,
    InterviewStep,
    MissingCall,
    MissingEpisode,
    MissingRiskGrade,
    ReturnHomeInterview,
)
from cases.missing.selectors.episodes import is_away
from cases.missing.selectors.told import to_be_told
from cases.missing.services.telling import prompt_review, tell_contributors
from cases.record.models.case import Case
from cases.record.services import agency_of, lock_open
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_datetime, local_date


@dataclass(frozen=True)
class Known:
    """What is known while the child is missing. All of it may be written down later."""

    police_reference: str = ""
    last_seen_where: str = ""
    last_seen_by: str = ""
    last_seen_wearing: str = ""
    with_whom: str = ""
    notes: str = ""


@dataclass(frozen=True)
class MissingReport:
    """Since when, from where, which kind, which agency reported it, and what else is known."""

    kind: str
    missing_since: dt.datetime
    missing_from: str
    reporting_agency: Agency
    known: Known = Known()
    risk_grade: str = ""


@dataclass(frozen=True)
class Grade:
    """The risk grade that the police gave, when and why."""

    grade: str
    graded_at: dt.datetime
    reason: str = ""


@dataclass(frozen=True)
class Back:
    """When they were back, where and by whom they were found, whether they were harmed, and what else is known."""

    returned_at: dt.datetime
    found_where: str = ""
    return_notes: str = ""
    found_by: str = ""
    harm_while_away: str = ""


@dataclass(frozen=True)
class Step:
    """An interview offered, booked, held or declined; when, for which agency, and what belongs to it."""

    step: InterviewStep
    at: dt.datetime
    provider: Agency
    interviewer: str = ""
    is_independent: bool | None = None
    declined_reason: str = ""
    text: str = ""
    held_where: str = ""
    others_present: str = ""
    push_factors: Sequence[str] = ()
    pull_factors: Sequence[str] = ()
    where_they_went: str = ""
    with_whom: str = ""
    transport: str = ""
    contact_since: str = ""
    phones: str = ""
    gifts: str = ""
    harm: str = ""
    would_help: str = ""


@transaction.atomic
def report(*, case: Case, gone: MissingReport, by: User, key: uuid.UUID | None = None) -> MissingEpisode:
    """A child is missing. Every agency that may contribute is told. The same key again finds the same record."""
    locked = lock_open(case, Permission.CHRONOLOGY_ADD, by)
    if key and (made := MissingEpisode.objects.filter(pk=key, case=locked).first()):
        return made
    return begin(case=locked, gone=gone, by=by, key=key)


def begin(*, case: Case, gone: MissingReport, by: User, key: uuid.UUID | None = None) -> MissingEpisode:
    """Write down a new time on a locked case, and tell everybody. The service has asked the gate."""
    check_birth(case, gone.missing_since)
    if is_away(case):
        raise NotAllowedNow(
            "This child or young person is recorded as missing already. Add when they are back to "
            "that record."
        )
    if case.missing_episodes.filter(
        returned_at__gt=gone.missing_since, missing_since__lte=gone.missing_since
    ).exists():
        raise MissingTwice
    episode = MissingEpisode.objects.create(
        pk=free_key(MissingEpisode, key), case=case, recorded_by=by, agency=agency_of(case, by),
        kind=gone.kind, missing_since=gone.missing_since, missing_from=gone.missing_from,
        reporting_agency=gone.reporting_agency, **asdict(gone.known),
    )  # fmt: skip
    if gone.risk_grade:
        add_grade(episode, Grade(gone.risk_grade, gone.missing_since), by)
    say_missing(case, episode)
    words = reference.label("missing-type", gone.kind)
    place = reference.label("missing-from", gone.missing_from)
    text = (
        f"{words} since {display_datetime(gone.missing_since)}, from: {place}. {_by(gone.reporting_agency)}"
    )
    note(episode, gone.missing_since, text, by)
    record(Action.MISSING_REPORTED, by=by, obj=episode, case=case, detail={"kind": gone.kind})
    MissingCall.objects.bulk_create(
        MissingCall(episode=episode, with_whom=who, note=words, recorded_by=by)
        for who, words in to_be_told(case)
    )
    state = "absent" if gone.kind == ABSENT else "missing"
    tell_contributors(case, f"The child of case {case.reference} is {state}.", by)
    prompt_review(case, by=by)
    return episode


@transaction.atomic
def returned(
    *, episode: MissingEpisode, back: Back, by: User, instead_of: dt.datetime | None = None
) -> MissingEpisode:
    """The child is back, and the clock of the return home interview runs. Recorded once, by who knows first.

    What was recorded wrongly is corrected `instead_of` the moment that its writer saw; the chronology has both.
    """
    case, locked = lock_episode(episode, by)
    if locked.returned_at != instead_of:
        raise NotAllowedNow("That the child or young person is back has been recorded already.")
    return end(case=case, episode=locked, back=back, by=by)


def end(*, case: Case, episode: MissingEpisode, back: Back, by: User) -> MissingEpisode:
    """Write down the return, or correct it. Both rows are locked, and the service has asked the gate."""
    instead_of = episode.returned_at
    _check_order(case, episode, back.returned_at)
    for name, value in asdict(back).items():
        setattr(episode, name, value)
    episode.return_recorded_at, episode.return_recorded_by = timezone.now(), by
    episode.save(update_fields=[*asdict(back), "return_recorded_at", "return_recorded_by"])
    words = f"Back since {display_datetime(back.returned_at)}."
    if instead_of is not None:
        words = f"Corrected, it was not {display_datetime(instead_of)}. {words}"
    note(episode, back.returned_at, words, by)
    detail = {"corrected": instead_of is not None}
    record(Action.MISSING_RETURNED, by=by, obj=episode, case=case, detail=detail)
    if instead_of is None:
        say_missing(case, None)
        tell_contributors(
            case, f"The child of case {case.reference} is back. A return home interview is due.", by
        )
    prompt_review(case, by=by)
    return episode


@transaction.atomic
def interview(
    *, episode: MissingEpisode, step: Step, by: User, key: uuid.UUID | None = None
) -> ReturnHomeInterview:
    """The interview was offered, booked, held or declined. It is held once, and then shared with the police once."""
    case, locked = lock_episode(episode, by)
    if key and (made := ReturnHomeInterview.objects.filter(pk=key, episode=locked).first()):
        return made
    if locked.returned_at is None:
        raise StillMissing
    if step.at < locked.returned_at:
        raise InterviewBeforeReturn
    done = set(locked.interviews.values_list("step", flat=True))
    if step.step == InterviewStep.SHARED and (InterviewStep.HELD not in done or step.step in done):
        raise NotAllowedNow("An interview is shared with the police once, after it was held.")
    if step.step != InterviewStep.SHARED and InterviewStep.HELD in done:
        raise NotAllowedNow("The return home interview has been held and recorded.")
    made = ReturnHomeInterview.objects.create(
        pk=free_key(ReturnHomeInterview, key), episode=locked, recorded_by=by, agency=agency_of(case, by),
        **vars(step),
    )  # fmt: skip
    more = reference.label("interview-declined", step.declined_reason) if step.declined_reason else ""
    is_booked = step.step == InterviewStep.BOOKED
    if is_booked:
        where = f", {step.held_where}" if step.held_where else ""
        more = f"For {display_datetime(step.at)}, with {step.interviewer}{where}."
    after = f"the return of {display_datetime(locked.returned_at)}"
    text = f"Return home interview after {after}: {made.get_step_display().lower()}. {more}".strip()
    note(locked, timezone.now() if is_booked else step.at, text, by)
    detail = {"step": step.step, "declined": step.declined_reason}
    record(Action.INTERVIEW_RECORDED, by=by, obj=made, case=case, detail=detail)
    return made


def record_listed(*, shown: Iterable[MissingEpisode], by: User, which: str = "now and due") -> None:
    """Note that a person saw who is missing and whose interview is due, or another list of episodes."""
    cases = {each.case_id for each in shown}
    record(Action.MISSING_LISTED, by=by, detail={"found": len(cases), "which": which}, cases=cases)


def share_with_police(
    *, episode: MissingEpisode, at: dt.datetime, by: User, key: uuid.UUID | None = None
) -> ReturnHomeInterview:
    """The police have what was said in the interview."""
    shared = Step(InterviewStep.SHARED, at, agency_of(episode.case, by))
    return interview(episode=episode, step=shared, by=by, key=key)


def lock_episode(episode: MissingEpisode, by: User) -> tuple[Case, MissingEpisode]:
    """The case and then the episode, for somebody who contributes to the case."""
    case = lock_open(episode.case, Permission.CHRONOLOGY_ADD, by)
    return case, MissingEpisode.objects.select_for_update(of=("self",)).get(pk=episode.pk)


def add_grade(
    episode: MissingEpisode, grade: Grade, by: User, key: uuid.UUID | None = None
) -> MissingRiskGrade:
    return MissingRiskGrade.objects.create(
        pk=free_key(MissingRiskGrade, key), episode=episode, recorded_by=by, agency=agency_of(episode.case, by),
        **vars(grade),
    )  # fmt: skip


def check_birth(case: Case, moment: dt.datetime) -> None:
    born, day = case.child.date_of_birth, local_date(moment)
    if born and day and day < born:
        raise NotAllowedNow(
            "That is before the child or young person was born. Check the date, and the date of birth."
        )


def _check_order(case: Case, episode: MissingEpisode, returned_at: dt.datetime) -> None:
    if returned_at <= episode.missing_since:
        raise BackBeforeMissing
    between = Q(missing_since__gt=episode.missing_since, missing_since__lt=returned_at)
    if case.missing_episodes.filter(between).exclude(pk=episode.pk).exists():
        raise MissingTwice
    if episode.interviews.filter(at__lt=returned_at).exists():
        raise InterviewBeforeReturn


def say_missing(case: Case, episode: MissingEpisode | None) -> None:
    """Lists and banners say that a child is missing; of one who is absent they do not."""
    case.missing_since = episode.missing_since if episode and episode.kind != ABSENT else None
    case.save(update_fields=["missing_since"])


def note(episode: MissingEpisode, moment: dt.datetime, text: str, by: User) -> None:
    add_entry(
        case=episode.case, kind=EntryKind.MISSING, happened_on=local_date(moment) or timezone.localdate(), text=text,
        by=by, source_id=episode.pk,
    )  # fmt: skip


def _by(agency: Agency) -> str:
    return f"Reported by {agency.name}."
