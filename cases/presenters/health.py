"""Health detail in words."""

from collections.abc import Iterable

from cases.models import HealthNote
from cse_portal.ui.presenters import TimelineEntry, display_date


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
