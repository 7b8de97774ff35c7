"""What holds of every clock whatever it counts: across every Easter and every Christmas of twenty years."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cse_portal.reference.choices import Unit
from cse_portal.reference.models import ClockRule
from cse_portal.reference.working_days import (
    CLOSES_AT,
    LONDON,
    add_working_days,
    bank_holidays,
    is_working_day,
    put_off,
    working_days_in,
)

HOLIDAYS = sorted({day for year in range(2016, 2036) for day in bank_holidays(year)})
# Half of the days tried lie around a bank holiday, where clocks go wrong.
days = st.one_of(
    st.dates(dt.date(2016, 1, 15), dt.date(2035, 11, 30)),
    st.builds(lambda day, n: day + dt.timedelta(days=n), st.sampled_from(HOLIDAYS), st.integers(-6, 6)),
)
times = st.times(min_value=dt.time(0, 0), max_value=dt.time(23, 59))
moments = st.builds(lambda day, time: dt.datetime.combine(day, time, LONDON), days, times)
rules = st.builds(
    lambda unit, amount: ClockRule(unit=unit, amount=amount), st.sampled_from(Unit), st.integers(-60, 60)
)
working = st.builds(lambda amount: ClockRule(unit=Unit.WORKING_DAYS, amount=amount), st.integers(0, 60))
stretches = st.integers(0, 40)


@given(rules, moments, moments)
def test_what_starts_later_is_never_due_earlier(
    rule: ClockRule, one: dt.datetime, other: dt.datetime
) -> None:
    first, second = sorted((one, other))
    assert rule.due(first) <= rule.due(second)


@given(working, moments)
@example(ClockRule(unit=Unit.WORKING_DAYS, amount=10), dt.datetime(2026, 12, 18, 17, 1, tzinfo=LONDON))
@example(ClockRule(unit=Unit.WORKING_DAYS, amount=1), dt.datetime(2026, 4, 2, 17, 1, tzinfo=LONDON))
def test_a_clock_in_working_days_ends_on_one(rule: ClockRule, moment: dt.datetime) -> None:
    assert is_working_day(rule.due(moment))


@given(rules, days)
def test_after_five_is_the_next_day_and_before_it_is_not(rule: ClockRule, day: dt.date) -> None:
    noon, evening = (dt.datetime.combine(day, time, LONDON) for time in (dt.time(12), dt.time(17, 1)))
    assert rule.due(noon) == rule.due(day) == rule.due(dt.datetime.combine(day, CLOSES_AT, LONDON))
    tomorrow = day + dt.timedelta(days=1)
    # A clock that counts back from a meeting counts from the day the meeting is on, in the evening too.
    assert rule.due(evening) == rule.due(tomorrow if rule.amount >= 0 else day)


@given(rules, moments)
def test_where_the_law_counts_hours_the_evening_is_still_today(rule: ClockRule, moment: dt.datetime) -> None:
    rule.day_closes = False
    assert rule.due(moment) == rule.due(moment.date())


@given(days, stretches, stretches)
def test_a_pause_moves_the_due_day_by_its_working_days(day: dt.date, runs: int, paused: int) -> None:
    due_on = add_working_days(day, runs)
    n = working_days_in(day, day + dt.timedelta(days=paused))
    assert add_working_days(put_off(due_on, n), -n) == due_on
    assert put_off(day, 0) == day


@pytest.mark.parametrize("year", range(2016, 2036))
def test_no_clock_ends_within_christmas_or_easter(year: int) -> None:
    christmas = {dt.date(year, 12, 25), dt.date(year, 12, 26)}
    easter = {day for day in bank_holidays(year) if day.month in (3, 4)}
    assert len(easter) == 2
    for start in (dt.date(year, 12, 10), min(easter) - dt.timedelta(days=14)):
        ends = {add_working_days(start, n) for n in range(25)}
        assert not ends & (christmas | easter)
        assert len(ends) == 25


def test_hours_are_counted_to_the_minute_across_the_change_of_the_clocks() -> None:
    rule = ClockRule(amount=72, unit=Unit.HOURS, day_closes=False)
    friday = dt.datetime(2026, 10, 23, 18, 30, tzinfo=LONDON)
    assert (rule.ends_at(friday) - friday.astimezone(dt.UTC)) == dt.timedelta(hours=72)
    assert rule.due(friday) == dt.date(2026, 10, 26)
