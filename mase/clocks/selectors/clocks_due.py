"""Of the clocks that the law and the protocol set (booking, the meeting, the review, its minutes): which are due."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access.rows import excluded_from
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import add_months
from mase.clocks.models import ClockPause, ClockState, ClockStep, ClockTold
from mase.clocks.selectors.clocks import Clock, clocks_to_book, held_clock
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.models.meeting import Meeting
from mase.plans.selectors.actions import leads_by_agency
from mase.transition.selectors import near_18, turning_18

SOON = "STEP_SOON"
BOOK = "CMOG_BOOK"
STILL_PAUSED = "CLOCK_STILL_PAUSED"


@dataclass(frozen=True)
class DueStep:
    """A step that is due soon, late, or still paused; of a late initial meeting also that its reason is on record.

    And a meeting that was started on an earlier day and has not ended: nothing that it decided takes effect until then.
    Without a case it is a CMOG's; without a meeting either, a month that has no CMOG.

    `day` is the day it is told for: the last in time, or while it is paused the last of the days on which that is told.
    """

    step: ClockStep
    told: ClockTold
    day: dt.date
    case: Case | None = None
    meeting: Meeting | None = None
    is_initial: bool = False
    reason: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[uuid.UUID | None, uuid.UUID | None, str, str, dt.date]:
        """What is told once: a booking changes nothing of it, a new day begins it anew."""
        cmog = self.meeting.pk if self.meeting and self.case is None else None
        return self.case.pk if self.case else None, cmog, self.step.value, self.told.value, self.day


def steps_due() -> list[DueStep]:
    """Every one, for the daily job; what is done, newly paused, or late with a reason is nobody's news."""
    return [*_to_book(), *_booked(), *_running(), *_minutes(), *_months(), *_turning_18()]


def leads_for(case: Case) -> list[User]:
    """Who answers for the agency that leads a child's case, shut out of it by nobody: the portal's service manager.

    Of a restricted case nobody hears who is not named there: a number alone would tell that there is one.
    """
    if case.is_restricted:
        return []
    shut = {each for _, each in excluded_from([case.pk])}
    leads = leads_by_agency([case.lead_agency_id])[case.lead_agency_id]
    return [each for each in leads if not shut & {each.pk, case.lead_agency_id}]


def _to_book() -> Iterator[DueStep]:
    """Also the reviews that the lead professionals hold, where no meeting is ahead that would."""
    ahead = Meeting.objects.upcoming().filter(case=OuterRef("pk"))
    waiting = Q(category__gte=RiskCategory.MEDIUM) | Q(next_review_on__isnull=False)
    rows = Case.objects.open().filter(waiting).exclude(Exists(ahead)).order_by("pk")
    cases = list(rows.select_related("lead_agency", "lead_professional"))
    running = clocks_to_book(cases)
    for case in cases:
        is_initial = any(each.step == ClockStep.BOOK for each in running[case.pk])
        for clock in running[case.pk]:
            yield from _due(clock, case, None, is_initial=is_initial)


def _booked() -> Iterator[DueStep]:
    """No day written down that is later than this is soon, whatever holidays lie between."""
    horizon = timezone.localdate() + dt.timedelta(days=3 * abs(clock_rule(SOON).amount) + 14)
    pauses = ClockPause.objects.filter(meeting=OuterRef("pk"), ends_on__isnull=True)
    rows = Meeting.objects.of_children().filter(state=MeetingState.SCHEDULED).order_by("pk")
    rows = rows.filter(Q(due_on__lte=horizon) | Exists(pauses)).prefetch_related(Prefetch("clock_pauses"))
    for meeting in rows.select_related("chair", "case__lead_agency", "case__lead_professional"):
        clock = held_clock(meeting, list(meeting.clock_pauses.all()))
        yield from _due(clock, meeting.case, meeting, is_initial=meeting.kind == MeetingKind.INITIAL)


def _running() -> Iterator[DueStep]:
    """Every morning anew, until its chair ends it or says that it was not held."""
    today = timezone.localdate()
    rows = Meeting.objects.filter(state=MeetingState.IN_PROGRESS, started_at__date__lt=today).order_by("pk")
    for meeting in rows.select_related("chair", "case__lead_agency", "case__lead_professional"):
        yield DueStep(ClockStep.HELD, ClockTold.RUNS, today, meeting.case, meeting)


def _minutes() -> Iterator[DueStep]:
    rows = Meeting.objects.ended().filter(minutes__isnull=False, minutes__circulated_at__isnull=True)
    rows = rows.select_related("minutes", "chair", "case__lead_agency", "case__lead_professional")
    for meeting in rows.order_by("pk"):
        day = meeting.minutes.due_on
        if told := _soon_or_late(day):
            yield DueStep(ClockStep.MINUTES, told, day, meeting.case, meeting)


def _months() -> Iterator[DueStep]:
    """The next month from the day in this one that the rule names; this month, as long as none was or will be held."""
    today = timezone.localdate()
    this = today.replace(day=1)
    following = add_months(this, 1)
    if not _is_booked(this):
        yield DueStep(ClockStep.BOOK, ClockTold.LATE, this)
    if clock_rule(BOOK).due(this) <= today and not _is_booked(following):
        yield DueStep(ClockStep.BOOK, ClockTold.SOON, following)


def _turning_18() -> Iterator[DueStep]:
    """Each step whose day has come and that nobody has taken."""
    for case in near_18():
        for each in turning_18(case).steps:
            if each.is_due(timezone.localdate()):
                yield DueStep(ClockStep.ADULT, ClockTold.LATE, each.due_on, case)


def _is_booked(month: dt.date) -> bool:
    last = add_months(month, 1) - dt.timedelta(days=1)
    return Meeting.objects.of_kind(MeetingKind.CMOG).not_cancelled().between(month, last).exists()


def _due(clock: Clock, case: Case, meeting: Meeting | None, *, is_initial: bool) -> Iterator[DueStep]:
    told: ClockTold | None
    day, reason = clock.due_on, clock.reason_words
    match clock.state:
        case ClockState.PAUSED if clock.paused and (last := _paused_day(clock.paused)):
            told, day, reason = ClockTold.PAUSED, last, clock.paused.reason_words
        case ClockState.LATE | ClockState.RUNNING:
            told = _soon_or_late(day)
        case ClockState.EXPLAINED if is_initial:
            told = ClockTold.EXPLAINED
        case _:
            told = None
    if told is not None:
        yield DueStep(clock.step, told, day, case, meeting, is_initial, reason)


def _soon_or_late(day: dt.date) -> ClockTold | None:
    today = timezone.localdate()
    if day < today:
        return ClockTold.LATE
    return ClockTold.SOON if clock_rule(SOON).due(day) <= today else None


def _paused_day(pause: ClockPause) -> dt.date | None:
    """The last day that has come on which it is told of a pause that goes on; none in its first days."""
    rule, today, found = clock_rule(STILL_PAUSED), timezone.localdate(), None
    day = rule.due(pause.starts_on)
    while day <= today and day != found:
        found, day = day, rule.due(day)
    return found
