"""The chronology in words."""

from collections.abc import Iterable

from cases.chronology.models import ChronologyEntry
from cse_portal.ui.presenters import TimelineEntry, display_date


def timeline(entries: Iterable[ChronologyEntry]) -> list[TimelineEntry]:
    """What happened, when, and who recorded it when."""
    return [
        TimelineEntry(
            title=entry.get_kind_display(),
            when=display_date(entry.happened_on),
            by=f"{entry.recorded_by.full_name}, {entry.agency.short_name}",
            body=entry.text,
            kind=f"recorded {display_date(entry.recorded_at)}",
        )
        for entry in entries
    ]
