"""The tiles of the measures that have a target: on Today, and first in the board's pack."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.safestring import SafeString

from cse_portal.ui.charts.levels import level
from cse_portal.ui.presenters import counted
from reporting.measures.selectors.targets import Rating, Target, tiled
from reporting.returns.selectors.changes import Reading, points

Readings = Mapping[str, Reading | None]
COLOURS = {"red": "red", "amber": "orange", "green": "green", "none": "outline"}


@dataclass(frozen=True)
class Tile:
    """One measure: its share, its target, its change since the quarter before, and the region's average."""

    target: Target
    now: Reading | None
    last: Reading | None
    last_label: str
    region: float | None = None

    @property
    def measure(self) -> str:
        """The code of its measure."""
        return self.target.code.partition("-")[0]

    @property
    def is_told(self) -> bool:
        """Whether there is a number that may be read."""
        return self.now is not None and not self.now.withheld

    @property
    def rating(self) -> Rating:
        """Against its target; a number that is withheld is not rated."""
        return self.target.rating(self.now.value if self.now and self.is_told else None)

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return COLOURS[self.rating.value]

    @property
    def share(self) -> str:
        """As it is read."""
        if self.now is None:
            return "–"
        return "withheld" if self.now.withheld else f"{self.now.value:.0f}%"

    @property
    def counted(self) -> str:
        """33 of 57 reviews; nothing where one of them is withheld."""
        if self.now is None or not self.is_told or self.now.whole is None:
            return ""
        return f"{self.now.part:.0f} of {self.now.whole:.0f} {self.target.noun}"

    @property
    def better(self) -> int:
        """Points by which it is better than the quarter before; less than nought is worse."""
        if self.now is None or self.last is None or self.now.withheld or self.last.withheld:
            return 0
        return points(self.now, self.last) * (1 if self.target.at_least else -1)

    @property
    def change(self) -> str:
        """▲ 3 points better than 2026/27 Q1."""
        if self.now is None or self.last is None or self.now.withheld or self.last.withheld:
            return ""
        if not self.better:
            return f"As in {self.last_label}"
        words = f"{counted(abs(self.better), 'point')} {'better' if self.better > 0 else 'worse'}"
        return f"{'▲' if self.better > 0 else '▼'} {words} than {self.last_label}"

    @property
    def drawing(self) -> SafeString:
        """A bar with its target and the region's average."""
        said = f"{self.target.label}: {self.share} against a target of {self.target.value:f}%."
        said += " Region: not yet." if self.region is None else f" Regional average {self.region:.0f}%."
        share = float(self.now.value) if self.now and self.is_told else None
        return level(said, share, float(self.target.value), self.region)


def tiles(
    now: Readings,
    last: Readings,
    last_label: str,
    region: Mapping[str, float] = MappingProxyType({}),
    on: dt.date | None = None,
) -> list[Tile]:
    """The targets that are read first, in their order, with what is known of each."""
    return [
        Tile(each, now.get(each.code), last.get(each.code), last_label, region.get(each.code))
        for each in tiled(on)
    ]
