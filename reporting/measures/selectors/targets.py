"""The targets that the board set for headlines of measures, and how a number is rated against its own."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from cse_portal.reference.selectors import codes

TARGETS = "measure-target"


class Rating(Enum):
    """How a number compares with its target. The word and the shape say it without colour."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NONE = "none"

    @property
    def word(self) -> str:
        """As it is read."""
        return "Not rated" if self is Rating.NONE else self.name.capitalize()

    @property
    def shape(self) -> str:
        """As it is seen in grey."""
        return {"red": "■", "amber": "▲", "green": "●", "none": "○"}[self.value]


@dataclass(frozen=True)
class Target:
    """What a headline is to reach, by its code; up to `margin` points off it is amber."""

    code: str
    label: str
    value: Decimal
    at_least: bool
    margin: Decimal
    noun: str
    why: str
    tile: int

    def rating(self, value: Decimal | None) -> Rating:
        """Green at the target, red more than the margin off it, amber between. As rounded, as it is printed."""
        if value is None:
            return Rating.NONE
        off = (self.value - round(value)) if self.at_least else (round(value) - self.value)
        return Rating.GREEN if off <= 0 else Rating.AMBER if off <= self.margin else Rating.RED

    @property
    def words(self) -> str:
        """As a column of a table says it."""
        return f"{'At least' if self.at_least else 'At most'} {self.value:f}"


def targets(on: dt.date | None = None) -> dict[str, Target]:
    """Those that hold on a day, by the code of their headline, in the board's order."""
    return {
        each.code: Target(
            each.code, each.label, Decimal(each.extra["value"]), each.extra["way"] == "at least",
            Decimal(each.extra["margin"]), each.extra["noun"], each.extra["why"], each.extra.get("tile", 0),
        )
        for each in codes(TARGETS, on)
    }  # fmt: skip


def tiled(on: dt.date | None = None) -> list[Target]:
    """Those that are read first, in their order."""
    return sorted((each for each in targets(on).values() if each.tile), key=lambda each: each.tile)
