"""What a copy may say of each child, and no more: neither address, nor school, nor what anybody wrote."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from cse_portal.ui.tabular import Cell


@dataclass(frozen=True)
class Column:
    """A heading, and how a case fills it."""

    label: str
    of: Callable[[Case], Cell]


COLUMNS: dict[str, Column] = {
    "reference": Column("Reference", lambda case: case.reference),
    "name": Column("Child or young person", lambda case: case.child.name),
    "date_of_birth": Column("Date of birth", lambda case: case.child.date_of_birth),
    "nhs_number": Column("NHS number", lambda case: case.child.nhs_number),
    "category": Column("Category", lambda case: str(RiskCategory(case.category).label)),
    "status": Column("Status", lambda case: case.get_status_display()),
    "lead_agency": Column("Lead agency", lambda case: case.lead_agency.name),
    "lead_professional": Column(
        "Lead professional", lambda case: case.lead_professional.full_name if case.lead_professional else ""
    ),
    "next_review_on": Column("Next review", lambda case: case.next_review_on),
    "opened_on": Column("Opened", lambda case: timezone.localdate(case.opened_at)),
    "last_activity_on": Column("Last activity", lambda case: timezone.localdate(case.last_activity_at)),
}


def chosen(codes: list[str]) -> list[Column]:
    """The columns of a copy, in the order of the page, whatever was sent."""
    return [column for code, column in COLUMNS.items() if code in codes]
