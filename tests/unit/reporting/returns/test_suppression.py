"""No count of 1 to 5 children can be read from, or worked out of, what is told outside."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.measures.models import Unit
from reporting.returns.selectors.published import Cell, may_be_told, small_facts, sums, withheld_facts
from reporting.returns.selectors.suppression import Equation, determined, suppress
from tests.unit.reporting.returns.tables import one_way_cells, two_way_cells

counts = st.one_of(st.integers(0, 6), st.integers(0, 40), st.just(0))


def rows_of(width: int) -> st.SearchStrategy[list[list[int]]]:
    """Rows of so many counts."""
    return st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=5)


def rank(rows: list[list[Fraction]]) -> int:
    """The rank of a matrix over the rationals: written apart from the code under test, and slowly."""
    rows = [list(row) for row in rows]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / rows[found][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def given_away(equations: list[Equation], hidden: set[str]) -> set[str]:
    """A withheld fact is given away when leaving it out of the equations makes them say less."""
    facts = sorted(hidden)
    matrix = [[Fraction(equation.get(fact, 0)) for fact in facts] for equation in equations]
    whole = rank(matrix)
    return {
        fact
        for place, fact in enumerate(facts)
        if rank([row[:place] + row[place + 1 :] for row in matrix]) < whole
    }


def check(cells: list[Cell]) -> None:
    result = withheld_facts(cells)
    small = small_facts(cells)
    assert small <= result.hidden
    assert not result.exposed
    assert not given_away(sums(cells), result.hidden) & small
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
SMALL = {
    **dict.fromkeys(
        ("children", "episodes", "concerns", "referrals", "people of concern", "investigations"), {1, 2, 3, 5}
    ),
    **dict.fromkeys(
        ("submissions", "initial meetings", "reviews", "decisions", "returns", "children met"), {1, 2, 3}
    ),
    **dict.fromkeys(
        ("meetings", "invitations", "actions", "minutes", "disagreements", "places", "orders"), set()
    ),
}


@pytest.mark.parametrize("unit", Unit)
def test_the_unit_says_which_numbers_are_small(unit: Unit) -> None:
    cells = two_way_cells("T", "due", [[1, 2], [7, 5]], unit=unit)
    few = small_facts(cells)
    assert {int(cell.value or 0) for cell in cells if cell.fact in few} == SMALL[unit]


def test_work_for_more_than_five_is_told_where_reasons_for_a_few_are_not() -> None:
    held = two_way_cells("D1", "category", [[10, 2]], facts={("total", "c1"): "late"}, unit=Unit.INITIALS)
    reasons = one_way_cells("D1", "reason", [1, 1, 0], total="late", unit=Unit.INITIALS)
    assert withheld_facts([*held, *reasons]).hidden == {"late:reason=0", "late:reason=1", "late:reason=2"}


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
    result = withheld_facts(cells, before={"T:sex=1": False, "T:sex=2": True})
    assert "T:sex=1" not in result.hidden
    assert {"T:sex=0", "T:sex=2"} <= result.hidden


def test_a_small_count_nothing_can_protect_is_reported() -> None:
    equation = {"a": 1, "b": 1, "total": -1}
    result = suppress({"a": 3, "b": 20, "total": 23}, [equation], {"a"}, told=["b", "total"])
    assert result.exposed == {"a"}
    assert determined([equation], {"a"}) == {"a"}
