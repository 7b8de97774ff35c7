"""When a child was missing, who is missing now, and where the return home interviews stand."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.missing.models import (
    ABSENT,
    InterviewState,
    InterviewStep,
    MissingCall,
    MissingEpisode,
    ReturnHomeInterview,
)
from cases.record.choices import CaseStatus
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import clock_rule


@dataclass(frozen=True)
class EpisodeRecord:
    """One episode with the steps of its interview, and by when that is to be held."""

    episode: MissingEpisode
    steps: list[ReturnHomeInterview]
    due_at: dt.datetime | None
    state: InterviewState | None

    @property
    def booked(self) -> ReturnHomeInterview | None:
        """The newest booking, in time or not."""
        bookings = (each for each in self.steps if each.step == InterviewStep.BOOKED)
        return max(bookings, key=lambda each: each.recorded_at, default=None)

    @property
    def is_booked_late(self) -> bool:
        """Whether it is booked for later than it is to be held."""
        return bool(self.booked and self.due_at and self.booked.at > self.due_at)


A_YEAR = dt.timedelta(days=365)


def missing_episodes(case: Case) -> list[EpisodeRecord]:
    """Every episode, the open one first and then the newest; anyone who asks was shown the case."""
    rows = case.missing_episodes.select_related(
        "reporting_agency", "recorded_by", "return_recorded_by", "agency"
    )
    found = rows.prefetch_related(
        "interviews__provider",
        "interviews__recorded_by",
        "risk_grades__recorded_by",
        "risk_grades__agency",
        "calls",
        "sightings",
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
    rows = (
        _listed(user).filter(returned_at__isnull=True).prefetch_related("risk_grades", "calls", "sightings")
    )
    return sorted(rows.order_by("missing_since"), key=lambda each: each.kind == ABSENT)


def call_of(case: Case, pk: uuid.UUID) -> MissingCall:
    """One call about this very child; NotVisible if there is none."""
    return get_visible(MissingCall.objects.filter(pk=pk, episode__case=case).select_related("episode__case"))


def starts_of(user: User, case: Case | None = None) -> tuple[Counter[tuple[int, int]], Counter[str]]:
    """Of twelve months: how many times began on each weekday and in each two hours, and from which kind of place."""
    rows = MissingEpisode.objects.visible_to(user).exclude(kind=ABSENT)
    rows = rows.filter(missing_since__gte=timezone.now() - A_YEAR)
    if case is not None:
        rows = rows.filter(case=case)
    starts: Counter[tuple[int, int]] = Counter()
    places: Counter[str] = Counter()
    for moment, place in rows.values_list("missing_since", "missing_from"):
        local = timezone.localtime(moment)
        starts[local.weekday(), local.hour // 2] += 1
        places[place] += 1
    return starts, places


def interviews_by_quarter(user: User) -> tuple[list[set[str]], list[set[str]]]:
    """What became of the interview after each return, of this quarter and of the one before."""
    quarter = Quarter.containing(timezone.localdate())
    rows = MissingEpisode.objects.visible_to(user)
    rows = rows.filter(returned_at__date__gte=quarter.previous().starts_on).prefetch_related("interviews")
    found: tuple[list[set[str]], list[set[str]]] = ([], [])
    for each in rows:
        is_earlier = timezone.localdate(each.returned_at) < quarter.starts_on
        found[is_earlier].append(interview_facts(each))
    return found


def is_away(case: Case) -> bool:
    """Whether an episode is open, of whichever kind; whoever asks was shown the case."""
    return case.missing_episodes.filter(returned_at__isnull=True).exists()


def last_returned(user: User) -> MissingEpisode | None:
    """The newest return that this person may know of."""
    return _listed(user).filter(returned_at__isnull=False).order_by("-returned_at").first()


def interviews_due(user: User) -> QuerySet[MissingEpisode]:
    """The episodes that ended and whose interview was not held, nor declined last: the late ones first."""
    steps = ReturnHomeInterview.objects.filter(episode=OuterRef("pk"))
    last = Coalesce(Subquery(steps.order_by("-recorded_at").values("step")[:1]), Value(""))
    rows = _listed(user).filter(returned_at__isnull=False).alias(last=last)
    rows = rows.filter(last__in=("", InterviewStep.OFFERED, InterviewStep.BOOKED))
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


def interview_facts(episode: MissingEpisode) -> set[str]:
    """What became of the interview after a return, as the lists and the measures count it; its steps have been read."""
    if episode.returned_at is None:
        return set()
    done = {InterviewStep(each.step): each for each in episode.interviews.all()}
    held, declined = done.get(InterviewStep.HELD), done.get(InterviewStep.DECLINED)
    due_at = clock_rule("RETURN_INTERVIEW").ends_at(episode.returned_at)
    facts = {
        "offered": done, "accepted": done and (held or not declined), "held": held,
        "in_time": held and held.at <= due_at, "independent": held and held.is_independent,
        "shared": InterviewStep.SHARED in done,
    }  # fmt: skip
    return {code for code, holds in facts.items() if holds}


def _state(steps: Iterable[ReturnHomeInterview], due_at: dt.datetime) -> InterviewState:
    """Held beats everything; declined holds until it is offered again."""
    done = {InterviewStep(each.step): each for each in steps}
    if held := done.get(InterviewStep.HELD):
        return InterviewState.HELD if held.at <= due_at else InterviewState.HELD_LATE
    if done and max(done.values(), key=lambda each: each.recorded_at).step == InterviewStep.DECLINED:
        return InterviewState.DECLINED
    if timezone.now() > due_at:
        return InterviewState.LATE
    if InterviewStep.BOOKED in done:
        return InterviewState.BOOKED
    return InterviewState.TO_HOLD if InterviewStep.OFFERED in done else InterviewState.TO_OFFER
