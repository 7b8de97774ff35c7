"""Until when a record is kept: the schedule's rules, and what holds whatever they say."""

import datetime as dt
import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cse_portal.reference.choices import AppliesTo, CountedFrom, Ending, RecordKind
from cse_portal.reference.models import RetentionRule
from cse_portal.reference.retention import Facts, Keeping, add_years, due
from cse_portal.reference.services import DATA

DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2060, 12, 31))
RULES = [
    RetentionRule(**row).keeping
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
        Keeping,
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


def test_a_case_is_kept_35_years_from_its_closing() -> None:
    found = due(facts(), RULES)
    assert found is not None
    assert (found.rule.code, found.on) == ("case", dt.date(2055, 9, 30))


def test_category_2_at_any_time_keeps_it_until_the_75th_birthday_and_the_next_april() -> None:
    found = due(facts(highest_category=2), RULES)
    assert found is not None
    assert (found.rule.code, found.on) == ("case-serious", dt.date(2078, 4, 1))


def test_a_looked_after_child_is_kept_until_the_75th_birthday_whatever_the_category() -> None:
    found = due(facts(looked_after=True, highest_category=0, born_on=dt.date(2003, 6, 1)), RULES)
    assert found is not None
    assert (found.rule.code, found.on) == ("case-looked-after", dt.date(2079, 4, 1))


def test_of_a_looked_after_child_who_died_the_75_years_are_not_counted() -> None:
    """Regulation 50 asks for 15 years from the death; the 35 years of any case are longer."""
    known = facts(looked_after=True, died=True)
    found = due(known, RULES)
    assert found is not None
    assert (found.rule.code, found.on) == ("case", dt.date(2055, 9, 30))
    alone = due(known, [rule for rule in RULES if rule.applies_to == AppliesTo.DIED])
    assert alone is not None
    assert (alone.rule.years, alone.on) == (15, dt.date(2035, 9, 30))
    for other in ({"born_on": None}, {"born_on": dt.date(2001, 1, 1)}, {"highest_category": 2}):
        kept = due(facts(looked_after=True, died=True, **other), RULES)
        assert kept is not None
        assert kept.rule.years == 75, "grown up, of unknown age, or gravely at risk: as before"


def test_an_adoption_keeps_it_a_hundred_years() -> None:
    found = due(facts(adopted=True, looked_after=True, highest_category=3), RULES)
    assert found is not None
    assert (found.rule.code, found.on) == ("case-adopted", dt.date(2120, 9, 30))


def test_an_unknown_birthday_counts_from_the_day_the_record_was_made() -> None:
    found = due(facts(looked_after=True, born_on=None), RULES)
    assert found is not None
    assert found.on == dt.date(2094, 4, 1)


def test_what_is_still_worked_on_is_never_due() -> None:
    assert due(facts(ended_on=None), RULES) is None


def test_29_february_is_not_early() -> None:
    assert add_years(dt.date(2004, 2, 29), 75) == dt.date(2079, 3, 1)


@given(FACTS, st.integers(0, 18 * 365))
def test_the_periods_of_classes_that_are_not_here_could_never_be_the_longest(known: Facts, days: int) -> None:
    """15 years from a death before the closing; to the 21st birthday, of somebody who is a child when it is closed."""
    assert known.ended_on is not None
    found = due(known, RULES)
    assert found is not None
    born = known.ended_on - dt.timedelta(days)
    assert found.on > add_years(known.ended_on, 15)
    assert found.on > add_years(born, 21)


@given(FACTS, ANY_RULES)
def test_nothing_is_due_before_its_work_ended(known: Facts, rules: list[Keeping]) -> None:
    found = due(known, rules)
    assert found is None or known.ended_on is not None and found.on >= known.ended_on


@given(FACTS, ANY_RULES, st.integers(0, 20_000))
def test_work_that_ended_later_is_never_due_sooner(known: Facts, rules: list[Keeping], days: int) -> None:
    assert known.ended_on is not None
    later = Facts(
        known.made_on,
        known.ended_on + dt.timedelta(days),
        known.born_on,
        known.highest_category,
        known.looked_after,
        adopted=known.adopted,
    )
    known = replace(
        known, died=False
    )  # one who was a child when it was closed may be grown up when it is later
    one, other = due(known, rules), due(later, rules)
    assert (one is None) == (other is None)
    assert one is None or other is None or one.on <= other.on


@given(FACTS, ANY_RULES, ANY_RULES)
def test_a_graver_case_or_a_further_rule_never_makes_it_sooner(
    known: Facts, rules: list[Keeping], more: list[Keeping]
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
