"""What a return is held against before anyone may sign it. Every rule is listed, passed or not. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cse_portal.ui.presenters import counted, joined
from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import RATE, TOTAL
from reporting.measures.selectors.population import CLOSED, END, NEW, REOPENED, START, unreconciled
from reporting.measures.selectors.quality import COMPLETE_ENOUGH
from reporting.measures.selectors.screening import WAITING
from reporting.returns.models import Severity
from reporting.returns.selectors.published import Cell

OpenFacts = Mapping[str, list[tuple[Decimal | None, bool]]]


@dataclass
class Held:
    """The figures, and what the rules need beside them."""

    values: list[Cell]
    expected: list[str]
    exposed: int = 0
    other_returns: OpenFacts = field(default_factory=dict)

    def table(self, measure: str, dimension: Dimension) -> Iterator[Cell]:
        """The figures of one table."""
        return (each for each in self.values if (each.measure, each.dimension) == (measure, dimension))


Failures = Callable[[Held], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """One rule: what it asks, how grave it is, and what finds its failures in words."""

    code: str
    title: str
    severity: Severity
    failures: Failures


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


RULES: list[Rule] = []


def rule(code: str, title: str, severity: Severity = Severity.ERROR) -> Callable[[Failures], Failures]:
    """Add a rule to those that every return is held against."""

    def add(failures: Failures) -> Failures:
        RULES.append(Rule(code, title, severity, failures))
        return failures

    return add


def findings(held: Held) -> list[Finding]:
    """Every rule, in order."""
    return [Finding(each, list(each.failures(held))) for each in RULES]


@rule("V1", "Every measure has figures")
def _complete(held: Held) -> Iterator[str]:
    there = {value.measure for value in held.values}
    if missing := [code for code in held.expected if code not in there]:
        yield f"no figures for {joined(missing)}"


@rule("V2", "No figure is below nought")
def _not_negative(held: Held) -> Iterator[str]:
    for value in held.values:
        if (value.value or 0) < 0:
            yield f"{value.measure}, {value.row_label}: {value.value}"


@rule("V3", "Start + new + re-opened - closed = end, in every row of B1")
def _reconciles(held: Held) -> Iterator[str]:
    labels = {(value.measure, value.dimension, value.row): value.row_label for value in held.values}
    numbers = {
        (each.measure, each.dimension, each.row, each.column): int(each.value or 0) for each in held.values
    }
    for dimension, row, found in unreconciled(numbers):
        terms = f"{found[START]} + {found[NEW]} + {found[REOPENED]} - {found[CLOSED]} is not {found[END]}"
        yield f"{Dimension(dimension).label}, {labels['B1', dimension, row]}: {terms}"


@rule("V4", "A number that is in several tables is the same in each")
def _totals_agree(held: Held) -> Iterator[str]:
    told: dict[str, Cell] = {}
    for value in held.values:
        known = told.setdefault(value.fact, value)
        if known.value != value.value:
            yield f"{_place(known)} and {_place(value)}: {known.value} against {value.value}"


def _place(value: Cell) -> str:
    return f"{value.measure} ({Dimension(value.dimension).label})"


@rule("V5", "The rows of every table add up to its total")
def _columns_add_up(held: Held) -> Iterator[str]:
    parts: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    totals: dict[tuple[str, str, str], Cell] = {}
    for value in held.values:
        key = (value.measure, value.dimension, value.column)
        if value.row == TOTAL and not value.basis:
            totals[key] = value
        elif not value.basis:
            parts[key] += value.value or Decimal(0)
    divided = {(value.measure, value.dimension) for value in held.values if value.row != TOTAL}
    for key, total in totals.items():
        if key[:2] in divided and parts[key] != (total.value or 0):
            yield f"{_place(total)}: {parts[key]} against {total.value or 0}"


@rule("V6", "No count of 1 to 5 children can be worked out from what is told outside")
def _protected(held: Held) -> Iterator[str]:
    if held.exposed:
        yield f"{counted(held.exposed, 'small count')} could be worked out from what is told"


@rule("V7", "The quarter starts where the last return ended", Severity.WARNING)
def _continues(held: Held) -> Iterator[str]:
    for value in held.table("B1", Dimension.ALL):
        told = held.other_returns.get(value.fact) if value.column == START else None
        if told and told[0][0] != value.value:
            yield f"{value.value} open at the start, but an earlier return said {told[0][0]}"


@rule("V8", f"Every field is answered on at least {COMPLETE_ENOUGH}% of records", Severity.WARNING)
def _fields_complete(held: Held) -> Iterator[str]:
    for each in held.table("C5", Dimension.FIELD):
        if each.column == RATE and each.value is not None and each.value < COMPLETE_ENOUGH:
            yield f"{each.row_label} {each.value}%"


@rule("V9", "Every concern received in the quarter was decided in it", Severity.WARNING)
def _all_decided(held: Held) -> Iterator[str]:
    for each in held.table("A1", Dimension.OUTCOME):
        if each.row == WAITING.code and each.value:
            yield f"{counted(int(each.value), 'concern')} without a decision by the end of the quarter"
