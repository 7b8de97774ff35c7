"""No count of 1 to 5 children can be read from, or worked out of, what is told outside."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.measures.models import About, Unit
from reporting.returns.selectors.published import Cell, may_be_told, small_facts, withheld_facts
from reporting.returns.selectors.suppression import Known, suppress
from tests.unit.reporting.returns.reader import Reader
from tests.unit.reporting.returns.tables import one_way_cells, two_way_cells

counts = st.one_of(st.integers(0, 6), st.integers(0, 40), st.just(0))


def rows_of(width: int) -> st.SearchStrategy[list[list[int]]]:
    """Rows of so many counts."""
    return st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=5)


def check(cells: list[Cell]) -> None:
    result = withheld_facts(cells)
    small = small_facts(cells)
    assert small <= result.hidden
    assert not result.exposed
    reader = Reader()
    reader.read(cells, result.hidden)
    assert not reader.narrowed({(each.fact, int(each.value or 0)) for each in cells if each.fact in small})
    for cell in cells:
        if may_be_told(cell, result.hidden):
            assert cell.fact not in small
            assert not result.hidden.intersection(cell.basis)


@settings(max_examples=150, deadline=None)
@given(st.lists(counts, min_size=1, max_size=7))
def test_no_column_gives_a_small_count_back(numbers: list[int]) -> None:
    check(one_way_cells("T", "sex", numbers))


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=5)
    ),
    st.sampled_from((Unit.CHILDREN, Unit.INITIALS)),
)
def test_no_grid_gives_a_small_count_back(rows: list[list[int]], unit: Unit) -> None:
    check(two_way_cells("T", "category_sex", rows, unit=unit))


# Of 3 and 12 things, in time and late: which of 1, 2, 7 and 5 are small, and which totals.
SMALL = {About.CHILD: {1, 2, 3, 5}, About.WORK: {1, 2, 3}, About.NO_CHILD: set()}


@pytest.mark.parametrize("unit", Unit)
def test_the_unit_says_which_numbers_are_small(unit: Unit) -> None:
    cells = two_way_cells("T", "due", [[1, 2], [7, 5]], unit=unit)
    few = small_facts(cells)
    assert {int(cell.value or 0) for cell in cells if cell.fact in few} == SMALL[unit.about]


def test_work_for_more_than_five_is_told_until_a_few_of_them_are_broken_down() -> None:
    held = two_way_cells("D3", "people", [[10, 2]], facts={("total", "c1"): "absent"}, unit=Unit.CHILDREN_MET)
    assert not withheld_facts(held).hidden
    reasons = one_way_cells("D3", "reason", [1, 1, 0], total="absent", unit=Unit.CHILDREN)
    assert {"absent", "absent:reason=0", "absent:reason=1"} <= withheld_facts([*held, *reasons]).hidden


@pytest.mark.parametrize("unit", [Unit.INITIALS, Unit.REVIEWS, Unit.PEOPLE_OF_CONCERN, Unit.SUBMISSIONS])
def test_meetings_subjects_and_what_agencies_did_are_told(unit: Unit) -> None:
    assert not withheld_facts(two_way_cells("D2", "due", [[0, 3], [4, 2]], unit=unit)).hidden


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 4)), max_size=60))
def test_tables_of_the_same_children_do_not_give_each_other_away(
    children: list[tuple[int, int, int]],
) -> None:
    cells: list[Cell] = []
    for place, width in enumerate((4, 3, 5)):
        numbers = [sum(child[place] == code for child in children) for code in range(width)]
        cells += one_way_cells("T", f"by{place}", numbers, total="everyone")
    cross = [
        [sum(child[:2] == (row, column) for child in children) for column in range(3)] for row in range(4)
    ]
    marginal = {(f"r{row}", "total"): f"everyone:by0={row}" for row in range(4)}
    marginal |= {("total", f"c{column}"): f"everyone:by1={column}" for column in range(3)}
    cells += two_way_cells("T", "cross", cross, facts={**marginal, ("total", "total"): "everyone"})
    check(cells)


def test_one_small_count_takes_another_with_it() -> None:
    cells = one_way_cells("T", "sex", [3, 20, 30, 0])
    hidden = withheld_facts(cells).hidden
    assert "T:sex=0" in hidden
    assert len(hidden) == 2
    assert "T:sex=3" not in hidden, "nought is told, and protects nobody"


def test_no_more_is_withheld_than_is_needed() -> None:
    hidden = withheld_facts(two_way_cells("T", "x", [[0, 7], [8, 2]])).hidden
    assert hidden == {"T:x|r1|c1", "T:x|r0|c1", "T:x|r1|total", "T:x|r0|total"}


def test_the_total_is_told_as_long_as_a_part_will_do() -> None:
    hidden = withheld_facts(one_way_cells("T", "sex", [3, 900, 0])).hidden
    assert hidden == {"T:sex=0", "T:sex=1"}


def test_ones_that_fill_their_total_are_not_told_by_it() -> None:
    cells = one_way_cells("T", "sex", [1, 1, 1, 1, 1])
    assert "T" in withheld_facts(cells).hidden


def test_a_share_is_withheld_with_what_it_rests_on() -> None:
    rate = Cell("T", "sex", "0", "rate", "T:sex=0|rate", None, ("T:sex=0", "T:sex=1"))
    assert not may_be_told(rate, {"T:sex=1"})
    assert may_be_told(rate, {"T:sex=2"})


def test_what_an_earlier_return_told_or_withheld_stays_so() -> None:
    cells = one_way_cells("T", "sex", [3, 20, 30])
    earlier = [replace(each, source="last", hidden=each.fact == "T:sex=2") for each in cells[1:3]]
    result = withheld_facts(cells, earlier=earlier)
    assert "T:sex=1" not in result.hidden
    assert {"T:sex=0", "T:sex=2"} <= result.hidden


def test_a_small_count_nothing_can_protect_is_reported() -> None:
    equation = {"a": 1, "b": 1, "total": -1}
    counts = {"a": 3, "b": 20, "total": 23}
    assert suppress(Known(counts, [equation], {"a"}, told=["b", "total"])).exposed == {"a"}


def test_the_same_numbers_again_withhold_the_same() -> None:
    """What was told once is not withheld the next time, when nothing has moved, nor the other way round."""
    first = [3, 20, 31, 4, 18]
    last = one_way_cells("T", "sex", first, total="open@1")
    hidden = withheld_facts(last).hidden
    now = one_way_cells("T", "sex", first, total="open@2")
    earlier = [replace(each, source="last", hidden=each.fact in hidden) for each in last]
    assert withheld_facts(now, earlier=earlier).hidden == {fact.replace("@1", "@2") for fact in hidden}
