"""The calendar as it is drawn: weeks of days, each with its meetings and whether it is a working day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from cse_portal.reference.working_days import add_months, bank_holiday_name
from cse_portal.ui.presenters import display_date
from mase.meetings.models.meeting import Meeting

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
    def days(self) -> list[dt.date]:
        """Every day that is drawn: weeks are drawn whole."""
        monday, sunday = _monday(self.first), _monday(self.last) + 6 * _ONE_DAY
        return [monday + number * _ONE_DAY for number in range((sunday - monday).days + 1)]

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

    @property
    def url(self) -> str:
        """Where it is drawn."""
        return address(self.show, self.first)

    def step(self, by: int) -> "Span | None":
        """The week or month before or after; at the ends there is none."""
        on = self.first + by * 7 * _ONE_DAY if self.show == WEEK else add_months(self.first, by)
        return span_of(self.show, on.isoformat()) if FIRST <= on <= LAST else None


@dataclass(frozen=True)
class Day:
    """One day: whether it is part of what is asked for, and what meets."""

    on: dt.date
    within: bool
    holiday: str
    meetings: list[Meeting]


@dataclass(frozen=True)
class CalendarPage:
    """A week or a month with the ways to others."""

    span: Span
    weeks: list[list[Day]]
    count: int
    cmogs: int
    today: str
    week: str
    month: str

    @property
    def previous(self) -> Span | None:
        """The week or month before."""
        return self.span.step(-1)

    @property
    def following(self) -> Span | None:
        """The week or month after."""
        return self.span.step(1)

    @property
    def listed(self) -> list[Day]:
        """The days on which something is, for a narrow screen."""
        return [day for week in self.weeks for day in week if day.within and (day.meetings or day.holiday)]


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
    booked: dict[dt.date, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        booked[timezone.localdate(meeting.scheduled_for)].append(meeting)
    days = [Day(on, span.first <= on <= span.last, bank_holiday_name(on), booked[on]) for on in span.days]
    within = [meeting for day in days if day.within for meeting in day.meetings]
    middle = today if span.first <= today <= span.last else span.first
    return CalendarPage(
        span=span,
        weeks=[days[at : at + 7] for at in range(0, len(days), 7)],
        count=sum(meeting.case_id is not None for meeting in within),
        cmogs=sum(meeting.case_id is None for meeting in within),
        today=address(span.show, today),
        week=address(WEEK, middle),
        month=address(MONTH, span.first if span.show == MONTH else span.first + 3 * _ONE_DAY),
    )


def address(show: str, on: dt.date) -> str:
    """Where the week or month of a day is drawn."""
    return f"{reverse('mase:calendar')}?{urlencode({'show': show, 'day': on.isoformat()})}"


def _day(text: str) -> dt.date:
    try:
        on = dt.date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return on if FIRST <= on <= LAST else timezone.localdate()


def _monday(on: dt.date) -> dt.date:
    return on - on.weekday() * _ONE_DAY
