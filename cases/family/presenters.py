"""Confidential addresses in words, without the place, and health detail."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.family.models import ConfidentialAddress, HealthNote
from cases.record.models.case import Case
from cse_portal.ui.presenters import TimelineEntry, display_date, joined


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


def health_entries(notes: Iterable[HealthNote]) -> list[TimelineEntry]:
    """What happened, when, and which agency says so."""
    return [
        TimelineEntry(
            title=note.get_topic_display(),
            when=display_date(note.happened_on),
            by=f"{note.recorded_by.full_name}, {note.agency.short_name}",
            body=note.text,
        )
        for note in notes
    ]
