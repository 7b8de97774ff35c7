import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cse_portal.reference.quarters import Quarter

days = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
quarters = st.builds(Quarter, st.integers(2000, 2098), st.integers(1, 4))


@pytest.mark.parametrize(
    ("quarter", "label", "starts_on", "ends_on"),
    [
        (Quarter(2026, 1), "2026/27 Q1", dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
        (Quarter(2026, 2), "2026/27 Q2", dt.date(2026, 7, 1), dt.date(2026, 9, 30)),
        (Quarter(2026, 3), "2026/27 Q3", dt.date(2026, 10, 1), dt.date(2026, 12, 31)),
        (Quarter(2026, 4), "2026/27 Q4", dt.date(2027, 1, 1), dt.date(2027, 3, 31)),
        (Quarter(1999, 4), "1999/00 Q4", dt.date(2000, 1, 1), dt.date(2000, 3, 31)),
    ],
)
def test_the_financial_quarters(quarter: Quarter, label: str, starts_on: dt.date, ends_on: dt.date) -> None:
    assert (quarter.label, quarter.starts_on, quarter.ends_on) == (label, starts_on, ends_on)


@given(days)
def test_every_day_is_in_exactly_the_quarter_that_contains_it(day: dt.date) -> None:
    quarter = Quarter.containing(day)
    assert day in quarter
    assert day not in quarter.next()
    assert day not in quarter.previous()


@given(quarters)
def test_next_and_previous_undo_each_other_and_leave_no_gap(quarter: Quarter) -> None:
    assert quarter.next().previous() == quarter
    assert quarter.ends_on + dt.timedelta(days=1) == quarter.next().starts_on
    assert quarter < quarter.next()


@given(quarters)
def test_what_is_written_can_be_read(quarter: Quarter) -> None:
    assert Quarter.parse(quarter.slug) == Quarter.parse(quarter.label) == quarter


@pytest.mark.parametrize(
    "text", ["", "2026-27-Q5", "2026-28-Q1", "2026-Q1", "2026-27-Q1; drop", "٢٠٢٦-27-Q1", "0000-01-Q1"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quarter"):
        Quarter.parse(text)


def test_there_is_no_fifth_quarter() -> None:
    with pytest.raises(ValueError, match="quarters 1 to 4"):
        Quarter(2026, 5)
