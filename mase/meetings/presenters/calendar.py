"""The calendar as it is drawn: the weeks of a month, each day with its meetings and whether it is a working day."""

import datetime as dt
from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.reference.working_days import add_months, bank_holiday_name
from mase.meetings.models.meeting import Meeting

# Before and after, no meeting of this portal can lie.
FIRST, LAST = dt.date(2017, 4, 1), dt.date(2099, 12, 1)


@dataclass(frozen=True)
class Day:
    """One day: whether it is in the month, and what meets."""

    on: dt.date
    within: bool
    holiday: str
    meetings: list[Meeting]


@dataclass(frozen=True)
class CalendarPage:
    """A month, its weeks drawn whole, with the months before and after; at the ends there is none."""

    month: dt.date
    weeks: list[list[Day]]
    count: int
    cmogs: int
    previous: dt.date | None
    following: dt.date | None

    @property
    def listed(self) -> list[Day]:
        """The days on which something is, for a narrow screen."""
        return [day for week in self.weeks for day in week if day.within and (day.meetings or day.holiday)]


def month_of(text: str) -> dt.date:
    """The first of the month that the address asks for; of this month where it asks for none."""
    try:
        month = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        month = dt.date.min
    return month if FIRST <= month <= LAST else timezone.localdate().replace(day=1)


def days_of(month: dt.date) -> list[dt.date]:
    """Every day that is drawn."""
    return list(Calendar().itermonthdates(month.year, month.month))


def calendar_page(month: dt.date, meetings: Iterable[Meeting]) -> CalendarPage:
    """The meetings, which come `with_case()`, on their days."""
    booked: dict[dt.date, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        booked[timezone.localdate(meeting.scheduled_for)].append(meeting)
    days = [Day(on, on.month == month.month, bank_holiday_name(on), booked[on]) for on in days_of(month)]
    within = [meeting for day in days if day.within for meeting in day.meetings]
    before, after = add_months(month, -1), add_months(month, 1)
    return CalendarPage(
        month=month,
        weeks=[days[at : at + 7] for at in range(0, len(days), 7)],
        count=sum(meeting.case_id is not None for meeting in within),
        cmogs=sum(meeting.case_id is None for meeting in within),
        previous=before if before >= FIRST else None,
        following=after if after <= LAST else None,
    )
