"""Emergencies in words, with nothing of the case but its reference."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases.errors import OwnEmergency
from cases.models import BreakGlass
from cases.selectors.emergency import DAYS, MANY, Judged
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import display_datetime, short_date


@dataclass(frozen=True)
class EmergencyRow:
    """One line of the privacy officer's list."""

    reference: str
    who: str
    agency: str
    kind: str
    opened: str
    state: str
    is_late: bool
    url: str


@dataclass(frozen=True)
class EmergencyPage:
    """What the privacy officer judges by."""

    row: EmergencyRow
    reason: str
    ends: str
    often: str
    looked_at: list[tuple[str, int]]
    verdict: str
    note: str
    judged: str
    own: str


def emergency_rows(rows: list[Any]) -> list[EmergencyRow]:
    """The list."""
    return [_row(row) for row in rows]


def emergency_page(judged: Judged, *, for_: User) -> EmergencyPage:
    """One of them whole, for somebody who judges it unless they opened the case themselves."""
    row: Any = judged.emergency
    many = f"Opening number {judged.lately} in {DAYS} days" if judged.lately > MANY else ""
    return EmergencyPage(
        row=_row(row),
        reason=row.reason,
        ends=display_datetime(row.ends_at),
        often=many,
        looked_at=list(judged.looked_at.items()),
        verdict=row.get_verdict_display(),
        note=row.verdict_note,
        judged=f"{row.reviewed_by}, {display_datetime(row.reviewed_at)}" if row.verdict else "",
        own=OwnEmergency.message if row.user_id == for_.pk else "",
    )


def _row(row: Any) -> EmergencyRow:
    return EmergencyRow(
        reference=row.case_reference,
        who=row.user.full_name,
        agency=row.agency.short_name,
        kind=row.get_kind_display(),
        opened=display_datetime(row.opened_at),
        state=_state(row),
        is_late=row.is_late,
        url=reverse("cases:emergency-review", args=[row.pk]),
    )


def _state(row: BreakGlass) -> str:
    if row.verdict:
        return row.get_verdict_display()
    return (
        f"Verdict was due {short_date(row.review_by)}"
        if row.is_late
        else f"Verdict due {short_date(row.review_by)}"
    )
