"""What a return is held against before anyone may sign it. Every rule is listed, passed or not. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cse_portal.ui.presenters import counted, joined
from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import TOTAL
from reporting.measures.selectors.population import CLOSED, END, NEW, REOPENED, START
from reporting.measures.selectors.quality import COMPLETE_ENOUGH
from reporting.returns.models import Severity
from reporting.returns.selectors.published import Cell

Cells = Mapping[tuple[str, str], Decimal | None]
OpenFacts = Mapping[str, list[tuple[Decimal | None, bool]]]


@dataclass
class Held:
    """The figures, and what the rules need beside them."""

    values: list[Cell]
    expected: list[str]
    exposed: int = 0
    other_returns: OpenFacts = field(default_factory=dict)

    def table(self, measure: str, dimension: Dimension) -> Cells:
        """One table by row and column."""
        return {
            (value.row, value.column): value.value
            for value in self.values
            if value.measure == measure and value.dimension == dimension
        }


@dataclass(frozen=True)
class Rule:
    """One rule: what it asks, how grave it is, and what finds its failures in words."""

    code: str
    title: str
    severity: Severity
    failures: Callable[[Held], list[str]]


@dataclass(frozen=True)
class Finding:
    """A rule held against the figures."""

    rule: Rule
    failures: list[str]

    @property
    def passed(self) -> bool:
        """Nothing found."""
        return not self.failures

    @property
    def message(self) -> str:
        """What was found, as much as fits."""
        words = "; ".join(self.failures)
        return words if len(words) <= 480 else f"{words[:480]} …"


def findings(held: Held) -> list[Finding]:
    """Every rule, in order."""
    return [Finding(rule, rule.failures(held)) for rule in RULES]


def _complete(held: Held) -> list[str]:
    missing = [code for code in held.expected if code not in {value.measure for value in held.values}]
    return [f"no figures for {joined(missing)}"] if missing else []


def _not_negative(held: Held) -> list[str]:
    return [
        f"{value.measure}, {value.row_label}: {value.value}"
        for value in held.values
        if (value.value or 0) < 0
    ]


def _reconciles(held: Held) -> list[str]:
    rows: dict[tuple[str, str], dict[str, Cell]] = defaultdict(dict)
    for value in held.values:
        if value.measure == "B1":
            rows[value.dimension, value.row][value.column] = value
    found = []
    for (dimension, _), columns in rows.items():
        start, new, again, closed, end = (
            int(columns[code].value or 0) for code in (START, NEW, REOPENED, CLOSED, END)
        )
        if start + new + again - closed != end:
            label = f"{Dimension(dimension).label}, {columns[END].row_label}"
            found.append(f"{label}: {start} + {new} + {again} - {closed} is not {end}")
    return found


def _totals_agree(held: Held) -> list[str]:
    told: dict[str, Cell] = {}
    found = []
    for value in held.values:
        known = told.setdefault(value.fact, value)
        if known.value != value.value:
            found.append(f"{_place(known)} and {_place(value)}: {known.value} against {value.value}")
    return found


def _place(value: Cell) -> str:
    return f"{value.measure} ({Dimension(value.dimension).label})"


def _columns_add_up(held: Held) -> list[str]:
    parts: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    totals: dict[tuple[str, str, str], Decimal] = {}
    for value in held.values:
        if value.basis:
            continue
        key = (value.measure, value.dimension, value.column)
        if value.row == TOTAL:
            totals[key] = value.value or Decimal(0)
        else:
            parts[key] += value.value or Decimal(0)
    divided = {(value.measure, value.dimension) for value in held.values if value.row != TOTAL}
    return [
        f"{measure} ({Dimension(dimension).label}): {parts[measure, dimension, column]} against {total}"
        for (measure, dimension, column), total in totals.items()
        if (measure, dimension) in divided and parts[measure, dimension, column] != total
    ]


def _continues(held: Held) -> list[str]:
    for value in held.values:
        if (value.measure, value.dimension, value.column) != ("B1", Dimension.ALL, START):
            continue
        told = held.other_returns.get(value.fact)
        if told and told[0][0] != value.value:
            return [f"{value.value} open at the start, but an earlier return said {told[0][0]}"]
    return []


def _fields_complete(held: Held) -> list[str]:
    table = held.table("C5", Dimension.FIELD)
    labels = {value.row: value.row_label for value in held.values if value.measure == "C5"}
    return [
        f"{labels[row]} {value}%"
        for (row, column), value in table.items()
        if column == "rate" and value is not None and value < COMPLETE_ENOUGH
    ]


def _all_decided(held: Held) -> list[str]:
    waiting = held.table("A1", Dimension.OUTCOME).get(("waiting", "count")) or 0
    return (
        [f"{counted(int(waiting), 'concern')} without a decision by the end of the quarter"]
        if waiting
        else []
    )


def _protected(held: Held) -> list[str]:
    return (
        [f"{counted(held.exposed, 'small count')} could be worked out from what is told"]
        if held.exposed
        else []
    )


def _joined_rules() -> Iterable[Rule]:
    error, warning = Severity.ERROR, Severity.WARNING
    yield Rule("V1", "Every measure has figures", error, _complete)
    yield Rule("V2", "No figure is below nought", error, _not_negative)
    yield Rule("V3", "Start + new + re-opened - closed = end, in every row of B1", error, _reconciles)
    yield Rule("V4", "A number that is in several tables is the same in each", error, _totals_agree)
    yield Rule("V5", "The rows of every table add up to its total", error, _columns_add_up)
    yield Rule(
        "V6", "No count of 1 to 5 children can be worked out from what is told outside", error, _protected
    )
    yield Rule("V7", "The quarter starts where the last return ended", warning, _continues)
    yield Rule(
        "V8", f"Every field is answered on at least {COMPLETE_ENOUGH}% of records", warning, _fields_complete
    )
    yield Rule("V9", "Every concern received in the quarter was decided in it", warning, _all_decided)


RULES = tuple(_joined_rules())
