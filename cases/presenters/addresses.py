"""Confidential addresses in words: everything about them but where they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cases.models import Case, ConfidentialAddress, SealedAddress
from cse_portal.ui.presenters import display_datetime, joined, short_date


@dataclass(frozen=True)
class AddressRow:
    """One line of the page."""

    kind: str
    why: str
    by: str
    on: str
    ended: str
    show_url: str
    end_url: str


@dataclass(frozen=True)
class HiddenWords:
    """What the overview says of what stands apart."""

    kinds: str
    ask: str


def address_rows(case: Case, found: Iterable[SealedAddress], *, may_record: bool) -> list[AddressRow]:
    """Each address, with the way to be shown it and, while it is current, to end it."""
    return [_row(case, sealed, may_record) for sealed in found]


def kept_apart(case: Case, found: Iterable[ConfidentialAddress]) -> HiddenWords:
    """Whose address is confidential, and whom to ask."""
    first, *others = (each.get_kind_display() for each in found)
    kinds = joined([first, *(f"{words[:1].lower()}{words[1:]}" for words in others)])
    return HiddenWords(kinds=kinds, ask=whom_to_ask(case))


def whom_to_ask(case: Case) -> str:
    """The lead professional, or the lead agency where there is none."""
    lead = case.lead_professional
    return f"{lead.full_name}, {case.lead_agency.short_name}" if lead else case.lead_agency.name


def _row(case: Case, sealed: SealedAddress, may_record: bool) -> AddressRow:
    address = sealed.address
    where = [case.reference, address.pk]
    ended = f"Ended {short_date(address.ended_at)} by {address.ended_by}" if address.ended_by else ""
    may_end = may_record and address.is_current and case.is_open
    return AddressRow(
        kind=address.get_kind_display(),
        why=sealed.get_reason_display(),
        by=f"{address.marked_by.full_name}, {address.agency.short_name}",
        on=display_datetime(address.marked_at),
        ended=ended,
        show_url=reverse("cases:address", args=where),
        end_url=reverse("cases:address-end", args=where) if may_end else "",
    )
