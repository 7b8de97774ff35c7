"""The dated register of measures: each version with its definition and with what it counts."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cse_portal.reference.quarters import Quarter
from reporting.measures.models import Dimension, MeasureKind
from reporting.measures.selectors.figures import COUNT, TOTAL, Figure
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tables import Count, Lines, Table
from reporting.measures.selectors.tally import Scope

SINCE = dt.date(2017, 4, 1)


class Better(Enum):
    """Which way a number is to go."""

    MORE = "more"
    FEWER = "fewer"
    NEITHER = "neither"


@dataclass(frozen=True)
class Headline:
    """A number of a measure that is read first, in every quarter: where it stands, and which way it is to go."""

    label: str
    dimension: Dimension
    row: str = TOTAL
    column: str = COUNT
    better: Better = Better.NEITHER

    def cell(self, measure: "Measure") -> tuple[str, str, str, str]:
        """Where it stands: the measure, the breakdown, the row and the column."""
        return measure.code, str(self.dimension), self.row, self.column


@dataclass(frozen=True)
class Measure:
    """One version of a measure. A changed definition is a new version from a later day, beside the old one."""

    code: str
    name: str
    kind: MeasureKind
    definition: str
    source: str
    counts: Sequence[Count]
    headlines: Sequence[Headline] = ()
    note: str = ""
    version: int = 1
    valid_from: dt.date = SINCE

    def table(self, dimension: Dimension) -> tuple[Count, Table | Lines] | None:
        """The breakdown, and what is counted in it."""
        found = ((count, table) for count in self.counts for table in count.tables)
        return next((each for each in found if each[1].dimension == dimension), None)

    def figures(self, period: Period, scope: Scope = Scope()) -> list[Figure]:  # noqa: B008  (it is frozen)
        """Every number of every table."""
        return [figure for count in self.counts for figure in count.figures(period, scope)]


_register: dict[str, list[Measure]] = {}


def register(*measures: Measure) -> None:
    """Add measures, each with a version of its own."""
    for about in measures:
        versions = _register.setdefault(about.code, [])
        if any(known.version == about.version for known in versions):
            raise ValueError(f"{about.code} has two versions {about.version}")
        tables = [table.dimension for count in about.counts for table in count.tables]
        if len(tables) != len(set(tables)):
            raise ValueError(f"{about.code} has two tables of one breakdown")
        versions.append(about)


def in_force(on: dt.date) -> list[Measure]:
    """The version of every measure that holds on a day, in the order of their codes."""
    return [found for code in sorted(_register) if (found := find(code, on))]


def find(code: str, on: dt.date) -> Measure | None:
    """The version of one measure that holds on a day, if there is one."""
    held = (each for each in _register.get(code, ()) if each.valid_from <= on)
    return max(held, key=lambda each: each.valid_from, default=None)


def headlines(on: dt.date) -> dict[str, tuple[Measure, Headline]]:
    """Every headline of the measures that hold on a day, by its code: its place in words with hyphens."""
    found = ((about, headline) for about in in_force(on) for headline in about.headlines)
    return {"-".join(headline.cell(about)): (about, headline) for about, headline in found}


def compute(code: str, quarter: Quarter) -> tuple[Measure, list[Figure]]:
    """One measure of one quarter, worked out by the version in force at the quarter's end."""
    about = find(code, quarter.ends_on)
    if about is None:
        raise KeyError(f"No measure {code} on {quarter.ends_on}")
    return about, about.figures(Period.of(quarter))


def code_version() -> str:
    """A fingerprint of the code that works the measures out, kept with every return."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"measures-{digest.hexdigest()[:16]}"
