"""The region in one quarter: a column an authority, what they add up to, and the average of the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import F

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.reference import selectors as reference
from cse_portal.reference.quarters import Quarter
from reporting.measures.models import Unit
from reporting.measures.selectors import registry
from reporting.region.models import AUTHORITIES, AuthorityReturn
from reporting.region.selectors.reading import Place, Told
from reporting.returns.models import RegionalReturn, ReturnFigure
from reporting.returns.selectors.returns import QUARTERS_OFFERED, last_ended_quarter

_OTHER = "OTHER"


@dataclass(frozen=True)
class Sum:
    """What the seven add up to; where one has withheld its number, at least that."""

    value: float
    at_least: bool


@dataclass(frozen=True)
class Column:
    """One authority: its numbers, and the upload they come from; our own come from the signed return."""

    code: str
    name: str
    is_own: bool
    figures: Mapping[Place, Told] | None = None
    upload: AuthorityReturn | None = None


@dataclass(frozen=True)
class Region:
    """The authorities in the order of their names, each with its numbers as far as they have come."""

    quarter: Quarter
    columns: list[Column]
    uploads: list[AuthorityReturn]

    @property
    def missing(self) -> list[Column]:
        """Those whose return has not come."""
        return [each for each in self.columns if each.figures is None]

    @property
    def not_yet(self) -> str:
        """Who is missing, in words; nothing once all have come."""
        return (
            f"Region: not yet. Missing: {', '.join(each.name for each in self.missing)}"
            if self.missing
            else ""
        )

    @cached_property
    def places(self) -> list[Place]:
        """Every number that any of them tells."""
        return list(dict.fromkeys(place for each in self.columns for place in each.figures or ()))

    def sum_of(self, place: Place) -> Sum | None:
        """Nothing while an authority is missing or says nothing of it; shares and days do not add up."""
        told = [(each.figures or {}).get(place) for each in self.columns]
        found = [each for each in told if each is not None]
        if len(found) < len(told) or any(each.unit not in set(Unit) for each in found):
            return None
        if any(each.value is None and not each.withheld for each in found):
            return None
        return Sum(sum(each.value or 0 for each in found), any(each.withheld for each in found))

    def average_of_others(self, place: Place) -> float | None:
        """What a board compares itself with. Nothing until all the others have told it."""
        told = [(each.figures or {}).get(place) for each in self.columns if not each.is_own]
        values = [each.value for each in told if each is not None and each.value is not None]
        return sum(values) / len(values) if values and len(values) == len(told) else None


def region(user: User, quarter: str | None = None) -> Region:
    """The region in a quarter that has ended, the last one unless another is named."""
    try:
        of = Quarter.parse(quarter) if quarter else last_ended_quarter()
    except ValueError:
        raise NotVisible from None
    if of.ends_on > last_ended_quarter().ends_on:
        raise NotVisible
    return _read(user, of)


def averages(user: User, quarter: Quarter) -> dict[str, float]:
    """What the others have on average, by the code of each headline that all of them have told."""
    found = _read(user, quarter)
    places = {code: each.cell(about) for code, (about, each) in registry.headlines(quarter.ends_on).items()}
    told = {code: found.average_of_others(place) for code, place in places.items()}
    return {code: each for code, each in told.items() if each is not None}


def _read(user: User, of: Quarter) -> Region:
    gate.require(user, Permission.RETURN_PREPARE)
    uploads = list(
        AuthorityReturn.objects.visible_to(user).filter(quarter=of.slug).select_related("uploaded_by")
    )
    newest = {each.authority: each for each in reversed(uploads)}
    columns = []
    for code, name in sorted(authorities(), key=lambda each: each[1]):
        is_own, upload = name == settings.BOARD_AREA, newest.get(code)
        figures = _own(user, of) if is_own else _told(upload) if upload else None
        columns.append(Column(code, name, is_own, figures, None if is_own else upload))
    return Region(of, columns, uploads)


def authorities() -> list[tuple[str, str]]:
    """The authorities of the region, by ONS code."""
    return [(each.code, each.label) for each in reference.codes(AUTHORITIES) if each.code != _OTHER]


def quarters() -> list[Quarter]:
    """Quarters that have ended, the newest first."""
    return last_ended_quarter().with_before(QUARTERS_OFFERED)[::-1]


def _told(upload: AuthorityReturn) -> dict[Place, Told]:
    return {
        (measure, dimension, row, column): Told(value, unit, withheld)
        for measure, dimension, row, column, unit, value, withheld in upload.figures
    }


def _own(user: User, quarter: Quarter) -> dict[Place, Told] | None:
    """As the signed return tells it outside; the last version of it."""
    signed = RegionalReturn.objects.visible_to(user).signed().filter(quarter=quarter.slug)
    found = signed.order_by("-signed_at").first()
    if found is None:
        return None
    figures = ReturnFigure.objects.filter(
        measure__regional_return=found, measure__revision=F("measure__regional_return__revision")
    ).order_by("measure__order", "order")
    rows = figures.values_list(
        "measure__code", "dimension", "row", "column", "unit", "value", "is_suppressed"
    )
    return {
        (measure, dimension, row, column): Told(
            None if hidden or value is None else float(value), unit, hidden
        )
        for measure, dimension, row, column, unit, value, hidden in rows
    }
