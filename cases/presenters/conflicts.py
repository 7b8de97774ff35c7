"""Declarations and findings in words. A finding tells of the child nothing but the case's reference."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases.choices import ConflictBasis
from cases.models import Declaration
from cse_portal.ui.presenters import display_date, short_date

ADVICE = (
    "Ask them about the person they declared, without naming a child, and ask the case’s lead professional about "
    "the family."
)
ADVICE_OF_POLICE = (
    "Do not speak to them or to their agency about it: they may be somebody the police are looking into. "
    "Ask the police intelligence unit whether it is the same person."
)


@dataclass(frozen=True)
class DeclarationRow:
    """One line of a person's own list."""

    name: str
    relation: str
    details: str
    since: str
    withdraw_url: str


@dataclass(frozen=True)
class FindingRow:
    """One line of what waits for the privacy officer."""

    reference: str
    who: str
    basis: str
    since: str
    url: str
    advice: str


def declaration_rows(rows: list[Declaration]) -> list[DeclarationRow]:
    """What somebody declared."""
    return [declaration_row(row) for row in rows]


def declaration_row(row: Declaration) -> DeclarationRow:
    """One of them."""
    born = f"born {display_date(row.date_of_birth)}" if row.date_of_birth else ""
    return DeclarationRow(
        name=f"{row.given_name} {row.family_name}".strip(),
        relation=row.get_relation_display(),
        details=", ".join(filter(None, [born, row.address, row.postcode])),
        since=short_date(row.declared_at),
        withdraw_url=reverse("cases:conflict-withdraw", args=[row.pk]),
    )


def finding_rows(rows: list[Any]) -> list[FindingRow]:
    """What the portal found."""
    return [finding_row(row) for row in rows]


def finding_row(row: Any) -> FindingRow:
    """One of them."""
    return FindingRow(
        reference=row.case_reference,
        who=row.user.full_name,
        basis=row.get_basis_display(),
        since=short_date(row.found_at),
        url=reverse("cases:conflict-decide", args=[row.pk]),
        advice=ADVICE_OF_POLICE if ConflictBasis(row.basis).is_of_intelligence else ADVICE,
    )
