"""The clocks of a meeting: by when each step is due, which rule says so, and how it stands."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case, Episode
from cases.reviews.selectors import is_reviewed_by_lead
from cse_portal.reference.models import ClockRule
from cse_portal.reference.selectors import clock_rule, label
from cse_portal.reference.working_days import local_day, put_off, working_days_in
from cse_portal.ui.presenters import display_date
from mase.clocks.models import ClockPause, ClockState, ClockStep
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.thresholds import asked_for, counted_from, last_day_of_next, with_threshold
from mase.minutes.models import Minutes

HELD_RULES = {MeetingKind.INITIAL: "INITIAL_MASE", MeetingKind.REVIEW: "REVIEW_MASE"}
SET_BY = "Set by the meeting of"
ACTS = {
    ClockState.RUNNING: "Pause", ClockState.PAUSED: "Let it run again", ClockState.LATE: "Say why it is late",
}  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """One step with its last day in time, the rule that gave it, and how it stands today.

    `set_by` says which meeting set the day, where the rule did not. `reason`: the code of why a booked one is late.
    Only the meeting itself is paused or explained.
    """

    step: ClockStep
    since: dt.date | dt.datetime
    due_on: dt.date
    rule: ClockRule
    done_on: dt.date | None = None
    set_by: str = ""
    reason: str = ""
    pauses: Sequence[ClockPause] = ()
    is_booked: bool = False

    @property
    def because(self) -> str:
        """Which meeting set the day, or else which rule."""
        return self.set_by or self.rule.words

    @property
    def reason_words(self) -> str:
        """Why it is late."""
        return label("late-reason", self.reason) if self.reason else ""

    @property
    def asks(self) -> str:
        """The one thing that can be said about it now: the meeting itself is paused, and once booked explained."""
        if self.step != ClockStep.HELD or self.state == ClockState.LATE and not self.is_booked:
            return ""
        return ACTS.get(self.state, "")

    @property
    def paused(self) -> ClockPause | None:
        """The pause that goes on, if one does."""
        return next((each for each in self.pauses if each.ends_on is None), None)

    @property
    def state(self) -> ClockState:
        """In time to the last day; what is done is judged by its own day, what is not by today, unless it is paused."""
        if self.done_on is None and self.paused:
            return ClockState.PAUSED
        if (self.done_on or timezone.localdate()) <= self.due_on:
            return ClockState.IN_TIME if self.done_on else ClockState.RUNNING
        return ClockState.EXPLAINED if self.reason else ClockState.LATE


def paused_days(pauses: Iterable[ClockPause], until: dt.date | None = None) -> int:
    """The working days of these pauses; one that goes on counts to `until`, or not at all."""
    ended = [(each.starts_on, each.ends_on or until) for each in pauses]
    return sum(working_days_in(first, last) for first, last in ended if last is not None)


def due_after_pauses(due_on: dt.date, pauses: Iterable[ClockPause], *, until: dt.date | None) -> dt.date:
    """The due day after these pauses. The day that a meeting keeps counts those that have ended already."""
    return put_off(due_on, paused_days(pauses, until))


def is_late(due_on: dt.date, pauses: Iterable[ClockPause], day: dt.date) -> bool:
    """Whether what is held on this day is late, where the pauses that go on count to it: the start ends them."""
    return day > due_after_pauses(due_on, pauses, until=day)


def clocks_of(meeting: Meeting) -> list[Clock]:
    """By when a meeting is held, and its minutes are out, unless it is cancelled.

    Anyone who asks was shown the meeting.
    """
    if meeting.state == MeetingState.CANCELLED:
        return []
    found = [held_clock(meeting, list(meeting.clock_pauses.all()))]
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    if meeting.ended_at is not None and minutes is not None:
        day = local_day(meeting.ended_at)
        out = local_day(minutes.circulated_at) if minutes.circulated_at else None
        rule = clock_rule("MINUTES_OUT", on=day)
        found.append(Clock(ClockStep.MINUTES, day, minutes.due_on, rule, out))
    return found


def held_clock(meeting: Meeting, pauses: Sequence[ClockPause]) -> Clock:
    """By when a booked meeting is held, or was to be: its day counts the pauses that have ended."""
    done_on = local_day(meeting.started_at) if meeting.started_at else None
    going_on = [] if done_on else [each for each in pauses if each.ends_on is None]
    return Clock(
        ClockStep.HELD,
        meeting.booked_at,
        due_after_pauses(meeting.due_on, going_on, until=timezone.localdate()),
        _rule_of(meeting),
        done_on,
        set_by=meeting.due_rule if meeting.due_rule.startswith(SET_BY) else "",
        reason=meeting.late_reason,
        pauses=pauses,
        is_booked=True,
    )


def clocks_to_book(cases: Sequence[Case]) -> dict[uuid.UUID, list[Clock]]:
    """Of each of these cases the clocks of the meeting that is not booked yet, in four questions for them all."""
    keys = [each.pk for each in cases]
    periods = with_threshold(Episode.objects.filter(case__in=keys, closed_at__isnull=True))
    worked = {row.case_id: row for row in periods}
    ended = Meeting.objects.ended().filter(case__in=keys).order_by("ended_at")
    last = {key: LastMeeting(*facts) for key, *facts in ended.values_list("case_id", "ended_at", "review_on")}
    pauses = list(ClockPause.objects.filter(case__in=keys, meeting=None))
    return {
        case.pk: _unbooked(
            case,
            worked.get(case.pk),
            last.get(case.pk),
            pauses=[row for row in pauses if row.case_id == case.pk],
        )
        for case in cases
    }


def rule_name(rule: ClockRule) -> str:
    """The clock and its version, kept beside the date it gave."""
    return f"{rule.label}: {rule.amount} {rule.get_unit_display()} (version {rule.version})"


@dataclass(frozen=True)
class LastMeeting:
    """When the meeting before ended, and by when it asked for the review."""

    ended_at: dt.datetime
    review_on: dt.date | None

    def who_set(self, day: dt.date, rule: ClockRule) -> str:
        """That this meeting set the day of the review, where it is another than the rule gives; else nothing.

        A meeting may ask for an earlier one, and its day stays where the category has fallen or risen since.
        """
        if day != self.review_on or day == rule.due(self.ended_at):
            return ""
        return f"{SET_BY} {display_date(local_day(self.ended_at))}"


def report_due(meeting: Meeting) -> dt.date:
    """The last day for agencies' reports: some working days before the meeting."""
    return clock_rule("AGENCY_REPORT").due(meeting.scheduled_for)


def clock_of_next(
    case: Case,
    kind: MeetingKind,
    period: Any,
    last: LastMeeting | None,
    pauses: Sequence[ClockPause],
    until: dt.date | None = None,
) -> Clock:
    """By when the next meeting of this kind is held, that is not booked yet.

    A pause that goes on counts to `until`, or not at all.
    """
    days = paused_days(pauses, until)
    if kind is MeetingKind.INITIAL:
        first = last_day_of_next(case, period)
        return Clock(ClockStep.HELD, first.since, put_off(first.day, days), first.rule, pauses=pauses)
    rule, before = clock_rule("REVIEW_MASE", case.category), last or LastMeeting(case.opened_at, None)
    day = case.next_review_on or rule.due(before.ended_at)
    due_on, set_by = put_off(day, days), before.who_set(day, rule)
    return Clock(ClockStep.HELD, before.ended_at, due_on, rule, set_by=set_by, pauses=pauses)


def _unbooked(case: Case, period: Any, last: LastMeeting | None, *, pauses: list[ClockPause]) -> list[Clock]:
    """In category 1 the lead professional's review; else the initial MASE, or the review that the last one set."""
    if is_reviewed_by_lead(case):
        if case.next_review_on is None:
            return []
        # No pause moves it: a child who cannot be seen is the news of it.
        by_lead = clock_of_next(case, MeetingKind.REVIEW, period, last, [])
        return [replace(by_lead, step=ClockStep.REVIEW)]
    is_first = last is None or bool(period and last.ended_at < period.opened_at)
    if is_first and period and not asked_for(period, case.category):
        return []
    kind = MeetingKind.INITIAL if is_first else MeetingKind.REVIEW
    held = clock_of_next(case, kind, period, last, pauses, timezone.localdate())
    if not is_first:
        return [held]
    book, since = clock_rule("BOOK_MEETING"), counted_from(period) if period else case.opened_at
    return [Clock(ClockStep.BOOK, since, book.due(since), book), held]


def _rule_of(meeting: Meeting) -> ClockRule:
    """The rule that gave its day: also that of a lower category, where the category rose and the day was sooner."""
    code, day = HELD_RULES[MeetingKind(meeting.kind)], local_day(meeting.booked_at)
    categories = (meeting.category_at_entry, RiskCategory.LOW, RiskCategory.MEDIUM)
    rules = [clock_rule(code, each, on=day) for each in categories]
    return next((each for each in rules if rule_name(each) == meeting.due_rule), rules[0])
