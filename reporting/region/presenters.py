"""The region as it is read: a row a headline, a column an authority, and the sum."""

from dataclasses import dataclass

from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import PERCENT
from reporting.measures.selectors.registry import Headline, Measure
from reporting.region.selectors.reading import Told
from reporting.region.selectors.region import Region

WITHHELD, NOTHING, NOT_YET = "c", "–", "not yet"


@dataclass(frozen=True)
class Line:
    """One headline of a measure, told by each authority."""

    measure: str
    label: str
    values: list[str]
    region: str


@dataclass(frozen=True)
class RegionView:
    """The page."""

    region: Region
    lines: list[Line]

    @property
    def verdict(self) -> str:
        """Whether all have come, and who has not."""
        return self.region.not_yet or "All seven returns have come"


def page(region: Region) -> RegionView:
    """Every headline of the measures in force, with what each authority tells of it."""
    headlines = registry.headlines(region.quarter.ends_on).values()
    return RegionView(region, [_line(region, about, headline) for about, headline in headlines])


def _line(region: Region, about: Measure, headline: Headline) -> Line:
    place, code, label = headline.cell(about), about.code, headline.label
    told = [NOT_YET if each.figures is None else number(each.figures.get(place)) for each in region.columns]
    found = region.sum_of(place)
    if found is None:
        return Line(code, label, told, NOT_YET if region.missing else NOTHING)
    return Line(code, label, told, f"at least {found.value:,g}" if found.at_least else f"{found.value:,g}")


def number(told: Told | None) -> str:
    """As an authority told it."""
    if told is not None and told.withheld:
        return WITHHELD
    if told is None or told.value is None:
        return NOTHING
    return f"{told.value:,g}{PERCENT if told.unit == PERCENT else ''}"
