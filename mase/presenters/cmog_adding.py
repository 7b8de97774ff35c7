"""People and places of concern as whoever runs a CMOG chooses among them."""

from collections.abc import Iterable

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date
from intelligence.models import PersonOfConcern
from mase.selectors.cmog_adding import Nominal


def to_choose(rows: Iterable[Nominal]) -> list[tuple[str, str, str]]:
    """The reference, the name, and what tells one from another of the same name."""
    return [(row.reference, f"{row.name} ({row.reference})", _rest(row)) for row in rows]


def _rest(row: Nominal) -> str:
    if not isinstance(row, PersonOfConcern):
        return ", ".join(part for part in (row.address, row.postcode) if part)
    named = bool(row.given_name or row.family_name)
    parts = [
        f"also called {row.other_names}" if named and row.other_names else "",
        f"born {display_date(row.date_of_birth)}" if row.date_of_birth else "",
        f"{label('concern-status', row.standing).lower()} since {display_date(row.standing_since)}",
    ]
    return "; ".join(part for part in parts if part)
