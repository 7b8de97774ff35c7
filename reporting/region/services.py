"""Keeping another authority's return, and taking the region out as a file."""

import hashlib
import uuid

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from cse_portal.ui.tabular import Cell, Sheet, write
from reporting.region.models import AuthorityReturn
from reporting.region.selectors.reading import WITHHELD, ReadReturn
from reporting.region.selectors.region import Region, Sum

FORMATS = ("csv", "xlsx")
_HEADINGS = ("Quarter", "Measure", "Table", "Row code", "Column code")


@transaction.atomic
def upload(*, found: ReadReturn, file_name: str, content: bytes, by: User, key: uuid.UUID) -> AuthorityReturn:
    """Keep what an authority returned. It counts in place of an earlier one of the quarter, which stays too."""
    gate.require(by, Permission.RETURN_PREPARE)
    if made := AuthorityReturn.objects.filter(pk=key, uploaded_by=by).first():
        return made
    figures = [[*place, told.unit, told.value, told.withheld] for place, told in found.figures.items()]
    made = AuthorityReturn.objects.create(
        pk=key, authority=found.authority, quarter=found.quarter, figures=figures, file_name=file_name[:150],
        sha256=hashlib.sha256(content).hexdigest(), uploaded_by=by,
    )  # fmt: skip
    detail = {"authority": made.authority, "quarter": made.quarter, "sha256": made.sha256}
    record(Action.REGION_UPLOADED, by=by, obj=made, detail=detail)
    return made


def record_view(*, region: Region, by: User) -> None:
    """Somebody read what the authorities returned."""
    record(Action.RETURN_VIEWED, by=by, detail={"region": region.quarter.slug})


@transaction.atomic
def export(*, region: Region, file_format: str, by: User) -> bytes:
    """Every number of the quarter, a column an authority; the download is recorded."""
    gate.require(by, Permission.RETURN_PREPARE)
    if file_format not in FORMATS:
        raise NotVisible
    record(Action.RETURN_EXPORTED, by=by, detail={"region": region.quarter.slug, "format": file_format})
    rows: list[list[Cell]] = []
    for place in region.places:
        told = [(each.figures or {}).get(place) for each in region.columns]
        values = [
            WITHHELD if each and each.withheld else _whole(each.value if each else None) for each in told
        ]
        rows.append([region.quarter.slug, *place, *values, in_words(region.sum_of(place))])
    notes = (region.not_yet or "c: withheld by that authority",) if file_format == "xlsx" else ()
    headings = (*_HEADINGS, *(each.name for each in region.columns), "Region")
    return write(file_format, [Sheet("Region", headings, rows, notes=notes)])


def in_words(found: Sum | None) -> str | float | None:
    """A sum as it is told: "at least 34" where a part of it was withheld."""
    if found is None:
        return None
    return f"at least {found.value:g}" if found.at_least else _whole(found.value)


def _whole(value: float | None) -> float | None:
    return int(value) if value is not None and value.is_integer() else value
