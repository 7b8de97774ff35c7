"""The calendar as it is drawn: weeks of days, each with its meetings and whether it is a working day."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from cse_portal.reference.working_days import add_months, bank_holiday_name
from cse_portal.ui.presenters import display_date, display_time
from mase.cmog.presenters.cmog import calendar_row
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.meeting_lists import MeetingRow, row

WEEK, MONTH = "week", "month"
# Before and after, no meeting of this portal can lie.
FIRST, LAST = dt.date(2017, 4, 1), dt.date(2099, 12, 31)
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """What a calendar is about: a week from Monday to Sunday, or a month."""

    show: str
    first: dt.date
    last: dt.date

    @property
    def monday(self) -> dt.date:
        """The first day that is drawn: weeks are drawn whole."""
        return _monday(self.first)

    @property
    def sunday(self) -> dt.date:
        """The last day that is drawn."""
        return _monday(self.last) + 6 * _ONE_DAY

    @property
    def title(self) -> str:
        """November 2026, or 23 to 29 November 2026."""
        if self.show == MONTH:
            return f"{self.first:%B %Y}"
        begins = f"{self.first.day}"
        if self.first.year != self.last.year:
            begins = display_date(self.first)
        elif self.first.month != self.last.month:
            begins = f"{self.first.day} {self.first:%B}"
        return f"{begins} to {display_date(self.last)}"


@dataclass(frozen=True)
class Entry:
    """One meeting on its day."""

    time: str
    meeting: MeetingRow
    is_cmog: bool = False


@dataclass
class Day:
    """One day: when it is, whether people work, and what meets."""

    on: dt.date
    words: str
    heading: str
    month: str
    within: bool
    is_today: bool
    holiday: str
    weekend: bool
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """One line of the calendar."""

    title: str
    url: str
    days: Sequence[Day]


@dataclass(frozen=True)
class CalendarPage:
    """A week or a month with the ways to others."""

    span: Span
    weeks: Sequence[Week]
    listed: Sequence[Day]
    count: int
    cmogs: int
    previous: tuple[str, str]
    following: tuple[str, str]
    today: str
    week: str
    month: str


def span_of(show: str, day: str) -> Span:
    """What the address asks for; what it does not say rightly is the month of today."""
    on = _day(day)
    if show == WEEK:
        return Span(WEEK, _monday(on), _monday(on) + 6 * _ONE_DAY)
    first = on.replace(day=1)
    return Span(MONTH, first, add_months(first, 1) - _ONE_DAY)


def calendar_page(span: Span, meetings: Iterable[Meeting]) -> CalendarPage:
    """The meetings, which come `with_case()`, on their days."""
    today = timezone.localdate()
    days = {on: _blank(on, span, today) for on in _days(span.monday, span.sunday)}
    for meeting in meetings:
        entry = Entry(display_time(meeting.scheduled_for), _row(meeting), meeting.case_id is None)
        days[timezone.localdate(meeting.scheduled_for)].entries.append(entry)
    drawn = list(days.values())
    within = [day for day in drawn if day.within]
    middle = today if span.first <= today <= span.last else span.first
    return CalendarPage(
        span=span,
        weeks=[_week(drawn[at : at + 7]) for at in range(0, len(drawn), 7)],
        listed=[day for day in within if day.entries or day.holiday],
        count=sum(not entry.is_cmog for day in within for entry in day.entries),
        cmogs=sum(entry.is_cmog for day in within for entry in day.entries),
        previous=_step(span, -1),
        following=_step(span, 1),
        today=address(span.show, today),
        week=address(WEEK, middle),
        month=address(MONTH, span.first if span.show == MONTH else span.first + 3 * _ONE_DAY),
    )


def address(show: str, on: dt.date) -> str:
    """Where the week or month of a day stands."""
    return f"{reverse('mase:calendar')}?{urlencode({'show': show, 'day': on.isoformat()})}"


def _row(meeting: Meeting) -> MeetingRow:
    return calendar_row(meeting) if meeting.case_id is None else row(meeting, named=True)


def _blank(on: dt.date, span: Span, today: dt.date) -> Day:
    return Day(
        on=on,
        words=f"{on:%A} {display_date(on)}",
        heading=f"{on.day}",
        month=f"{on:%b}" if on.day == 1 or not span.first <= on <= span.last else "",
        within=span.first <= on <= span.last,
        is_today=on == today,
        holiday=bank_holiday_name(on),
        weekend=on.weekday() > 4,
    )


def _week(days: Sequence[Day]) -> Week:
    monday = days[0].on
    return Week(f"{monday.day} {monday:%B}", address(WEEK, monday), days)


def _step(span: Span, by: int) -> tuple[str, str]:
    """Where the week or month before or after is, and what it is called; at the ends there is none."""
    on = span.first + by * 7 * _ONE_DAY if span.show == WEEK else add_months(span.first, by)
    if not FIRST <= on <= LAST:
        return "", ""
    return address(span.show, on), span_of(span.show, on.isoformat()).title


def _day(text: str) -> dt.date:
    try:
        on = dt.date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return on if FIRST <= on <= LAST else timezone.localdate()


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + number * _ONE_DAY for number in range((last - first).days + 1)]


def _monday(on: dt.date) -> dt.date:
    return on - on.weekday() * _ONE_DAY
