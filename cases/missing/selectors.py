"""When a child was missing, and where the return home interviews stand."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.assessments.models import CategoryDecision
from cases.missing.models import (
    ABSENT,
    InterviewState,
    InterviewStep,
    MissingEpisode,
    ReturnHomeInterview,
    ReviewReason,
)
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import clock_rule, codes
from cse_portal.ui.presenters import age_on


@dataclass(frozen=True)
class EpisodeRecord:
    """One episode with the steps of its interview, and by when that is to be held."""

    episode: MissingEpisode
    steps: list[ReturnHomeInterview]
    due_at: dt.datetime | None
    state: InterviewState | None


LONG = dt.timedelta(hours=24)
NIGHT = dt.time(3)  # away at this hour is away overnight


@dataclass(frozen=True)
class Prompt:
    """One reason to review the category, and the newest episode that gave it."""

    reason: ReviewReason
    episode: MissingEpisode


@dataclass(frozen=True)
class Repeated:
    """How often one child was missing within the days that count together, and when last."""

    case_id: uuid.UUID
    times: int
    last: dt.datetime


def missing_episodes(case: Case) -> list[EpisodeRecord]:
    """Every episode, the open one first and then the newest; anyone who asks was shown the case."""
    rows = case.missing_episodes.select_related(
        "reporting_agency", "recorded_by", "return_recorded_by", "agency"
    )
    found = rows.prefetch_related(
        "interviews__provider", "interviews__recorded_by", "risk_grades__recorded_by", "risk_grades__agency"
    )
    records = (record_of(each, each.interviews.all()) for each in found)
    return sorted(records, key=lambda each: not each.episode.is_open)


def episode_of(case: Case, pk: uuid.UUID) -> EpisodeRecord:
    """One episode of this case; NotVisible if there is none."""
    rows = case.missing_episodes.select_related("reporting_agency").prefetch_related("interviews")
    found = get_visible(rows.filter(pk=pk))
    found.case = case
    return record_of(found, found.interviews.all())


def missing_now(user: User) -> list[MissingEpisode]:
    """The episodes of children who are missing now, as far as this person sees the cases: the longest first, and those
    who are absent after them.
    """
    rows = _listed(user).filter(returned_at__isnull=True).prefetch_related("risk_grades")
    return sorted(rows.order_by("missing_since"), key=lambda each: each.kind == ABSENT)


def is_away(case: Case) -> bool:
    """Whether an episode is open, of whichever kind; whoever asks was shown the case."""
    return case.missing_episodes.filter(returned_at__isnull=True).exists()


def last_returned(user: User) -> MissingEpisode | None:
    """The newest return that this person may know of."""
    return _listed(user).filter(returned_at__isnull=False).order_by("-returned_at").first()


def interviews_due(user: User) -> QuerySet[MissingEpisode]:
    """The episodes that ended and whose interview was neither held nor declined: the late ones, then the next ones."""
    over = ReturnHomeInterview.objects.filter(
        episode=OuterRef("pk"), step__in=(InterviewStep.HELD, InterviewStep.DECLINED)
    )
    rows = _listed(user).filter(~Exists(over), returned_at__isnull=False)
    return rows.prefetch_related("interviews__provider").order_by("returned_at")


def how_many_late(user: User) -> int:
    """How many of those interviews should have been held by now."""
    now = timezone.now()
    begun = now - (clock_rule("RETURN_INTERVIEW").ends_at(now) - now)
    return interviews_due(user).filter(returned_at__lt=begun).count()


def worked_on(user: User, episodes: Iterable[MissingEpisode]) -> set[uuid.UUID]:
    """The keys of their cases to which this person may contribute."""
    rows = Case.objects.filter(pk__in={each.case_id for each in episodes}).worked_on_by(user)
    return set(rows.values_list("pk", flat=True))


def _listed(user: User) -> QuerySet[MissingEpisode]:
    rows = MissingEpisode.objects.visible_to(user).filter(case__status=CaseStatus.OPEN)
    return rows.select_related("case__child", "case__lead_professional")


def counts_since(day: dt.date | dt.datetime) -> dt.date:
    """The first of the days that count together, looked at from this one."""
    return clock_rule("MISSING_REPEATED").due(day)


def missing_again_and_again(day: dt.date | dt.datetime, *, case: Case | None = None) -> list[Repeated]:
    """Children of open cases who were missing as often as makes it a pattern, who was missing last at the end."""
    rows = MissingEpisode.objects.filter(
        missing_since__date__gte=counts_since(day), case__status=CaseStatus.OPEN
    )
    if case is not None:
        rows = rows.filter(case=case)
    times: dict[uuid.UUID, list[dt.datetime]] = {}
    for key, moment in rows.order_by("missing_since").values_list("case", "missing_since"):
        times.setdefault(key, []).append(moment)
    often = [
        Repeated(key, len(found), found[-1]) for key, found in times.items() if len(found) >= _threshold()
    ]
    return sorted(often, key=lambda each: each.last)


def times_missing(case: Case, day: dt.date | dt.datetime) -> int:
    """How often within the days that count together; anyone who asks was shown the case."""
    return case.missing_episodes.filter(missing_since__date__gte=counts_since(day)).count()


def review_prompts(case: Case) -> list[Prompt]:
    """Why the category is to be reviewed: what happened since it was last decided, each reason with its newest episode.

    Whoever asks was shown the case. Episodes count for as long as they count together.
    """
    return prompts_among(case, episodes_since(case, counts_since(timezone.now())))


def episodes_since(case: Case, day: dt.date) -> list[MissingEpisode]:
    """The episodes from this day on and one that is open, the oldest first, each with the last decision's moment."""
    newest = CategoryDecision.objects.filter(case=OuterRef("case")).order_by("-decided_at")
    recent = Q(missing_since__date__gte=day) | Q(returned_at__isnull=True)
    rows = case.missing_episodes.filter(recent).annotate(decided_at=newest.values("decided_at")[:1])
    return list(rows.order_by("missing_since"))


def prompts_among(case: Case, episodes: Iterable[MissingEpisode]) -> list[Prompt]:
    """The same, of episodes that were read with `episodes_since`."""
    now, day = timezone.now(), counts_since(timezone.now())
    rows = [each for each in episodes if each.is_open or timezone.localdate(each.missing_since) >= day]
    found: dict[ReviewReason, MissingEpisode] = {}
    for number, each in enumerate(rows, start=1):
        reached = _reached(case, each, number, now)
        found |= {
            reason: each
            for reason, at in reached.items()
            if not each.decided_at or at > each.decided_at  # type: ignore[attr-defined]
        }
    return [Prompt(reason, found[reason]) for reason in ReviewReason if reason in found]


def _reached(
    case: Case, episode: MissingEpisode, number: int, now: dt.datetime
) -> dict[ReviewReason, dt.datetime]:
    """When the episode, the number it is of those that count together, became a reason."""
    since, until = episode.missing_since, episode.returned_at or now
    night = _next_night(since)
    born = case.child.date_of_birth
    checks = (
        (ReviewReason.REPEATED, number >= _threshold(), since),
        (ReviewReason.LONG, until - since > LONG, since + LONG),
        (
            ReviewReason.OVERNIGHT,
            until >= night and born is not None and (age_on(born, night.date()) or 0) < 16,
            night,
        ),
        (ReviewReason.CATEGORY, case.category >= RiskCategory.MEDIUM, since),
    )
    return {reason: at for reason, holds, at in checks if holds}


def _next_night(since: dt.datetime) -> dt.datetime:
    """The first time that it is three in the morning in this country."""
    local = timezone.localtime(since)
    day = local.date() if local.time() < NIGHT else local.date() + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, NIGHT))


def interview_clock() -> str:
    """By when an interview is to be held, in the words of the rule."""
    return clock_rule("RETURN_INTERVIEW").words


def record_of(episode: MissingEpisode, steps: Iterable[ReturnHomeInterview]) -> EpisodeRecord:
    """An episode and the steps of its interview, which have been read, with where that interview stands."""
    done = list(steps)
    if episode.returned_at is None:
        return EpisodeRecord(episode, done, None, None)
    due_at = clock_rule("RETURN_INTERVIEW").ends_at(episode.returned_at)
    return EpisodeRecord(episode, done, due_at, _state(done, due_at))


def _threshold() -> int:
    return min(int(each.extra["episodes"]) for each in codes("missing-repeated"))


def _state(steps: Iterable[ReturnHomeInterview], due_at: dt.datetime) -> InterviewState:
    """Held beats everything; declined stands until it is held after all."""
    done = {InterviewStep(each.step): each for each in steps}
    if held := done.get(InterviewStep.HELD):
        return InterviewState.HELD if held.at <= due_at else InterviewState.HELD_LATE
    if InterviewStep.DECLINED in done:
        return InterviewState.DECLINED
    if timezone.now() > due_at:
        return InterviewState.LATE
    return InterviewState.TO_HOLD if InterviewStep.OFFERED in done else InterviewState.TO_OFFER
