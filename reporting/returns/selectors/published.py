"""The sums that hold between the figures of a return, and which figures may be told outside."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reporting.measures.models import ABOUT_AGENCIES, WORK, Unit
from reporting.measures.selectors.figures import TOTAL
from reporting.measures.selectors.population import CLOSED, END, NEW, REOPENED, START
from reporting.returns.selectors.suppression import Equation, Suppression, is_small, suppress

_IS_PART = re.compile(r"[:|]")
_RECONCILES = {START: 1, NEW: 1, REOPENED: 1, CLOSED: -1, END: -1}


@dataclass(frozen=True)
class Cell:
    """A figure as the sums and the rules see it: which table it is in, where, and what fact it states."""

    measure: str
    dimension: str
    row: str
    column: str
    fact: str
    value: Decimal | None
    basis: tuple[str, ...] = ()
    unit: str = Unit.CHILDREN
    row_label: str = ""

    @property
    def table(self) -> tuple[str, str]:
        """A breakdown of a measure."""
        return self.measure, self.dimension


def withheld_facts(cells: Iterable[Cell], *, before: Mapping[str, bool] | None = None) -> Suppression:
    """The facts that stay in the partnership. `before` says of facts already published whether they were withheld."""
    listed = list(cells)
    counts = {cell.fact: int(cell.value or 0) for cell in listed if not cell.basis}
    earlier = before or {}
    return suppress(
        counts,
        sums(listed),
        small_facts(listed),
        told=(fact for fact, was_withheld in earlier.items() if not was_withheld),
        withheld=(fact for fact, was_withheld in earlier.items() if was_withheld),
        prized=(fact for fact in counts if not _IS_PART.search(fact)),
    )


def small_facts(cells: Iterable[Cell]) -> set[str]:
    """The facts that might point to a child: 1 to 5 of a kind, or work that was done for so few.

    Work was done for as many as the largest count of its row, or of its column where the row has no total. What one
    table states as a part of more is not small.
    """
    listed = [cell for cell in cells if not cell.basis and cell.value]
    rows, columns = _by(listed, "row"), _by(listed, "column")
    small: set[str] = set()
    large: set[str] = set()
    for cell in listed:
        row, column = rows[cell.table, cell.row], columns[cell.table, cell.column]
        whole = row if any(each.column == TOTAL for each in row) else column
        of = max(int(each.value or 0) for each in (whole if cell.unit in WORK else [cell]))
        may_point = is_small(of) and cell.unit not in ABOUT_AGENCIES
        (small if may_point else large).add(cell.fact)
    return small - large


def may_be_told(cell: Cell, hidden: set[str]) -> bool:
    """A count that is not withheld; a rate or a median that rests on none that is."""
    return cell.fact not in hidden and not hidden.intersection(cell.basis)


def sums(cells: Iterable[Cell]) -> list[Equation]:
    """Every sum that holds: rows and columns with a total, and the reconciliation of B1."""
    counts = [cell for cell in cells if not cell.basis]
    rows = [{cell.column: cell.fact for cell in row} for row in _by(counts, "row").values()]
    columns = [{cell.row: cell.fact for cell in column} for column in _by(counts, "column").values()]
    equations = [*map(_total, columns), *map(_total, rows), *map(_reconciles, rows)]
    return [equation for equation in equations if equation]


def _by(cells: Iterable[Cell], what: str) -> dict[tuple[tuple[str, str], str], list[Cell]]:
    found: dict[tuple[tuple[str, str], str], list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell.table, getattr(cell, what)].append(cell)
    return found


def _total(parts: Mapping[str, str]) -> Equation:
    """The parts less their total; nothing where there is no total, or nothing but it."""
    if TOTAL not in parts or len(parts) < 2:
        return {}
    return _sum((fact, -1 if code == TOTAL else 1) for code, fact in parts.items())


def _reconciles(parts: Mapping[str, str]) -> Equation:
    if set(_RECONCILES) - set(parts):
        return {}
    return _sum((parts[code], factor) for code, factor in _RECONCILES.items())


def _sum(terms: Iterable[tuple[str, int]]) -> Equation:
    equation: Equation = defaultdict(int)
    for fact, factor in terms:
        equation[fact] += factor
    return {fact: factor for fact, factor in equation.items() if factor}
