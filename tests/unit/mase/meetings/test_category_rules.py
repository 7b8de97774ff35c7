"""How far a meeting may lower a category, whatever was decided before: a property of every history."""

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.assessments.models import CategoryDecision, DecisionSource, RiskAssessment
from cases.assessments.selectors import Evidence, falls_while_harmed, lowest
from cases.record.choices import HarmStatus
from cases.record.models.case import Case

WISHES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.booleans(),
        st.sampled_from((0, 0, 0, 1, 2, 3)),
        st.sampled_from(tuple(HarmStatus)),
    ),
    max_size=25,
)


def case_at(category: int) -> Case:
    return cast(Case, SimpleNamespace(category=category))


def floor(category: int) -> RiskAssessment:
    lines: list[dict[str, Any]] = [{"kind": "line", "code": "SIG01", "sentence": "Seen", "points": 5}]
    if category:
        lines.append(
            {"kind": "floor", "code": "X", "category": category, "sentence": f"At least {category}."}
        )
    return RiskAssessment(arithmetic=lines, assessed_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


@given(start=st.integers(1, 3), wishes=WISHES)
def test_a_category_never_falls_fast_nor_below_its_floor(
    start: int, wishes: list[tuple[int, bool, int, HarmStatus]]
) -> None:
    """Each round is a meeting, or an assessment that may only raise; the wish is taken as far as the rule allows."""
    now, decisions, lowered_last = start, list[CategoryDecision](), False
    for wish, is_meeting, at_least, harm in wishes:
        limit = lowest(case_at(now), Evidence(floor(at_least), (), tuple(decisions)))
        before = now
        wanted = max(wish, limit.category)
        refused = is_meeting and falls_while_harmed(case_at(now), wanted, harm)
        now = max(wanted, now, 1) if refused else wanted if is_meeting else max(wish, now)
        if is_meeting and harm == HarmStatus.H3:
            assert now >= max(before, 1), "nobody falls, nor is without a category, while the harm goes on"
        assert refused <= (harm == HarmStatus.H3), "and no other harm holds a category up"
        assert now >= before - 1, "one step at a time"
        if is_meeting:
            assert now >= at_least, "a floor holds, also above what the category was"
        if is_meeting:
            assert not (lowered_last and now < before and before == decisions[0].category), (
                "never twice running"
            )
            assert (limit.category <= max(0, before - 1)) or limit.because, "and it says why"
            lowered_last = now < before
        source = DecisionSource.MEETING if is_meeting else DecisionSource.ASSESSMENT
        decisions.insert(0, CategoryDecision(category=now, previous_category=before, source=source))


@given(category=st.integers(0, 3), at_least=st.integers(0, 3))
def test_a_meeting_decides_no_less_than_the_floor_nor_two_steps_down(category: int, at_least: int) -> None:
    """And is told which of the two it is that holds."""
    limit = lowest(case_at(category), Evidence(floor(at_least), (), ()))
    assert limit.category == max(at_least, category - 1, 0)
    if at_least > max(category - 1, 0):
        assert f"At least {at_least}. Less can be decided only after a newer assessment." in limit.because


@given(before=st.integers(0, 3), category=st.integers(0, 3), harm=st.sampled_from(tuple(HarmStatus)))
def test_a_child_who_is_being_exploited_keeps_at_least_what_they_have(
    before: int, category: int, harm: HarmStatus
) -> None:
    """And has a category at all; anyone who is not, falls as `lowest` allows."""
    refused = falls_while_harmed(case_at(before), category, harm)
    assert refused is (harm == HarmStatus.H3 and (category < before or category == 0))


@pytest.mark.parametrize("category", [0, 1, 2, 3])
def test_nothing_falls_without_an_assessment_or_on_an_old_one(category: int) -> None:
    for found in (Evidence(None, (), ()), Evidence(floor(0), (), (), is_old=True)):
        limit = lowest(case_at(category), found)
        assert limit.category == category
        assert not category or "so the category cannot go down" in limit.because[-1]
