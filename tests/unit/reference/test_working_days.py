import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cse_portal.reference.working_days import (
    LONDON,
    add_months,
    add_working_days,
    bank_holidays,
    counts_from,
    is_working_day,
)

days = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))
amounts = st.integers(-60, 60)


@given(days, amounts)
def test_a_due_date_is_never_a_weekend_or_a_bank_holiday(day: dt.date, n: int) -> None:
    due = add_working_days(day, n)
    assert due.weekday() < 5
    assert due not in bank_holidays(due.year)


@given(days, days, amounts)
def test_what_starts_later_is_never_due_earlier(one: dt.date, other: dt.date, n: int) -> None:
    first, second = sorted((one, other))
    assert add_working_days(first, n) <= add_working_days(second, n)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        # Good Friday 3 April and Easter Monday 6 April 2026
        (dt.date(2026, 4, 2), 1, dt.date(2026, 4, 7)),
        (dt.date(2026, 4, 7), -1, dt.date(2026, 4, 2)),
        # Christmas 2026 is a Friday; Boxing Day, a Saturday, moves to Monday 28
        (dt.date(2026, 12, 24), 1, dt.date(2026, 12, 29)),
        (dt.date(2026, 12, 24), 10, dt.date(2027, 1, 12)),
        # Christmas 2027 is a Saturday; both days move to 27 and 28
        (dt.date(2027, 12, 24), 1, dt.date(2027, 12, 29)),
        # one-off: the King's coronation
        (dt.date(2023, 5, 5), 1, dt.date(2023, 5, 9)),
        # a Saturday counts as Monday
        (dt.date(2026, 11, 21), 1, dt.date(2026, 11, 24)),
        (dt.date(2026, 11, 21), 0, dt.date(2026, 11, 23)),
    ],
)
def test_known_dates(start: dt.date, n: int, due: dt.date) -> None:
    assert add_working_days(start, n) == due


@pytest.mark.parametrize(
    ("moment", "counted"),
    [
        (dt.datetime(2026, 11, 24, 17, 0, tzinfo=LONDON), dt.date(2026, 11, 24)),
        (dt.datetime(2026, 11, 24, 17, 0, 1, tzinfo=LONDON), dt.date(2026, 11, 25)),
        (dt.datetime(2026, 11, 27, 18, 0, tzinfo=LONDON), dt.date(2026, 11, 30)),
        (dt.datetime(2026, 11, 28, 9, 0, tzinfo=LONDON), dt.date(2026, 11, 30)),
        # summer time: 16:30 UTC is 17:30 in London
        (dt.datetime(2026, 7, 1, 16, 30, tzinfo=dt.UTC), dt.date(2026, 7, 2)),
        (dt.datetime(2026, 12, 1, 16, 30, tzinfo=dt.UTC), dt.date(2026, 12, 1)),
        # 23:30 UTC in summer is already tomorrow in London
        (dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC), dt.date(2026, 7, 2)),
        (dt.date(2026, 12, 25), dt.date(2026, 12, 29)),
    ],
)
def test_what_counts_as_received(moment: dt.datetime, counted: dt.date) -> None:
    assert counts_from(moment) == counted


def test_an_english_bank_holiday_is_not_a_scottish_one() -> None:
    assert is_working_day(dt.date(2026, 1, 2))
    assert not is_working_day(dt.date(2026, 8, 31))


@pytest.mark.parametrize(
    ("day", "n", "later"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2028, 1, 31), 1, dt.date(2028, 2, 29)),
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
        (dt.date(2026, 3, 31), -1, dt.date(2026, 2, 28)),
        (dt.date(2026, 12, 15), 12, dt.date(2027, 12, 15)),
    ],
)
def test_months_end_on_the_last_day_there_is(day: dt.date, n: int, later: dt.date) -> None:
    assert add_months(day, n) == later
