"""Start + new + re-opened - closed = end, whatever the histories."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from reporting.measures.selectors.episodes import CLOSED, END, NEW, REOPENED, START, Span, columns_of

BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
QUARTER = (BEGINNING + dt.timedelta(days=90), BEGINNING + dt.timedelta(days=181))
days = st.integers(0, 365)


def flow(spans: Iterable[Span], start: dt.datetime, end: dt.datetime) -> Counter[str]:
    """How many are in each column."""
    return Counter(column for span in spans for column in columns_of(span, start, end))


@st.composite
def histories(draw: st.DrawFn) -> list[Span]:
    """One child's periods of work, one after the other; the last may still be going on."""
    moments = sorted(draw(st.lists(days, max_size=7)))
    at = [BEGINNING + dt.timedelta(days=day) for day in moments]
    return [
        Span(opened, at[place + 1] if place + 1 < len(at) else None, reopened=place > 0)
        for place, opened in enumerate(at)
        if place % 2 == 0
    ]


@given(st.lists(histories(), max_size=30))
def test_it_reconciles_whatever_the_histories(children: list[list[Span]]) -> None:
    counts = flow([span for child in children for span in child], *QUARTER)
    assert counts[START] + counts[NEW] + counts[REOPENED] - counts[CLOSED] == counts[END]


@given(st.lists(histories(), max_size=30))
def test_one_quarters_end_is_the_next_ones_start(children: list[list[Span]]) -> None:
    spans = [span for child in children for span in child]
    after = (QUARTER[1], QUARTER[1] + dt.timedelta(days=92))
    assert flow(spans, *QUARTER)[END] == flow(spans, *after)[START]


@given(histories())
def test_no_child_is_open_twice(child: list[Span]) -> None:
    counts = flow(child, *QUARTER)
    assert counts[START] <= 1
    assert counts[END] <= 1


def test_the_first_moment_belongs_to_the_quarter_and_the_one_after_it_does_not() -> None:
    start, end = QUARTER
    assert flow([Span(start, None)], start, end) == {NEW: 1, END: 1}
    assert flow([Span(end, None)], start, end) == {}
    assert flow([Span(BEGINNING, start)], start, end) == {START: 1, CLOSED: 1}
    assert flow([Span(BEGINNING, end)], start, end) == {START: 1, END: 1}
