"""Who of the staff may be named in intelligence, in words that tell nothing of it but its reference."""

from dataclasses import dataclass

from django.urls import reverse

from cse_portal.ui.presenters import short_date
from intelligence.models import StaffConflict


@dataclass(frozen=True)
class ConflictRow:
    """One line of the privacy officer's list."""

    reference: str
    who: str
    basis: str
    since: str
    decision: str
    by: str
    note: str
    url: str


def conflict_row(row: StaffConflict) -> ConflictRow:
    """What was found, and what was decided."""
    return ConflictRow(
        reference=row.reference,
        who=row.user.full_name,
        basis=row.get_basis_display(),
        since=short_date(row.found_at),
        decision=row.get_outcome_display() if row.outcome else "Waits for your decision",
        by=f"{row.decided_by.full_name}, {short_date(row.decided_at)}" if row.decided_by else "",
        note=row.note,
        url=reverse("intelligence:conflict", args=[row.pk]),
    )
