"""Who can see a case, in words."""

from dataclasses import dataclass

from django.urls import reverse

from cases.record.models.case import Case
from cases.sharing.selectors.access import Access
from cases.sharing.services.access import keeps_access
from cse_portal.access.models import GrantSource
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import joined, short_date


@dataclass(frozen=True)
class AccessRow:
    """One line of the access page."""

    name: str
    what: str
    may: str
    through: str
    why: str
    basis: str
    since: str
    until: str
    by: str
    note: str = ""
    stop_url: str = ""
    stop_words: str = ""


def access_rows(case: Case, held: list[Access], *, may_share: bool) -> list[AccessRow]:
    """The grants of a case; sharing can be stopped where the holder does not answer for the case by rule."""
    return [_row(case, access, may_share) for access in held]


def _row(case: Case, access: Access, may_share: bool) -> AccessRow:
    kind = "person" if access.is_person else "agency"
    is_part = access.source == GrantSource.SECTION
    may_stop = may_share and not keeps_access(case, access.holder)
    return AccessRow(
        name=str(access.holder),
        what=str(access.agency or "") if access.is_person else "Everyone who works there",
        may=_may(access),
        through=_through(case, access),
        why=access.reason,
        basis=reference.label("lawful-basis", access.lawful_basis),
        since=short_date(access.granted_at),
        until=short_date(access.expires_at) if access.expires_at else "No end set",
        by=access.granted_by.full_name,
        note=_note(case, access),
        stop_url=_stop_url(case, access, kind) if may_stop or may_share and is_part else "",
        stop_words="Stop showing it" if is_part else "Stop sharing",
    )


def _may(access: Access) -> str:
    """See it; and the parts kept apart that come with it, or that this line alone gives."""
    case = "See and work on it" if access.may_change else "See it" if access.sees else ""
    parts = joined(part.label.lower() for part in access.parts)
    return f"{case}, with: {parts}" if case and parts else case or f"Of what is kept apart: {parts}"


def _stop_url(case: Case, access: Access, kind: str) -> str:
    page = "cases:section-stop" if access.source == GrantSource.SECTION else "cases:access-stop"
    return reverse(page, args=[case.reference, kind, access.holder.pk])


def _through(case: Case, access: Access) -> str:
    if access.source == GrantSource.ALLOCATION and access.holder.pk != case.lead_professional_id:
        return "Named when the case was restricted"
    return access.source.label


def _note(case: Case, access: Access) -> str:
    if access.is_person and access.agency is None:
        return "No longer works for a partner, so cannot open the case"
    if case.is_restricted and not access.is_person:
        return "Sees nothing while the case is restricted"
    return ""
