"""What a measure hands over: figures in tables, each with the name of the fact it states."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cse_portal.reference import selectors as reference
from reporting.measures.models import Dimension, Unit

TOTAL = "total"
RATE = "rate"
PERCENT = "%"


@dataclass(frozen=True)
class Key:
    """A row or a column: its code and its words."""

    code: str
    label: str


ALL = Key(TOTAL, "Total")
SHARE = Key(RATE, "Share")


@dataclass(frozen=True)
class Figure:
    """One number of one table. A rate names in `basis` the facts it was made from; a count has none."""

    dimension: Dimension
    row: Key
    column: Key
    value: Decimal | None
    unit: str
    fact: str
    basis: tuple[str, ...] = ()


def count_of(number: int) -> Decimal:
    """A count as it is stored."""
    return Decimal(number)


def percentage(part: int, whole: int) -> Decimal | None:
    """A share in per cent, to one decimal; nothing of nothing is no number."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


@dataclass(frozen=True)
class Subject:
    """What a table counts: the name of the fact, the words over the column, the unit."""

    fact: str
    label: str
    unit: Unit


def one_way(
    subject: Subject, dimension: Dimension, rows: Sequence[Key], counts: Mapping[str, int]
) -> list[Figure]:
    """A table of one column: a count for each row and their total."""
    column = Key("count", subject.label)
    listed = [(row, counts.get(row.code, 0)) for row in rows]
    listed.append((ALL, sum(number for _, number in listed)))
    return [
        Figure(dimension, row, column, count_of(number), subject.unit, fact_of(subject.fact, dimension, row))
        for row, number in listed
    ]


def lines(
    subject: Subject, dimension: Dimension, rows: Sequence[Key], counts: Mapping[str, int]
) -> list[Figure]:
    """A table whose lines overlap, so that they add up to nothing."""
    column = Key("count", subject.label)
    return [
        Figure(
            dimension,
            row,
            column,
            count_of(counts.get(row.code, 0)),
            subject.unit,
            f"{subject.fact}:{row.code}",
        )
        for row in rows
    ]


def total_only(subject: Subject, number: int, dimension: Dimension) -> Figure:
    """A table of one number."""
    return Figure(dimension, ALL, Key("count", subject.label), count_of(number), subject.unit, subject.fact)


def grid(
    fact: str,
    unit: Unit,
    dimension: Dimension,
    rows: Sequence[Key],
    columns: Sequence[Key],
    counts: Mapping[tuple[str, str], int],
    *,
    total_row: bool = True,
    total_column: bool = True,
    whole: Key = ALL,
    facts: Mapping[tuple[str, str], str] | None = None,
) -> list[Figure]:
    """A table of rows by columns with their totals; `facts` names cells that other tables state too."""
    figures = []
    for row in [*rows, ALL] if total_row else rows:
        for column in [*columns, whole] if total_column else columns:
            within = [row] if row is not ALL else rows
            across = [column] if column is not whole else columns
            number = sum(counts.get((r.code, c.code), 0) for r in within for c in across)
            name = (facts or {}).get((row.code, column.code)) or cell_fact(fact, dimension, row, column)
            figures.append(Figure(dimension, row, column, count_of(number), unit, name))
    return figures


def share_column(
    table: Iterable[Figure], part: str, whole: str = TOTAL, label: str = "Share", column: str = RATE
) -> list[Figure]:
    """For every row, the share of one column in another, resting on both and on what lies between them."""
    cells: dict[str, dict[str, Figure]] = {}
    for figure in table:
        cells.setdefault(figure.row.code, {})[figure.column.code] = figure
    shares = []
    for by_column in cells.values():
        over, under = by_column[part], by_column[whole]
        value = percentage(int(over.value or 0), int(under.value or 0))
        rest = tuple(figure.fact for figure in by_column.values())
        shares.append(
            Figure(
                over.dimension, over.row, Key(column, label), value, PERCENT, f"{over.fact}|{column}", rest
            )
        )
    return shares


def key_of(code_list: str, code: str) -> Key:
    """A code of a reference list with its words."""
    return Key(code, reference.label(code_list, code))


def keys_of(code_list: str, used: Iterable[str]) -> list[Key]:
    """The list as it is now, and what an older one had."""
    listed = [Key(entry.code, entry.label) for entry in reference.codes(code_list)]
    older = sorted(set(used) - {each.code for each in listed})
    return [*listed, *(key_of(code_list, code) for code in older)]


def fact_of(fact: str, dimension: Dimension, row: Key) -> str:
    """The name of a count within a row; the total of every breakdown is the same fact."""
    return fact if row.code == TOTAL else f"{fact}:{dimension}={row.code}"


def cell_fact(fact: str, dimension: Dimension, row: Key, column: Key) -> str:
    """The name of a cell of a grid; the total of a row or a column is the same fact in every breakdown."""
    within = fact_of(fact, dimension, row)
    return within if column.code == TOTAL else f"{within}|{column.code}"
