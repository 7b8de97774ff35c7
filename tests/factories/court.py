"""An investigation, its events, and a child as a witness, recorded by the service."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.court.models import CourtRecord
from cases.court.selectors import court_row
from cases.court.services import save
from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.requests import in_one_request


def ago(days: int) -> dt.date:
    """So many days before today."""
    return timezone.localdate() - dt.timedelta(days=days)


@in_one_request
def court(
    cast: Cast, case: Case, kind: str, which: str = "new", /, *, by: User | None = None, **said: Any
) -> Any:
    """Record a row of this kind, or change it, as its form would."""
    who = by or cast.practitioner
    row: CourtRecord = court_row(who, case, kind, which)
    key = new_key() if which == "new" else None
    return save(row=row, said=said, version=row.version, by=who, key=key)


def make_investigation(cast: Cast, case: Case, **said: Any) -> Any:
    """Under investigation since a hundred days."""
    known = {
        "crime_reference": "20CX/1234/26", "force": "West Midlands Police", "officer": "DC Lowe, 07700 900100",
        "opened_on": ago(100), "status": "investigated", **said,
    }  # fmt: skip
    return court(cast, case, "investigation", **known)
