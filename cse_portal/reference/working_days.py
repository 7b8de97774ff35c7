"""Working days: Monday to Friday, less the bank holidays of England.

Received after 17:00 London time, or on a day that is not a working day, counts as the next working day.
"""

import calendar
import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
CLOSES_AT = dt.time(17, 0)
_ONE_DAY = dt.timedelta(days=1)


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """England's bank holidays of a year, substitute days and one-off holidays included."""
    return frozenset(_named(year))


def bank_holiday_name(day: dt.date) -> str:
    """What England calls this bank holiday; empty for any other day."""
    name: str = _named(day.year).get(day, "")
    return name.replace("(observed)", "(substitute day)").replace("'", "’")


def is_working_day(day: dt.date) -> bool:
    """Neither a weekend nor a bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def local_day(moment: dt.date | dt.datetime) -> dt.date:
    """The date in London."""
    return _london(moment).date() if isinstance(moment, dt.datetime) else moment


def counts_from(moment: dt.date | dt.datetime) -> dt.date:
    """The working day something received at this moment counts as received on.

    A moment without a time zone is London time; a date without a time is within working hours.
    """
    return next_working_day(day_received(moment))


def day_received(moment: dt.date | dt.datetime) -> dt.date:
    """As `counts_from`, where every day of the week counts: the day itself, the next one after 17:00."""
    day = local_day(moment)
    if isinstance(moment, dt.datetime) and _london(moment).time() > CLOSES_AT:
        day += _ONE_DAY
    return day


def add_working_days(start: dt.date | dt.datetime, n: int) -> dt.date:
    """The n-th working day after the one `start` counts as; before it, when n is negative."""
    day = counts_from(start)
    step = _ONE_DAY if n >= 0 else -_ONE_DAY
    remaining = abs(n)
    while remaining:
        day += step
        remaining -= is_working_day(day)
    return day


def working_days_in(first: dt.date, until: dt.date) -> int:
    """How many working days lie from the first day to the one before the last; none when it is the other way round."""
    return sum(is_working_day(first + dt.timedelta(days=i)) for i in range((until - first).days))


def put_off(due_on: dt.date, n: int) -> dt.date:
    """A due day moved on by working days that did not count; by none, it stays even on a Sunday."""
    return add_working_days(due_on, n) if n else due_on


def add_months(day: dt.date, n: int) -> dt.date:
    """The same day of the month n months later, or that month's last day."""
    years, month0 = divmod(day.month - 1 + n, 12)
    year, month = day.year + years, month0 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@cache
def _named(year: int) -> dict[dt.date, str]:
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


def next_working_day(day: dt.date) -> dt.date:
    """The day itself where people work on it, else the first one after it on which they do."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def last_working_day(day: dt.date) -> dt.date:
    """The day itself where people work on it, else the last one before it on which they do."""
    while not is_working_day(day):
        day -= _ONE_DAY
    return day


def _london(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(LONDON) if moment.tzinfo else moment
