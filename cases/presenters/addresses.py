"""Confidential addresses in words: everything about them but where they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import Case, ConfidentialAddress
from cse_portal.ui.presenters import joined


@dataclass(frozen=True)
class HiddenWords:
    """What the overview says of what stands apart."""

    kinds: str
    ask: str


def kept_apart(case: Case, found: Iterable[ConfidentialAddress]) -> HiddenWords:
    """Whose address is confidential, and whom to ask."""
    first, *others = (each.get_kind_display() for each in found)
    kinds = joined([first, *(f"{words[:1].lower()}{words[1:]}" for words in others)])
    return HiddenWords(kinds=kinds, ask=whom_to_ask(case))


def whom_to_ask(case: Case) -> str:
    """The lead professional, or the lead agency where there is none."""
    lead = case.lead_professional
    return f"{lead.full_name}, {case.lead_agency.short_name}" if lead else case.lead_agency.name
