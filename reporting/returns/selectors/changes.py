"""The headlines of a return beside those of the quarter and of the year before, and which changes are large."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F

from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import PERCENT, RATE, TOTAL
from reporting.measures.selectors.registry import Headline, Measure
from reporting.measures.selectors.tables import Lines
from reporting.returns.models import RegionalReturn, ReturnExplanation, ReturnFigure, ReturnQuerySet

QUARTERS = 12
IN_A_YEAR = 4
RESTATED = "restated"  # beside the quarters: the version that a return restates
LARGE_PERCENT, LARGE_POINTS = 20, 10
FEWEST = 5  # a change by fewer, or a share of fewer than twice as many, is no sign of anything
Cell = tuple[str, str, str, str]  # measure, dimension, row, column


@dataclass(frozen=True)
class Reading:
    """A headline in one quarter; of a share also what it is a share of, and how many of it."""

    value: Decimal
    unit: str
    withheld: bool = False
    part: Decimal | None = None
    whole: Decimal | None = None
    parts_withheld: bool = False


@dataclass(frozen=True)
class Change:
    """One headline: now, a quarter ago, a year ago, and over twelve quarters, the oldest first."""

    measure: Measure
    headline: Headline
    readings: list[Reading | None]
    explanation: ReturnExplanation | None = None
    before: Reading | None = None  # in the version that the return restates

    @property
    def is_restated(self) -> bool:
        """Another number than the version that the return restates has."""
        return self.before is not None and (self.now is None or self.now.value != self.before.value)

    @property
    def now(self) -> Reading | None:
        """In the quarter of the return."""
        return self.readings[-1]

    @property
    def last(self) -> Reading | None:
        """In the quarter before."""
        return self.readings[-2]

    @property
    def year(self) -> Reading | None:
        """In the same quarter of the year before."""
        return self.readings[-1 - IN_A_YEAR]

    @property
    def cell(self) -> Cell:
        """Its place in the return."""
        return self.headline.cell(self.measure)

    @property
    def is_large(self) -> bool:
        """So different from last quarter's that the return says why: by 20 %, or by 10 points of a share."""
        now, last = self.now, self.last
        if now is None or last is None:
            return False
        if now.unit == PERCENT:
            counted = [each.whole or 0 for each in (now, last)]
            return abs(points(now, last)) >= LARGE_POINTS and min(counted) >= 2 * FEWEST
        by = abs(now.value - last.value)
        return by >= FEWEST and by * 100 >= last.value * LARGE_PERCENT

    @property
    def is_unexplained(self) -> bool:
        """Large, and nobody has said why."""
        return self.is_large and self.explanation is None


def points(now: Reading, then: Reading) -> int:
    """The difference of two shares as they are shown."""
    return round(now.value) - round(then.value)


def changes(user: User, regional_return: RegionalReturn) -> list[Change]:
    """Every headline of the measures that hold, with what other returns that this person may see say of it."""
    return _changes(regional_return, RegionalReturn.objects.visible_to(user))


def published_changes(regional_return: RegionalReturn) -> list[Change]:
    """The same beside signed-off returns alone: what leaves the partnership rests on no draft."""
    return _changes(regional_return, RegionalReturn.objects.signed())


def _changes(regional_return: RegionalReturn, beside: ReturnQuerySet) -> list[Change]:
    quarters = [each.slug for each in regional_return.period.with_before(QUARTERS)]
    headlines = registry.headlines(regional_return.ends_on)
    others = dict(beside.current().filter(quarter__in=quarters).values_list("quarter", "pk"))
    versions = {**others, regional_return.quarter: regional_return.pk}
    if regional_return.restates_id is not None:
        versions[RESTATED] = regional_return.restates_id
    found = series(versions, headlines.values())
    said = {
        (each.measure, each.dimension, each.row, each.column): each
        for each in regional_return.explanations.select_related("by")
    }
    return [
        Change(
            about,
            headline,
            [found.get(quarter, {}).get(code) for quarter in quarters],
            said.get(headline.cell(about)),
            found.get(RESTATED, {}).get(code),
        )
        for code, (about, headline) in headlines.items()
    ]


def series(
    returns: Mapping[str, uuid.UUID], headlines: Iterable[tuple[Measure, Headline]]
) -> dict[str, dict[str, Reading | None]]:
    """What each of these returns says of these headlines: by the return's name here, then by the headline's code."""
    listed = list(headlines)
    cells = {cell for about, headline in listed for cell in _cells(about, headline)}
    told = _told(list(returns.values()), cells)
    return {
        name: {
            "-".join(headline.cell(about)): _reading(told[key], about, headline) for about, headline in listed
        }
        for name, key in returns.items()
        if key in told
    }


def change_to_explain(user: User, regional_return: RegionalReturn, cell: Cell) -> Change:
    """One large change of a return; NotVisible where there is none."""
    found = next(
        (each for each in changes(user, regional_return) if each.cell == cell and each.is_large), None
    )
    if found is None:
        raise NotVisible
    return found


def _part(about: Measure, headline: Headline) -> str:
    """The column whose share a headline is; nothing where it is none."""
    found = about.table(headline.dimension)
    if headline.column != RATE or found is None:
        return ""
    table = found[1]
    if isinstance(table, Lines):
        return table.yes.code
    return table.share.part if table.share else ""


def _cells(about: Measure, headline: Headline) -> Iterable[Cell]:
    code, dimension, row, column = headline.cell(about)
    yield code, dimension, row, column
    if part := _part(about, headline):
        yield code, dimension, row, part
        yield code, dimension, row, TOTAL


def _told(returns: Collection[uuid.UUID], wanted: set[Cell]) -> dict[Any, dict[Cell, Reading]]:
    """What each of these returns says, by its key."""
    rows = ReturnFigure.objects.filter(
        measure__regional_return__in=returns, measure__revision=F("measure__regional_return__revision"),
        measure__code__in={cell[0] for cell in wanted}, dimension__in={cell[1] for cell in wanted},
        column__in={cell[3] for cell in wanted}, value__isnull=False,
    )  # fmt: skip
    fields = ("measure__code", "dimension", "row", "column", "value", "unit", "is_suppressed")
    found: dict[Any, dict[Cell, Reading]] = {}
    for of, *cell, value, unit, withheld in rows.values_list("measure__regional_return", *fields):
        if (at := (cell[0], cell[1], cell[2], cell[3])) in wanted:
            found.setdefault(of, {})[at] = Reading(value, unit, withheld)
    return found


def _reading(told: Mapping[Cell, Reading], about: Measure, headline: Headline) -> Reading | None:
    code, dimension, row, column = headline.cell(about)
    found = told.get((code, dimension, row, column))
    if found is None or not (part := _part(about, headline)):
        return found
    of, whole = told.get((code, dimension, row, part)), told.get((code, dimension, row, TOTAL))
    return Reading(
        found.value, found.unit, found.withheld, of.value if of else None, whole.value if whole else None,
        parts_withheld=any(each is not None and each.withheld for each in (of, whole)),
    )  # fmt: skip
