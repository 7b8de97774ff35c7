"""The facts of a pack as its pages ask for them: a number of a headline, its year, a cell of a breakdown, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from cse_portal.reference.quarters import Quarter
from reporting.board.selectors.facts import WITHHELD
from reporting.measures.selectors.figures import PERCENT
from reporting.measures.selectors.targets import Target, targets
from reporting.returns.selectors.changes import Reading

DRAWN, IN_A_YEAR = 12, 4
Told = float | str | None  # a number, "withheld", or nothing


@dataclass(frozen=True)
class Known:
    """What `selectors.facts.gather` found, asked for by name."""

    facts: Mapping[str, Any]

    @property
    def quarter(self) -> Quarter:
        """The quarter of the pack."""
        return Quarter.parse(self.facts["quarter"])

    @cached_property
    def targets(self) -> dict[str, Target]:
        """Those that held at the quarter's end, by the code of their headline."""
        return targets(self.quarter.ends_on)

    @cached_property
    def quarters(self) -> list[Quarter]:
        """The twelve that are drawn, oldest first, from the first of which anything is known."""
        listed = self.quarter.with_before(DRAWN)
        first = next(
            (place for place, each in enumerate(listed) if each.slug in self.facts["series"]), DRAWN - 1
        )
        return listed[min(first, DRAWN - 2) :]

    @property
    def labels(self) -> list[str]:
        """The quarters as an axis says them: 26/27 Q2."""
        return [each.label[2:] for each in self.quarters]

    def readings(self, quarter: Quarter) -> dict[str, Reading | None]:
        """Every headline of a quarter."""
        told = self.facts["series"].get(quarter.slug, {})
        return {code: _reading(each) for code, each in told.items()}

    def reading(self, code: str, back: int = 0) -> Reading | None:
        """A headline of the quarter, or of one so many before."""
        quarter = self.quarter.with_before(back + 1)[0]
        return _reading(self.facts["series"].get(quarter.slug, {}).get(code))

    @property
    def region(self) -> Mapping[str, float]:
        """What the region's other authorities have on average, by headline."""
        found: Mapping[str, float] = self.facts.get("region", {})  # the first packs did not keep it
        return found

    def value(self, code: str, back: int = 0) -> float | None:
        """Its number, where there is one that may be told."""
        found = self.reading(code, back)
        return None if found is None or found.withheld else float(found.value)

    def over(self, code: str) -> list[float | None]:
        """Its number in each quarter that is drawn."""
        return [self.value(code, back) for back in range(len(self.quarters) - 1, -1, -1)]

    def rolling(self, code: str, back: int = 0) -> float | None:
        """The share over the twelve months to a quarter's end; nothing unless all four quarters are told."""
        year = [self.reading(code, back + each) for each in range(IN_A_YEAR)]
        known = [
            each for each in year if each is not None and each.part is not None and each.whole is not None
        ]
        whole = sum(each.whole or 0 for each in known)
        if len(known) < IN_A_YEAR or not whole:
            return None
        return float(100 * sum(each.part or 0 for each in known) / whole)

    def years(self, code: str) -> list[float | None]:
        """That share to the end of each quarter that is drawn."""
        return [self.rolling(code, back) for back in range(len(self.quarters) - 1, -1, -1)]

    def cell(self, table: str, row: str, column: str) -> Told:
        """One number of a breakdown."""
        found: Told = self.facts["tables"].get(table, {}).get("cells", {}).get(f"{row} {column}")
        return found

    def number(self, table: str, row: str, column: str) -> float:
        """The same, to draw: nothing is nought."""
        return drawable(self.cell(table, row, column))

    def rows(self, table: str) -> dict[str, str]:
        """The rows of a breakdown with their words, without the total."""
        found = self.facts["tables"].get(table, {}).get("rows", [])
        return {code: label for code, label in found if code != "total"}


def _reading(plain: list[Any] | None) -> Reading | None:
    if plain is None:
        return None
    value, unit, part, whole = plain
    if value is None:
        return Reading(Decimal(0), unit, withheld=True)
    of, among = (None if each is None else Decimal(each) for each in (part, whole))
    return Reading(Decimal(str(value)), unit, False, of, among)


def told(value: Told, unit: str = "") -> str:
    """A number as it is printed: 1,204, 58%, withheld, or a dash."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:,.0f}{unit}"


def read(reading: Reading | None) -> str:
    """The same of a headline."""
    if reading is None:
        return "–"
    return (
        WITHHELD if reading.withheld else told(float(reading.value), "%" if reading.unit == PERCENT else "")
    )


def short(label: str) -> str:
    """What stands before a colon or a bracket: "3 High" of "3 High: significant risk"."""
    return label.partition(":")[0].partition(" (")[0]


def drawable(value: Told) -> float:
    """A number to draw: what is withheld or not there has no length."""
    return value if isinstance(value, int | float) else 0.0


def listed(pairs: Iterable[tuple[str, Told]]) -> str:
    """Police 29, health 18: the numbers that a picture shows, in its sentence."""
    return ", ".join(f"{label} {told(value)}" for label, value in pairs)
