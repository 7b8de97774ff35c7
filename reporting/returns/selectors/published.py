"""The sums that hold between the figures of a return, and which figures may be told outside."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cse_portal.reference.quarters import Quarter
from reporting.measures.models import About, Unit
from reporting.measures.selectors.figures import TOTAL
from reporting.measures.selectors.periods import IN_A_YEAR
from reporting.measures.selectors.population import CLOSED, END, NEW, REOPENED, START
from reporting.returns.selectors.suppression import (
    Equation,
    Known,
    Protected,
    Suppression,
    is_small,
    suppress,
)

_IS_PART = re.compile(r"[:|]")
_YEAR = re.compile(
    "@[0-9]{4}-[0-9]{2}-[0-9]{2}-([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])"
)  # from a day to another
_PRIZED = 8  # a number that readers come for is withheld rather late
_RECONCILES = {START: 1, NEW: 1, REOPENED: 1, CLOSED: -1, END: -1}


@dataclass(frozen=True)
class Cell:
    """A figure as the sums and the rules see it: which table it is in, where, and what fact it states.

    `source` names the return that it is in, where that is an earlier one, and `hidden` what that return did with it.
    `corrected`: its days are told again, here or by a restatement, and its number may be another one now. `period` is
    in words where it is not the quarter.
    """

    measure: str
    dimension: str
    row: str
    column: str
    fact: str
    value: Decimal | None
    basis: tuple[str, ...] = ()
    unit: str = Unit.CHILDREN
    row_label: str = ""
    source: str = ""
    hidden: bool = False
    corrected: bool = False
    period: str = ""

    @property
    def table(self) -> tuple[str, ...]:
        """A breakdown of a measure in one return, over the quarter or over a year."""
        return self.source, self.period, self.measure, self.dimension

    @property
    def place(self) -> tuple[str, ...]:
        """Where it is in any return."""
        return *self.table[2:], self.row, self.column


def withheld_facts(cells: Iterable[Cell], *, earlier: Sequence[Cell] = ()) -> Suppression:
    """The facts that stay in the partnership. `earlier` is what signed returns have told and withheld, oldest first."""
    return with_years(list(cells), [], earlier=earlier)[0]


def _suppressed(cells: Iterable[Cell], before: Sequence[Cell], protected: Protected) -> Suppression:
    own = [cell for cell in cells if not cell.basis]
    counts = {cell.fact: int(cell.value or 0) for cell in own}
    told = {cell.fact for cell in before if not cell.hidden}
    every = {cell.fact: int(cell.value or 0) for cell in (*own, *before)}
    implied = [*_of_a_whole(every), *_of_a_year(every)]
    slack = {name: value for each in implied for name, value in each.slack.items()}
    places = {cell.place: cell.hidden for cell in before}
    stated = Counter(cell.fact for cell in own)
    found = suppress(
        Known(
            every | slack,
            sums(own),
            small_facts(own) | (small_facts(before) - told),
            earlier=sums(before),
            implied=[each.equation for each in implied],
            told=told,
            withheld={cell.fact for cell in before} - told,
            slack=slack,
            preferred={cell.fact for cell in own if places.get(cell.place)},
            cost={fact: times + (0 if _IS_PART.search(fact) else _PRIZED) for fact, times in stated.items()},
        ),
        protected,
    )
    # Where an earlier return said something else of the same days, and is not corrected here, rule V7 says so.
    other = {cell.fact for cell in before if "~" in cell.fact and not cell.corrected}
    return Suppression(found.hidden & counts.keys(), found.exposed - other)


def with_years(
    cells: Sequence[Cell], years: Iterable[Sequence[Cell]], *, earlier: Sequence[Cell] = ()
) -> tuple[Suppression, list[Sequence[Cell]]]:
    """The facts withheld when these tables over a year stand beside, and those tables that give nobody away.

    What earlier returns gave away by themselves is not this one's to mend.
    """
    kept, already, protected = list(years), None, Protected()
    latest = (*earlier, *cells, *(cell for table in kept for cell in table))
    counts = {cell.fact: int(cell.value or 0) for cell in latest if not cell.basis}
    before = [_apart(cell, counts) for cell in earlier if not cell.basis]
    while True:
        found = _suppressed([*cells, *(cell for table in kept for cell in table)], before, protected)
        if found.exposed and already is None:
            already = _suppressed([], before, protected).exposed
        exposed = found.exposed - (already or set())
        if not exposed or not kept:
            return Suppression(found.hidden, exposed), kept
        safe = [table for table in kept if not exposed.intersection(each.fact for each in table)]
        kept = safe if len(safe) < len(kept) else []


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
        about = Unit(cell.unit).about
        row, column = rows[cell.table, cell.row], columns[cell.table, cell.column]
        whole = row if any(each.column == TOTAL for each in row) else column
        of = max(int(each.value or 0) for each in (whole if about == About.WORK else [cell]))
        may_point = is_small(of) and about != About.NO_CHILD
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


def _apart(cell: Cell, counts: Mapping[str, int]) -> Cell:
    """An earlier return's cell; where it gave another number, that is another fact.

    So is what a corrected return told, for it may be another number now. What it withheld is taken to be the same.
    """
    value = int(cell.value or 0)
    is_same = counts.get(cell.fact, value) == value and (cell.hidden or not cell.corrected)
    return cell if is_same else replace(cell, fact=f"{cell.fact}~{cell.source}")


@dataclass(frozen=True)
class _Implied:
    """A sum that is in no table, with the parts of it that nobody reads and what they are."""

    equation: Equation
    slack: Mapping[str, int] = field(default_factory=dict)


def _of_a_whole(counts: Mapping[str, int]) -> Iterator[_Implied]:
    """One breakdown of a whole adds up to it, and where it overlaps, none is more than the whole.

    What an earlier return gave as another number is a part of the whole that it gave.
    """
    broken_down: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fact in counts:
        stated, apart, source = fact.partition("~")
        whole, _, part = stated.partition(":")
        whole = f"{whole}{apart}{source}" if f"{whole}{apart}{source}" in counts else whole
        if part and ":" not in part and whole in counts:
            broken_down[whole, part.partition("=")[0]].append(fact)
    for (whole, _), facts in broken_down.items():
        if sum(counts[each] for each in facts) == counts[whole]:
            yield _Implied({**dict.fromkeys(facts, 1), whole: -1})
        else:
            yield from (_at_most([each], [whole], counts) for each in facts if counts[each] <= counts[whole])


def _of_a_year(counts: Mapping[str, int]) -> Iterator[_Implied]:
    """A year and its quarters: readers take it for their sum if that is what it is.

    Where a child counts once, in however many quarters, it is no more than their sum and no less than any.
    """
    for fact in counts:
        if (found := _YEAR.search(fact)) is None:
            continue
        quarters = [
            each.slug for each in Quarter.containing(dt.date.fromisoformat(found[1])).with_before(IN_A_YEAR)
        ]
        parts = [part for each in quarters if (part := fact.replace(found[0], f"@{each}")) in counts]
        more = sum(counts[each] for each in parts) - counts[fact]
        if more == 0:
            yield _Implied({**dict.fromkeys(parts, 1), fact: -1})
        elif more > 0:
            yield _at_most([fact], parts, counts)
            yield from (_at_most([each], [fact], counts) for each in parts if counts[each] <= counts[fact])


def _at_most(part: list[str], whole: list[str], counts: Mapping[str, int]) -> _Implied:
    """No more than the whole; what is left of it has a name that nobody reads."""
    slack = f"{'+'.join(part)}|of|{'+'.join(whole)}"
    left = sum(counts[each] for each in whole) - sum(counts[each] for each in part)
    return _Implied({slack: 1, **dict.fromkeys(part, 1), **dict.fromkeys(whole, -1)}, {slack: left})


def _by(cells: Iterable[Cell], what: str) -> dict[tuple[tuple[str, ...], str], list[Cell]]:
    found: dict[tuple[tuple[str, ...], str], list[Cell]] = defaultdict(list)
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
