"""The tables of a measure: drawn from its tally, each number with the name of the fact it states."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

from reporting.measures.models import CountedThing, Dimension, Unit
from reporting.measures.selectors.figures import ALL, COUNT, PERCENT, RATE, TOTAL, Figure, Key, percentage
from reporting.measures.selectors.groups import WORDS
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tally import NONE, NOT, Group, Rows, Scope, Tally

Words = Sequence[Key] | Callable[[Collection[str]], Sequence[Key]]
Parts = Mapping[Any, str]  # traits with the code that a cell has of each
SameAs = Callable[[Parts], tuple[str, Parts] | None]
T = TypeVar("T", bound=Tally)
MEDIAN, HIGHEST = "median", "highest"


@dataclass(frozen=True)
class Across:
    """A column for each code of a trait, and one for all of them. Flags have their words, and no total."""

    trait: str
    columns: Words = ()


@dataclass(frozen=True)
class Share:
    """A column of per cent: of the whole row, what is in this column."""

    part: str
    label: str


@dataclass(frozen=True)
class Days:
    """Two columns: the median of a value of rows and, where it is asked for, the highest."""

    value: str
    median: str
    highest: str = ""


@dataclass(frozen=True)
class Table:
    """One breakdown. `down` is a trait; without one it has one row, without an `across` one column.

    What words the rows have is known from flags or from the dimension, unless it is said. Flags have no total.
    """

    dimension: Dimension
    down: str | None = None
    across: Across | None = None
    rows: Words | None = None
    share: Share | None = None
    days: Days | None = None
    total_row: bool = True

    @property
    def trait(self) -> str:
        """What its rows are broken down by."""
        if self.down is not None:
            return self.down
        return "" if self.dimension == Dimension.ALL else self.dimension.value

    @property
    def groups(self) -> set[Group]:
        """What has to be counted for it."""
        down, across = _group(self.trait), _group(self.across.trait if self.across else "")
        return {down + across, down, across, ()}

    def cell(self, row: str, column: str) -> Parts:
        """The codes that the things in one cell have."""
        parts = {self.trait: row} if self.trait and row != TOTAL else {}
        whole = (TOTAL, RATE, COUNT, MEDIAN, HIGHEST)
        return parts | ({self.across.trait: column} if self.across and column not in whole else {})


@dataclass(frozen=True)
class Lines:
    """Lines that overlap: for each flag of a trait, of how many things it holds, of how many not, and the share."""

    dimension: Dimension
    yes: Key
    no: Key
    share: str
    lines: Words = ()

    @property
    def trait(self) -> str:
        """Whose flags its lines are."""
        return self.dimension.value

    @property
    def groups(self) -> set[Group]:
        """What has to be counted for it."""
        return {(self.trait,), ()}

    def cell(self, row: str, column: str) -> Parts:
        """The codes that the things in one cell have."""
        signs = {self.yes.code: row, self.no.code: f"{NOT}{row}"}
        return {} if column in (TOTAL, RATE) else {self.trait: signs.get(column, column)}


@dataclass(frozen=True)
class Count(Generic[T]):
    """What is counted: the name of the fact, the words over its column, its unit, the things, and the tables of them.

    `fact` may name {quarter}, {start} and {end}, the days on which the period begins and after which it is over.
    `same_as` says of a cell, by its parts, which other fact it is; two tables that state one fact then agree.
    """

    fact: str
    label: str
    unit: Unit
    thing: CountedThing
    tally: Callable[[Period, Scope], T]
    same_as: SameAs | None = None
    tables: Sequence[Table | Lines] = ()

    def __call__(self, period: Period, scope: Scope) -> T:
        """The things of a period."""
        return self.tally(period, scope)

    def by(self, *tables: Table | Lines) -> "Count[T]":
        """The same, broken down."""
        return replace(self, tables=tables)

    def figures(self, period: Period, scope: Scope) -> list[Figure]:
        """Every number of every table."""
        tally = self.tally(period, scope)
        groups = {group for table in self.tables for group in table.groups}
        numbers = tally.numbers(groups)
        return [each for table in self.tables for each in _Drawn(self, period, tally, numbers).figures(table)]

    def fact_of(self, period: Period, parts: Parts) -> str:
        """The name of what a cell states; a child's age is another one on another day."""
        base, found = (self.same_as and self.same_as(parts)) or (self.fact, parts)
        named = (
            f":{trait}@{period.ends_on}={code}" if trait == Dimension.AGE else f":{trait}={code}"
            for trait, code in sorted(found.items())
        )
        return base.format(quarter=period.slug, start=period.starts_on, end=period.after) + "".join(named)


def counted(
    fact: str,
    label: str,
    unit: Unit = Unit.CHILDREN,
    thing: CountedThing | None = None,
    same_as: SameAs | None = None,
) -> Callable[[Callable[[Period, Scope], T]], Count[T]]:
    """A tally is counted by this name. The list behind it shows what the unit names, unless it is said."""
    return lambda tally: Count(fact, label, unit, thing or CountedThing[unit.name], tally, same_as)


@dataclass(frozen=True)
class _Drawn:
    """One count as it is drawn for one period."""

    count: Count[Any]
    period: Period
    tally: Tally
    numbers: Mapping[Group, Mapping[tuple[str, ...], int]]

    def figures(self, table: Table | Lines) -> Iterator[Figure]:
        """Row by row, the total last, shares and medians after the counts."""
        if isinstance(table, Lines):
            for row in _rows(table, self.tally, self._used(table.trait)):
                yield from self._line(table, row)
            return
        shown = [*_rows(table, self.tally, self._used(table.trait))] if table.trait else []
        if not table.trait or (table.total_row and not self.tally.lines(table.trait)):
            shown.append(ALL)
        for row in shown:
            yield from self._row(table, row)
        yield from self._days(table, shown)

    def _row(self, table: Table, row: Key) -> Iterator[Figure]:
        columns = self._columns(table)
        if table.across is None or not self.tally.lines(table.across.trait):
            columns = [*columns, Key(TOTAL if columns else COUNT, self.count.label)]
        cells = [
            self._cell(table.dimension, row, column, table.cell(row.code, column.code)) for column in columns
        ]
        yield from cells
        if table.share:
            yield self._share(cells, table.share.part, table.share.label)

    def _line(self, table: Lines, row: Key) -> Iterator[Figure]:
        yes = self._cell(table.dimension, row, table.yes, table.cell(row.code, table.yes.code))
        whole = self._cell(table.dimension, row, Key(TOTAL, self.count.label), {})
        rest = Decimal((whole.value or 0) - (yes.value or 0))
        name = self.count.fact_of(self.period, table.cell(row.code, table.no.code))
        cells = [yes, Figure(table.dimension, row, table.no, rest, self.count.unit, name), whole]
        yield from cells
        yield self._share(cells, table.yes.code, table.share)

    def _cell(self, dimension: Dimension, row: Key, column: Key, parts: Parts) -> Figure:
        number = self.numbers[tuple(parts)].get(tuple(parts.values()), 0)
        return Figure(
            dimension, row, column, Decimal(number), self.count.unit, self.count.fact_of(self.period, parts)
        )

    def _share(self, cells: Sequence[Figure], part: str, label: str) -> Figure:
        over = next(each for each in cells if each.column.code == part)
        under = next(each for each in cells if each.column.code == TOTAL)
        value = percentage(int(over.value or 0), int(under.value or 0))
        basis = tuple(each.fact for each in cells)
        return Figure(
            over.dimension, over.row, Key(RATE, label), value, PERCENT, f"{over.fact}|{RATE}", basis
        )

    def _days(self, table: Table, rows: Sequence[Key]) -> Iterator[Figure]:
        if table.days is None or not isinstance(self.tally, Rows):
            return
        group = _group(table.trait)
        spreads = self.tally.spreads(table.days.value, {group, ()})
        for row in rows:
            found = spreads[()].get((), NONE) if row is ALL else spreads[group].get((row.code,), NONE)
            columns = (TOTAL, *(each.code for each in self._columns(table)))
            stated = tuple(self.count.fact_of(self.period, table.cell(row.code, each)) for each in columns)
            for code, label, value in (
                (MEDIAN, table.days.median, found.median),
                (HIGHEST, table.days.highest, found.highest),
            ):
                if label:
                    name = f"{stated[0]}|{code}"
                    yield Figure(table.dimension, row, Key(code, label), value, "days", name, stated)

    def _columns(self, table: Table) -> Sequence[Key]:
        if table.across is None:
            return ()
        trait = table.across.trait
        return self.tally.lines(trait) or _words(table.across.columns, self._used(trait))

    def _used(self, trait: str) -> set[str]:
        return {codes[0] for codes in self.numbers[(trait,)]} if trait else set()


def cell_words(count: Count[Any], tally: Tally, table: Table | Lines, row: str, column: str) -> str:
    """The row and the column of one number, in words; "All" of a total."""
    columns: Sequence[Key] = ()
    if isinstance(table, Lines):
        columns = [table.yes, table.no]
    elif table.across:
        columns = tally.lines(table.across.trait) or _words(table.across.columns, {column})
    rows = _rows(table, tally, {row})
    listed = (
        next((each.label for each in rows if each.code == row), ""),
        next((each.label for each in columns if each.code == column), count.label),
    )
    return ": ".join(each for each in listed if each)


def _rows(table: Table | Lines, tally: Tally, used: Collection[str]) -> Sequence[Key]:
    said = table.lines if isinstance(table, Lines) else table.rows
    return _words(said or tally.lines(table.trait) or WORDS.get(table.dimension, ()), used)


def _group(trait: str) -> Group:
    return (trait,) if trait else ()


def _words(words: Words, used: Collection[str]) -> Sequence[Key]:
    return words(used) if callable(words) else words
