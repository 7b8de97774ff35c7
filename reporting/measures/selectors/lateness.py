"""The words for meetings held in time and late, and for why they were late."""

from collections.abc import Iterable

from cse_portal.reference import selectors as reference
from reporting.measures.selectors import groups
from reporting.measures.selectors.expected import Expected
from reporting.measures.selectors.figures import Key
from reporting.measures.selectors.registry import Period

HELD = "Held"
TIMING = (Key("in_time", "In time"), Key("late", "Late"))
HELD_LATE = Key("count", "Held late")
DUE = "Due"
STANDINGS = (
    Key("in_time", "Held in time"),
    Key("late", "Held late"),
    Key("not_held", "Not held by the end of the quarter"),
)
_NO_REASON = Key("not_given", "No reason given")


def late_reasons(late: Iterable[str]) -> list[Key]:
    """The reasons of today's list, and those of the meetings that it no longer has."""
    listed = [Key(entry.code, entry.label) for entry in reference.codes("late-reason")]
    known = {row.code for row in [*listed, _NO_REASON]}
    return [*listed, *(reason(code) for code in sorted(late) if code not in known), _NO_REASON]


def reason(code: str) -> Key:
    """Why, in the words of the list."""
    return Key(code, reference.label("late-reason", code)) if code else _NO_REASON


def standing_of(expected: Expected, period: Period) -> Key:
    """What had become of a meeting that was due, at the end of the quarter."""
    in_time, late, not_held = STANDINGS
    if expected.booked is None or expected.booked.ended_at is None or expected.booked.ended_at >= period.end:
        return not_held
    return in_time if expected.in_time else late


def category_of(category: int) -> Key:
    """The row of a category."""
    return next(key for key in groups.CATEGORIES if key.code == groups.category(category))
