"""Declarations and findings in words. A finding tells of the child nothing but the case's reference."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases.choices import ConflictBasis
from cases.models import ConcernConflict, Declaration
from cse_portal.ui.presenters import display_date, short_date

ADVICE = (
    "Ask them about the person they declared, without naming a child, and ask the case’s lead professional about "
    "the family."
)
ADVICE_OF_POLICE = (
    "Do not speak to them or to their agency about it: they may be somebody the police are looking into. "
    "Ask the police intelligence unit whether it is the same person."
)
ADVICE_OF_CONCERN = (
    "Do not speak to them or to their agency about it: they may be whom the concern is about. Ask somebody else of the "
    "CSE team, by the concern’s reference."
)
LEADS = "Not shut out: they lead the case"


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
    about: str = "Case"
    decided: str = ""
    by: str = ""
    note: str = ""


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
        since=short_date(row.found_at) if row.shuts_out else LEADS,
        url=reverse("cases:conflict-decide", args=[row.pk]),
        advice=_advice(ConflictBasis(row.basis)),
    )


def concern_row(row: ConcernConflict) -> FindingRow:
    """One of a concern, with what was decided."""
    return FindingRow(
        reference=row.reference,
        who=str(row.user.full_name if row.user else row.agency),
        basis=row.get_basis_display(),
        since=short_date(row.found_at),
        url=reverse("cases:concern-conflict", args=[row.pk]),
        advice=ADVICE_OF_CONCERN,
        about="Concern",
        decided=row.get_outcome_display() if row.outcome else "",
        by=f"{row.decided_by.full_name}, {short_date(row.decided_at)}" if row.decided_by else "",
        note=row.note,
    )


def _advice(basis: ConflictBasis) -> str:
    if basis.is_of_intelligence:
        return ADVICE_OF_POLICE
    return ADVICE_OF_CONCERN if basis.is_of_a_concern else ADVICE
