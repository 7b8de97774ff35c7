"""Declarations, proposals and exclusions in words. They tell nothing of the child but a reference."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases.choices import ExclusionBasis
from cases.models import Declaration
from cse_portal.ui.presenters import display_date, short_date


@dataclass(frozen=True)
class DeclarationRow:
    """One line of a person's own list."""

    name: str
    relation: str
    details: str
    since: str
    withdraw_url: str


@dataclass(frozen=True)
class ExclusionRow:
    """One line of the privacy officer's lists: what waits, and what holds."""

    reference: str
    who: str
    what: str
    why: str
    since: str
    by: str
    due: dt.date
    url: str


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


def proposal_rows(rows: list[Any]) -> list[ExclusionRow]:
    """What waits for a decision."""
    return [exclusion_row(row, page="cases:exclusion-decide") for row in rows]


def exclusion_rows(rows: list[Any]) -> list[ExclusionRow]:
    """What holds, and can be lifted."""
    return [exclusion_row(row) for row in rows]


def exclusion_row(row: Any, page: str = "cases:exclusion-lift") -> ExclusionRow:
    """One of either."""
    basis = "" if row.basis == ExclusionBasis.DECIDED else row.get_basis_display()
    why = [basis, row.reason, row.decided_note if row.decided_note != row.reason else ""]
    return ExclusionRow(
        reference=row.reference or "Not known",
        who=str(row.user or row.agency),
        what="Person" if row.user else "Agency",
        why=". ".join(each.rstrip(".") for each in why if each),
        since=short_date(row.confirmed_at or row.proposed_at),
        by=row.decided_by.full_name if row.decided_by else "",
        due=row.decide_by,
        url=reverse(page, args=[row.pk]),
    )
