"""Tables of numbers as the sums see them."""

from collections.abc import Mapping
from decimal import Decimal

from reporting.measures.models import Unit
from reporting.returns.selectors.published import Cell


def one_way_cells(
    name: str, dimension: str, numbers: list[int], *, total: str | None = None, unit: Unit = Unit.CHILDREN
) -> list[Cell]:
    """A column of counts and their total."""
    whole = total or name
    cells = [
        Cell(name, dimension, f"r{code}", "count", f"{whole}:{dimension}={code}", Decimal(number), unit=unit)
        for code, number in enumerate(numbers)
    ]
    return [*cells, Cell(name, dimension, "total", "count", whole, Decimal(sum(numbers)), unit=unit)]


def two_way_cells(
    name: str,
    dimension: str,
    rows: list[list[int]],
    *,
    facts: Mapping[tuple[str, str], str] | None = None,
    unit: Unit = Unit.CHILDREN,
) -> list[Cell]:
    """Rows by columns with the totals of both."""
    table = f"{name}:{dimension}"
    values = {(f"r{r}", f"c{c}"): number for r, row in enumerate(rows) for c, number in enumerate(row)}
    for r, row in enumerate(rows):
        values[f"r{r}", "total"] = sum(row)
    for c in range(len(rows[0])):
        values["total", f"c{c}"] = sum(row[c] for row in rows)
    values["total", "total"] = sum(map(sum, rows))
    named = facts or {}
    return [
        Cell(
            name,
            dimension,
            row,
            column,
            named.get((row, column), f"{table}|{row}|{column}"),
            Decimal(number),
            unit=unit,
        )
        for (row, column), number in values.items()
    ]


def table_cells(
    name: str,
    dimension: str,
    counted: Mapping[tuple[int, ...], int],
    ways: list[int],
    fixed: Mapping[int, int],
    *,
    whole: str = "T",
) -> list[Cell]:
    """Two ways of several, of the things with a fixed code in the others; a fact is named by the codes it has."""
    down, across = ways
    codes = [[*sorted({each[way] for each in counted}), None] for way in ways]
    cells = []
    for row in codes[0]:
        for column in codes[1]:
            wanted = {
                **fixed,
                **{way: code for way, code in ((down, row), (across, column)) if code is not None},
            }
            number = sum(
                times
                for each, times in counted.items()
                if all(each[way] == code for way, code in wanted.items())
            )
            fact = whole + "".join(f":t{way}={code}" for way, code in sorted(wanted.items()))
            place = ["total" if code is None else str(code) for code in (row, column)]
            cells.append(Cell(name, dimension, *place, fact, Decimal(number)))
    return cells
