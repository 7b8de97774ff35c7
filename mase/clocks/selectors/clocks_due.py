"""Of the clocks that the law and the protocol set (booking, the meeting, the review, its minutes): which are due."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access.rows import excluded_from
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import add_months
from mase.clocks.models import ClockPause, ClockState, ClockStep, ClockTold
from mase.clocks.selectors.clocks import Clock, clocks_of, clocks_to_book
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.models.meeting import Meeting
from mase.plans.selectors.handing_over import leads_by_agency

WATCHED = (ClockStep.BOOK, ClockStep.HELD, ClockStep.MINUTES)
BY_LEAD = (ClockStep.REVIEW,)
SOON = "STEP_SOON"
BOOK = "CMOG_BOOK"
STILL_PAUSED = "CLOCK_STILL_PAUSED"


@dataclass(frozen=True)
class DueStep:
    """A step that is due soon, late, or still paused; of a late initial meeting also that its reason is on record.

    And a meeting that was started on an earlier day and has not ended: nothing that it decided takes effect until then.

    `day` is the day it is told for: the last in time, or while it is paused the last of the days on which that is told.
    """

    case: Case
    meeting: Meeting | None
    clock: Clock
    told: ClockTold
    is_initial: bool
    day: dt.date

    @property
    def key(self) -> tuple[object, str, str, dt.date]:
        """What is told once: a booking changes nothing of it, a new day begins it anew."""
        return self.case.pk, self.clock.step.value, self.told.value, self.day

    @property
    def is_first_meeting(self) -> bool:
        """The initial MASE itself, whose lateness goes to the service manager with its reason."""
        return self.is_initial and self.clock.step == ClockStep.HELD

    @property
    def is_by_lead(self) -> bool:
        """The lead professional's review of a child in category 1: no meeting holds it."""
        return self.clock.step == ClockStep.REVIEW

    @property
    def still_runs(self) -> bool:
        """It was started and never ended: that is the whole news of it."""
        return self.told == ClockTold.RUNS

    @property
    def runs_for_days(self) -> bool:
        """Not only since yesterday: the chair alone has not seen to it."""
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        return self.still_runs and (self.clock.done_on or yesterday) < yesterday


def steps_due() -> list[DueStep]:
    """Every one, for the daily job; what is done, newly paused, or late with a reason is nobody's news."""
    return [*_to_book(), *_booked(), *_running(), *_minutes()]


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
    ahead = Meeting.objects.upcoming().filter(case=OuterRef("pk"))
    """Also the reviews that the lead professionals hold, where no meeting is ahead that would."""
    waiting = Q(category__gte=RiskCategory.MEDIUM) | Q(next_review_on__isnull=False)
    rows = Case.objects.open().filter(waiting).exclude(Exists(ahead)).order_by("pk")
    cases = list(rows.select_related("lead_agency", "lead_professional"))
    running = clocks_to_book(cases)
    for case in cases:
        is_initial = any(each.step == ClockStep.BOOK for each in running[case.pk])
        yield from _due(running[case.pk], case, None, is_initial=is_initial)


def _booked() -> Iterator[DueStep]:
    rows = Meeting.objects.of_children().filter(state=MeetingState.SCHEDULED).order_by("pk")
    yield from _of(rows.filter(Q(due_on__lte=_horizon()) | _standing_still(ClockStep.HELD)))


def _running() -> Iterator[DueStep]:
    """Every morning anew, until its chair ends it or says that it was not held."""
    today = timezone.localdate()
    rows = Meeting.objects.of_children().filter(state=MeetingState.IN_PROGRESS, started_at__date__lt=today)
    rows = rows.select_related("chair", "case__lead_agency", "case__lead_professional").order_by("pk")
    for meeting in rows:
        held = next(each for each in clocks_of(meeting) if each.step == ClockStep.HELD)
        is_initial = meeting.kind == MeetingKind.INITIAL
        yield DueStep(meeting.case, meeting, held, ClockTold.RUNS, is_initial, today)


def _minutes() -> Iterator[DueStep]:
    rows = Meeting.objects.of_children().ended().filter(minutes__circulated_at__isnull=True)
    due = Q(minutes__due_on__lte=_horizon()) | _standing_still(ClockStep.MINUTES)
    yield from _of(rows.filter(due).order_by("pk"))


def _standing_still(step: ClockStep) -> Exists:
    pauses = ClockPause.objects.filter(meeting=OuterRef("pk"), step=step, ends_on__isnull=True)
    return Exists(pauses)


def _of(meetings: Iterable[Meeting]) -> Iterator[DueStep]:
    rows = meetings.select_related("minutes", "chair", "case__lead_agency", "case__lead_professional")  # type: ignore[attr-defined]
    for meeting in rows:
        is_initial = meeting.kind == MeetingKind.INITIAL
        yield from _due(clocks_of(meeting), meeting.case, meeting, is_initial=is_initial)


def _due(
    clocks: Iterable[Clock], case: Case, meeting: Meeting | None, *, is_initial: bool
) -> Iterator[DueStep]:
    for clock in clocks:
        watched = WATCHED if meeting else (*WATCHED, *BY_LEAD)
        if clock.step not in watched or clock.done_on is not None:
            continue
        told = _told(clock, is_initial=is_initial)
        if told is not None:
            day = _paused_day(clock) or clock.due_on if told == ClockTold.PAUSED else clock.due_on
            yield DueStep(case, meeting, clock, told, is_initial, day)


def _paused_day(clock: Clock) -> dt.date | None:
    """The last day that has come on which it is told of a pause that goes on; none in its first days."""
    if clock.paused is None:
        return None
    rule, today, found = clock_rule(STILL_PAUSED), timezone.localdate(), None
    day = rule.due(clock.paused.starts_on)
    while day <= today and day != found:
        found, day = day, rule.due(day)
    return found


def _told(clock: Clock, *, is_initial: bool) -> ClockTold | None:
    if clock.state == ClockState.PAUSED:
        return ClockTold.PAUSED if _paused_day(clock) else None
    if clock.state == ClockState.LATE:
        return ClockTold.LATE
    if clock.state == ClockState.EXPLAINED:
        return ClockTold.EXPLAINED if is_initial and clock.step == ClockStep.HELD else None
    soon = clock.state == ClockState.RUNNING and clock_rule(SOON).due(clock.due_on) <= timezone.localdate()
    return ClockTold.SOON if soon else None


def _horizon() -> dt.date:
    """No written day later than this is soon, whatever holidays lie between: pauses only move it further on."""
    return timezone.localdate() + dt.timedelta(days=3 * abs(clock_rule(SOON).amount) + 14)


@dataclass(frozen=True)
class CmogDue:
    """A CMOG that was started and never ended; the minutes of one that was; or, without one, a month without any.

    `due_on`: the day of telling; the last day to send them out; of a month its first day.
    """

    meeting: Meeting | None
    told: ClockTold
    due_on: dt.date

    @property
    def key(self) -> tuple[object, str, dt.date]:
        """What is told once."""
        return self.meeting.pk if self.meeting else None, self.told.value, self.due_on


def cmog_due() -> list[CmogDue]:
    """Every one, for the daily job: soon and late each in its time."""
    return [*_cmogs_running(), *_cmog_minutes(), *_months()]


def _cmogs_running() -> Iterator[CmogDue]:
    """Started before today: every morning anew, until it is ended."""
    today = timezone.localdate()
    rows = Meeting.objects.of_kind(MeetingKind.CMOG).filter(
        state=MeetingState.IN_PROGRESS, started_at__date__lt=today
    )
    for meeting in rows.select_related("chair").order_by("pk"):
        yield CmogDue(meeting, ClockTold.RUNS, today)


def _cmog_minutes() -> Iterator[CmogDue]:
    today, rule = timezone.localdate(), clock_rule(SOON)
    rows = (
        Meeting.objects.of_kind(MeetingKind.CMOG)
        .ended()
        .filter(minutes__circulated_at__isnull=True)
        .select_related("minutes", "chair")
    )
    for meeting in rows.order_by("pk"):
        due_on = meeting.minutes.due_on
        if due_on < today:
            yield CmogDue(meeting, ClockTold.LATE, due_on)
        elif rule.due(due_on) <= today:
            yield CmogDue(meeting, ClockTold.SOON, due_on)


def _months() -> Iterator[CmogDue]:
    """The next month from the day in this one that the rule names; this month, as long as none was or will be held."""
    today = timezone.localdate()
    this = today.replace(day=1)
    following = add_months(this, 1)
    if not _is_booked(this):
        yield CmogDue(None, ClockTold.LATE, this)
    if clock_rule(BOOK).due(this) <= today and not _is_booked(following):
        yield CmogDue(None, ClockTold.SOON, following)


def _is_booked(month: dt.date) -> bool:
    last = add_months(month, 1) - dt.timedelta(days=1)
    return Meeting.objects.of_kind(MeetingKind.CMOG).not_cancelled().between(month, last).exists()
