"""Until when a record is kept: the schedule's rules, and what holds whatever they say."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cse_portal.reference.choices import AppliesTo, CountedFrom, Ending, RecordKind
from cse_portal.reference.models import RetentionRule
from cse_portal.reference.retention import Facts, add_years, due
from cse_portal.reference.services import DATA

DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2060, 12, 31))
RULES = [
    RetentionRule(**row)
    for row in json.loads((DATA / "retention.json").read_text())
    if row["record"] == RecordKind.CASE
]
FACTS = st.builds(
    Facts,
    made_on=DAYS,
    ended_on=DAYS,
    born_on=st.none() | DAYS,
    highest_category=st.integers(0, 3),
    looked_after=st.booleans(),
    died=st.booleans(),
    adopted=st.booleans(),
)
ANY_RULES = st.lists(
    st.builds(
        RetentionRule,
        code=st.text(max_size=3),
        title=st.just("A rule"),
        years=st.integers(0, 120),
        counted_from=st.sampled_from(CountedFrom),
        applies_to=st.sampled_from(AppliesTo),
    ),
    max_size=5,
)


def facts(**changes: object) -> Facts:
    """A girl born in 2003, whose case was closed when she was 17, in category 1."""
    known = {
        "made_on": dt.date(2019, 1, 7),
        "ended_on": dt.date(2020, 9, 30),
        "born_on": dt.date(2003, 3, 14),
        "highest_category": 1,
    }
    return Facts(**{**known, **changes})  # type: ignore[arg-type]


# What is different about her, the rule that counts and until when.
KEPT: list[tuple[dict[str, object], str, dt.date]] = [
    ({}, "case", dt.date(2055, 9, 30)),
    ({"highest_category": 2}, "case-serious", dt.date(2078, 4, 1)),
    (
        {"looked_after": True, "highest_category": 0, "born_on": dt.date(2003, 6, 1)},
        "case-looked-after",
        dt.date(2079, 4, 1),
    ),
    ({"looked_after": True, "born_on": None}, "case-looked-after", dt.date(2094, 4, 1)),
    # Regulation 50 asks for 15 years from the death of a child; the 35 years of any case are longer.
    ({"looked_after": True, "died": True}, "case", dt.date(2055, 9, 30)),
    (
        {"looked_after": True, "died": True, "born_on": dt.date(2001, 1, 1)},
        "case-looked-after",
        dt.date(2076, 4, 1),
    ),
    ({"adopted": True, "looked_after": True, "highest_category": 3}, "case-adopted", dt.date(2120, 9, 30)),
]


@pytest.mark.parametrize(("changes", "rule", "on"), KEPT)
def test_the_rule_that_keeps_a_case_longest(changes: dict[str, object], rule: str, on: dt.date) -> None:
    found = due(facts(**changes), RULES)
    assert found is not None
    assert (found.rule.code, found.on) == (rule, on)


def test_what_is_still_worked_on_is_never_due() -> None:
    assert due(facts(ended_on=None), RULES) is None


def test_29_february_is_not_early() -> None:
    assert add_years(dt.date(2004, 2, 29), 75) == dt.date(2079, 3, 1)


@given(FACTS, ANY_RULES)
def test_nothing_is_due_before_its_work_ended(known: Facts, rules: list[RetentionRule]) -> None:
    found = due(known, rules)
    assert found is None or known.ended_on is not None and found.on >= known.ended_on


@given(FACTS, ANY_RULES, ANY_RULES)
def test_a_graver_case_or_a_further_rule_never_makes_it_sooner(
    known: Facts, rules: list[RetentionRule], more: list[RetentionRule]
) -> None:
    graver = replace(known, highest_category=3, looked_after=True)
    one = due(known, rules)
    for other in (due(graver, rules), due(known, rules + more)):
        assert one is None or other is not None and one.on <= other.on


@given(FACTS)
def test_no_day_tells_a_birthday(known: Facts) -> None:
    found = due(known, RULES)
    assert found is not None
    if found.rule.counted_from == CountedFrom.BIRTH and found.on != known.ended_on:
        assert (found.on.month, found.on.day) == (4, 1)


def test_every_rule_says_how_it_ends_and_who_says_so() -> None:
    rows = json.loads((DATA / "retention.json").read_text())
    assert len({row["code"] for row in rows}) == len(rows)
    assert all(row["source"] and row["holds"] and row["ending"] in Ending.values for row in rows)
    assert {row["record"] for row in rows} == set(RecordKind.values)
