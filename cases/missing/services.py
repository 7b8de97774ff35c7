"""Recording that a child is missing, that they are back, and the return home interview."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.missing.models import (
    ABSENT,
    InterviewStep,
    MissingEpisode,
    MissingPrompt,
    MissingRiskGrade,
    ReturnHomeInterview,
)
from cases.missing.selectors import is_away, review_prompts
from cases.record.models.case import Case
from cases.record.services import lock_open
from cases.sharing.selectors.access import contributors
from cases.sharing.services.telling import tell_of_case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import people_in
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotAllowedNow, StaleEdit
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
class Known:
    """What is known while the child is missing. All of it may be written down later."""

    police_reference: str = ""
    last_seen_where: str = ""
    last_seen_by: str = ""
    last_seen_wearing: str = ""
    with_whom: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Gone:
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
    """An interview offered, held or declined; when, for which agency, and what belongs to it."""

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


@transaction.atomic
def report(*, case: Case, gone: Gone, by: User, key: uuid.UUID | None = None) -> MissingEpisode:
    """A child is missing. Every agency that may contribute is told. The same key again finds the same record."""
    locked = lock_open(case, Permission.CHRONOLOGY_ADD, by)
    if key and (made := MissingEpisode.objects.filter(pk=key, case=locked).first()):
        return made
    if is_away(locked):
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
        reporting_agency=gone.reporting_agency, **asdict(gone.known),
    )  # fmt: skip
    if gone.risk_grade:
        _add_grade(episode, Grade(gone.risk_grade, gone.missing_since), by)
    _say_missing(locked, episode)
    words = reference.label("missing-type", gone.kind)
    place = reference.label("missing-from", gone.missing_from)
    text = (
        f"{words} since {display_datetime(gone.missing_since)}, from: {place}. {_by(gone.reporting_agency)}"
    )
    _note(episode, gone.missing_since, text, by)
    record(Action.MISSING_REPORTED, by=by, obj=episode, case=locked, detail={"kind": gone.kind})
    state = "absent" if gone.kind == ABSENT else "missing"
    _tell(locked, f"The child of case {locked.reference} is {state}.", by)
    prompt_review(locked, by=by)
    return episode


@transaction.atomic
def change_details(
    *, episode: MissingEpisode, version: int, kind: str, known: Known, by: User
) -> MissingEpisode:
    """What becomes known is written down, over the version its writer saw. Raises StaleEdit if it is another by now."""
    case, locked = _lock(episode, by)
    if locked.version != version:
        raise StaleEdit
    was = locked.kind
    locked.kind, locked.version = kind, locked.version + 1
    for name, value in asdict(known).items():
        setattr(locked, name, value)
    locked.save(update_fields=["kind", "version", *asdict(known)])
    if kind != was:
        if locked.is_open:
            _say_missing(case, locked)
        words = f"Recorded from now on as: {reference.label('missing-type', kind)}."
        _note(locked, timezone.now(), words, by)
    record(Action.MISSING_CHANGED, by=by, obj=locked, case=case, detail={"kind": kind})
    return locked


@transaction.atomic
def change_grade(
    *, episode: MissingEpisode, grade: Grade, by: User, key: uuid.UUID | None = None
) -> MissingRiskGrade:
    """The police gave another risk grade. Each is added, with who recorded it and why; the newest holds."""
    case, locked = _lock(episode, by)
    if key and (made := MissingRiskGrade.objects.filter(pk=key, episode=locked).first()):
        return made
    if not locked.is_open:
        raise NotAllowedNow(
            "The child or young person is back. A risk grade is changed while they are missing."
        )
    if grade.graded_at < locked.missing_since:
        raise NotAllowedNow("A risk grade is given after the child or young person went missing.")
    made = _add_grade(locked, grade, by, key)
    label = reference.label("police-risk-grade", grade.grade)
    _note(locked, grade.graded_at, f"Police risk grade: {label}. {grade.reason}".strip(), by)
    record(Action.MISSING_GRADED, by=by, obj=made, case=case, detail={"grade": grade.grade})
    told = f"The risk grade of the child of case {case.reference} who is missing has changed."
    tell_of_case(case, told, person=case.lead_professional, by=by)
    return made


@transaction.atomic
def returned(
    *, episode: MissingEpisode, back: Back, by: User, instead_of: dt.datetime | None = None
) -> MissingEpisode:
    """The child is back, and the clock of the return home interview runs. Recorded once, by who knows first.

    What was recorded wrongly is corrected `instead_of` the moment that its writer saw; the chronology has both.
    """
    case, locked = _lock(episode, by)
    if locked.returned_at != instead_of:
        raise NotAllowedNow("That the child or young person is back has been recorded already.")
    _check_order(case, locked, back.returned_at)
    for name, value in asdict(back).items():
        setattr(locked, name, value)
    locked.return_recorded_at, locked.return_recorded_by = timezone.now(), by
    locked.save(update_fields=[*asdict(back), "return_recorded_at", "return_recorded_by"])
    words = f"Back since {display_datetime(back.returned_at)}."
    if instead_of is not None:
        words = f"Corrected, it was not {display_datetime(instead_of)}. {words}"
    _note(locked, back.returned_at, words, by)
    detail = {"corrected": instead_of is not None}
    record(Action.MISSING_RETURNED, by=by, obj=locked, case=case, detail=detail)
    if instead_of is None:
        _say_missing(case, None)
        _tell(case, f"The child of case {case.reference} is back. A return home interview is due.", by)
    prompt_review(case, by=by)
    return locked


@transaction.atomic
def prompt_review(case: Case, *, by: User | None = None) -> int:
    """Tell the lead professional and the CSE Team Manager why the category is to be reviewed: each reason once.

    Returns how many are new.
    """
    told = set(MissingPrompt.objects.filter(episode__case=case).values_list("episode", "reason"))
    new = [each for each in review_prompts(case) if (each.episode.pk, each.reason) not in told]
    if not new:
        return 0
    MissingPrompt.objects.bulk_create(MissingPrompt(episode=each.episode, reason=each.reason) for each in new)
    reasons = [each.reason.value for each in new]
    record(Action.REVIEW_PROMPTED, by=by, obj=case, case=case, detail={"reasons": reasons})
    why = "; ".join(each.reason.label.lower() for each in new)
    people = dict.fromkeys(people_in(Role.TEAM_MANAGER))
    people |= {case.lead_professional: None} if case.lead_professional else {}
    _notify(case, people, f"Review the category of case {case.reference}: {why}."[:200])
    return len(new)


def prompt_reviews() -> int:
    """Every hour: what a child who is missing still has become a reason for. A second run tells nothing."""
    away = MissingEpisode.objects.filter(returned_at__isnull=True)
    cases = Case.objects.open().filter(pk__in=away.values("case"))
    return sum(prompt_review(case) for case in cases.select_related("child", "lead_professional"))


@transaction.atomic
def interview(
    *, episode: MissingEpisode, step: Step, by: User, key: uuid.UUID | None = None
) -> ReturnHomeInterview:
    """The interview was offered, held or declined. Each is added; one that was held is shared with the police, once."""
    case, locked = _lock(episode, by)
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
        pk=free_key(ReturnHomeInterview, key), episode=locked, recorded_by=by, agency=_agency(case, by),
        **vars(step),
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


def share_with_police(
    *, episode: MissingEpisode, at: dt.datetime, by: User, key: uuid.UUID | None = None
) -> ReturnHomeInterview:
    """The police have what was said in the interview."""
    shared = Step(InterviewStep.SHARED, at, _agency(episode.case, by))
    return interview(episode=episode, step=shared, by=by, key=key)


def _lock(episode: MissingEpisode, by: User) -> tuple[Case, MissingEpisode]:
    """The case and then the episode, for somebody who contributes to the case."""
    case = lock_open(episode.case, Permission.CHRONOLOGY_ADD, by)
    return case, MissingEpisode.objects.select_for_update(of=("self",)).get(pk=episode.pk)


def _add_grade(
    episode: MissingEpisode, grade: Grade, by: User, key: uuid.UUID | None = None
) -> MissingRiskGrade:
    return MissingRiskGrade.objects.create(
        pk=free_key(MissingRiskGrade, key), episode=episode, recorded_by=by, agency=_agency(episode.case, by),
        **vars(grade),
    )  # fmt: skip


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


def _say_missing(case: Case, episode: MissingEpisode | None) -> None:
    """Lists and banners say that a child is missing; of one who is absent they do not."""
    case.missing_since = episode.missing_since if episode and episode.kind != ABSENT else None
    case.save(update_fields=["missing_since"])


def _note(episode: MissingEpisode, moment: dt.datetime, text: str, by: User) -> None:
    add_entry(
        case=episode.case, kind=EntryKind.MISSING, happened_on=local_date(moment) or timezone.localdate(), text=text,
        by=by, source_id=episode.pk,
    )  # fmt: skip


def _by(agency: Agency) -> str:
    return f"Reported by {agency.name}."


def _tell(case: Case, words: str, by: User) -> None:
    """Every agency that may contribute to the case, as far as its people see it."""
    people = dict.fromkeys(each.user for each in contributors(case))
    people.pop(by, None)
    _notify(case, people, words)


def _notify(case: Case, people: Iterable[User], words: str) -> None:
    """Leave a line that leads to the tab, for those of them who see the case."""
    asked = list(people)
    gate.ask_together(asked, Permission.CASE_VIEW, case)
    url = reverse("cases:missing", args=[case.reference])
    notify_all(
        Notification(user=person, text=words, url=url, case_id=case.pk)
        for person in asked
        if gate.can(person, Permission.CASE_VIEW, case)
    )
