"""How a professional disagreement reads: how many there are, and how one went."""

from cse_portal.ui.presenters import TimelineEntry, counted, display_date, display_datetime
from mase.disagreements.models import Disagreement, DisagreementEntry
from mase.disagreements.selectors import ENDED, OVERDUE


def count_words(number: int, show: str) -> str:
    """2 disagreements out of time."""
    how = {OVERDUE: "out of time", ENDED: "resolved or withdrawn"}.get(show, "open")
    return f"{counted(number, 'disagreement')} {how}"


def history(row: Disagreement) -> list[TimelineEntry]:
    """Newest first."""
    return [_entry(each) for each in row.entries.select_related("by", "agency").order_by("-at", "-id")]


def _entry(each: DisagreementEntry) -> TimelineEntry:
    called = f"\n\nCalled: {each.called}." if each.called else ""
    due = f"\n\nTo be settled by {display_date(each.due_on)}. {each.due_rule}" if each.due_on else ""
    return TimelineEntry(
        title=f"{each.get_kind_display()}. {each.stage_words}",
        when=display_datetime(each.at),
        by=f"{each.by.full_name}, {each.agency.short_name}",
        body=f"{each.text}{called}{due}",
    )
