"""The words for meetings held in time and late, and for why they were late."""

from collections.abc import Iterable

from cse_portal.reference import selectors as reference
from reporting.selectors.measures.figures import Key

HELD = "Held"
TIMING = (Key("in_time", "In time"), Key("late", "Late"))
HELD_LATE = Key("count", "Held late")
_NO_REASON = Key("not_given", "No reason given")


def late_reasons(late: Iterable[str]) -> list[Key]:
    """The reasons of today's list, and those of the meetings that it no longer has."""
    listed = [Key(entry.code, entry.label) for entry in reference.codes("late-reason")]
    known = {row.code for row in [*listed, _NO_REASON]}
    return [*listed, *(reason(code) for code in sorted(late) if code not in known), _NO_REASON]


def reason(code: str) -> Key:
    """Why, in the words of the list."""
    return Key(code, reference.label("late-reason", code)) if code else _NO_REASON
