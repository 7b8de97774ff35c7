import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cse_portal.reference.choices import Circumstance, Period, Tier
from cse_portal.reference.models import ScoringProfile
from cse_portal.reference.scoring import Answers, Profile, Tick, Weight, indicative
from cse_portal.reference.services import DATA


def the_profile() -> Profile:
    data: dict[str, Any] = json.loads((DATA / "scoring.json").read_text())[0]
    names = ("weights", "thresholds", "floors")
    return ScoringProfile(**{name: data[name] for name in names}).rules


def the_indicators() -> list[dict[str, Any]]:
    return json.loads((DATA / "indicators.json").read_text())[0]["indicators"]


PROFILE = the_profile()
INDICATORS = the_indicators()

ticks = st.builds(
    lambda row, period: Tick(row["code"], Tier(row["tier"]), row["wording"], period),
    st.sampled_from(INDICATORS),
    st.sampled_from(Period),
)
answers = st.builds(
    lambda ticked, circumstances, age: Answers(tuple(ticked), frozenset(circumstances), age),
    st.lists(ticks, max_size=30),
    st.sets(st.sampled_from(Circumstance)),
    st.none() | st.integers(0, 18),
)


@given(answers, ticks)
def test_one_more_tick_never_lowers_anything(given_answers: Answers, tick: Tick) -> None:
    more = Answers((*given_answers.ticks, tick), given_answers.circumstances, given_answers.age)
    before, after = indicative(given_answers, PROFILE), indicative(more, PROFILE)
    assert after.total >= before.total
    assert after.category >= before.category


@given(answers, st.sampled_from(Circumstance))
def test_one_more_circumstance_never_lowers_the_category(
    given_answers: Answers, circumstance: Circumstance
) -> None:
    more = Answers(given_answers.ticks, given_answers.circumstances | {circumstance}, given_answers.age)
    assert indicative(more, PROFILE).category >= indicative(given_answers, PROFILE).category


@given(answers)
def test_floors_raise_and_never_lower(given_answers: Answers) -> None:
    result = indicative(given_answers, PROFILE)
    without = indicative(given_answers, Profile(PROFILE.weights, PROFILE.thresholds))
    assert result.category >= without.category == result.category_by_total
    assert all(result.category >= floor.category for floor in result.floors)
    assert result.raised == (result.category != result.category_by_total)


@given(answers)
def test_the_lines_sum_to_the_total_and_name_each_indicator_once(given_answers: Answers) -> None:
    result = indicative(given_answers, PROFILE)
    assert sum(line.points for line in result.lines) == result.total
    assert sorted({tick.code for tick in given_answers.ticks}) == sorted(line.code for line in result.lines)


def tick(code: str, period: Period = Period.CURRENT) -> Tick:
    row = next(row for row in INDICATORS if row["code"] == code)
    return Tick(code, Tier(row["tier"]), row["wording"], period)


@pytest.mark.parametrize(
    ("ticked", "total", "category"),
    [
        ([], 0, 0),
        ([tick("VUL01"), tick("RSK01"), tick("SIG01", Period.EARLIER)], 3, 0),
        ([tick("SIG01")], 5, 0),
        ([tick("SIG01"), tick("SIG01", Period.EARLIER)], 6, 1),
        ([tick("SIG01"), tick("SIG02")], 10, 1),
        ([tick("SIG01"), tick("SIG02"), tick("RSK01")], 11, 2),
        ([tick("SIG01"), tick("SIG02"), tick("SIG03")], 15, 2),
        ([tick("SIG01"), tick("SIG02"), tick("SIG03"), tick("VUL01")], 16, 3),
        ([tick("RSK01"), tick("RSK01", Period.EARLIER)], 1, 0),
    ],
)
def test_the_published_sums_and_thresholds(ticked: list[Tick], total: int, category: int) -> None:
    result = indicative(Answers(tuple(ticked), age=15), PROFILE)
    assert (result.total, result.category) == (total, category)


@pytest.mark.parametrize(
    ("case", "floor", "category"),
    [
        (
            Answers((tick("VUL12"),), frozenset({Circumstance.TARGETED_OR_GROOMED})),
            "CONCERN_AND_VULNERABILITY",
            1,
        ),
        (Answers((), frozenset({Circumstance.DISCLOSURE})), "DISCLOSURE_OR_EVIDENCE", 2),
        (Answers((), frozenset({Circumstance.EVIDENCE_OF_OFFENCE})), "DISCLOSURE_OR_EVIDENCE", 2),
        (Answers((tick("SIG06"),), age=12), "UNDER_13", 2),
        (Answers((), frozenset({Circumstance.NETWORK})), "NETWORK", 3),
    ],
)
def test_each_floor(case: Answers, floor: str, category: int) -> None:
    result = indicative(case, PROFILE)
    assert [found.code for found in result.floors] == [floor]
    assert result.category == category
    assert result.raised


@pytest.mark.parametrize(
    "case",
    [
        Answers((), frozenset({Circumstance.TARGETED_OR_GROOMED})),
        Answers((tick("VUL12"),)),
        Answers((tick("SIG06"),), age=13),
        Answers((tick("SIG06"),), age=None),
        Answers((tick("SIG06", Period.EARLIER),), age=12),
        Answers((tick("RSK01"),), age=12),
    ],
)
def test_no_floor_without_all_that_it_names(case: Answers) -> None:
    assert indicative(case, PROFILE).floors == ()


def test_a_profile_in_which_a_tick_could_lower_the_total_is_refused() -> None:
    with pytest.raises(ValueError, match="never lower"):
        Weight(current=5, earlier=1, both=4)
