"""Of a CMOG's clocks which are due: its end, its minutes, and that one is booked for each month."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import add_months
from mase.choices import ClockTold, MeetingState
from mase.models import CmogMeeting

SOON, BOOK = "STEP_SOON", "CMOG_BOOK"


@dataclass(frozen=True)
class CmogDue:
    """A CMOG that was started and never ended; the minutes of one that was; or, without one, a month without any.

    `due_on`: the day of telling; the last day to send them out; of a month its first day.
    """

    meeting: CmogMeeting | None
    told: ClockTold
    due_on: dt.date

    @property
    def key(self) -> tuple[object, str, dt.date]:
        """What is told once."""
        return self.meeting.pk if self.meeting else None, self.told.value, self.due_on


def cmog_due() -> list[CmogDue]:
    """Every one, for the daily job: soon and late each in its time."""
    return [*_running(), *_minutes(), *_months()]


def _running() -> Iterator[CmogDue]:
    """Started before today: every morning anew, until it is ended."""
    today = timezone.localdate()
    rows = CmogMeeting.objects.filter(state=MeetingState.IN_PROGRESS, started_at__date__lt=today)
    for meeting in rows.select_related("chair").order_by("pk"):
        yield CmogDue(meeting, ClockTold.RUNS, today)


def _minutes() -> Iterator[CmogDue]:
    today, rule = timezone.localdate(), clock_rule(SOON)
    rows = (
        CmogMeeting.objects.ended()
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
    return CmogMeeting.objects.not_cancelled().between(month, last).exists()
