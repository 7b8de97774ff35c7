"""No count of 1 to 4 can be read from, or worked out of, what is told outside."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.returns.selectors.published import Cell, may_be_told, sums, withheld_facts
from reporting.returns.selectors.suppression import Equation, determined, is_small, suppress
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
    values = {cell.fact: int(cell.value or 0) for cell in cells if not cell.basis}
    small = {fact for fact, value in values.items() if is_small(value)}
    assert small <= result.hidden
    assert not result.exposed
    assert not given_away(sums(cells), result.hidden) & small
    for cell in cells:
        if may_be_told(cell, result.hidden):
            assert cell.basis or not is_small(int(cell.value or 0))
            assert not result.hidden.intersection(cell.basis)


@settings(max_examples=150, deadline=None)
@given(st.lists(counts, min_size=1, max_size=7))
def test_no_column_gives_a_small_count_back(numbers: list[int]) -> None:
    check(one_way_cells("T", "sex", numbers))


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=5)
    )
)
def test_no_grid_gives_a_small_count_back(rows: list[list[int]]) -> None:
    check(two_way_cells("T", "category_sex", rows))


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


def test_the_total_is_told_as_long_as_a_part_will_do() -> None:
    hidden = withheld_facts(one_way_cells("T", "sex", [3, 900, 0])).hidden
    assert hidden == {"T:sex=0", "T:sex=1"}


def test_ones_that_fill_their_total_are_not_told_by_it() -> None:
    cells = one_way_cells("T", "sex", [1, 1, 1, 1, 1])
    assert "T" in withheld_facts(cells).hidden


def test_a_share_is_withheld_with_what_it_rests_on() -> None:
    rate = Cell("T:sex", "0", "rate", "T:sex=0|rate", None, ("T:sex=0", "T:sex=1"))
    assert not may_be_told(rate, {"T:sex=1"})
    assert may_be_told(rate, {"T:sex=2"})


def test_what_an_earlier_return_told_or_withheld_stays_so() -> None:
    cells = one_way_cells("T", "sex", [3, 20, 30])
    result = withheld_facts(cells, before={"T:sex=1": False, "T:sex=2": True})
    assert "T:sex=1" not in result.hidden
    assert {"T:sex=0", "T:sex=2"} <= result.hidden


def test_a_small_count_nothing_can_protect_is_reported() -> None:
    equation = {"a": 1, "b": 1, "total": -1}
    result = suppress({"a": 3, "b": 20, "total": 23}, [equation], told=["b", "total"])
    assert result.exposed == {"a"}
    assert determined([equation], {"a"}) == {"a"}
