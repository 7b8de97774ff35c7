"""The words for meetings held in time and late, and for why they were late."""

from collections.abc import Collection, Mapping

from reporting.measures.models import Dimension
from reporting.measures.selectors import groups
from reporting.measures.selectors.expected import Expected
from reporting.measures.selectors.figures import Key, keys_of
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tables import Across, Share, Table

HELD = "Held"
TIMING = Across("timing", (Key("in_time", "In time"), Key("late", "Late")))
HELD_LATE = "Held late"
DUE = "Due"
STANDINGS = (
    Key("in_time", "Held in time"), Key("late", HELD_LATE), Key("not_held", "Not held by the end of the quarter"),
)  # fmt: skip
IN_TIME = Share("in_time", "Share in time")
NO_REASON = Key("not_given", "No reason given")


def late_reasons(used: Collection[str]) -> list[Key]:
    """The reasons of today's list, and those of the meetings that it no longer has."""
    return [*keys_of("late-reason", {*used} - {NO_REASON.code}), NO_REASON]


# The tables of initial meetings and of reviews alike.
OF_DUE = Table(Dimension.DUE, "category", Across("standing", STANDINGS), groups.CATEGORIES, IN_TIME)
OF_HELD = Table(Dimension.CATEGORY, across=TIMING, share=IN_TIME)
OF_LATE = Table(Dimension.REASON, rows=late_reasons)


def due_traits(expected: Expected, period: Period) -> Mapping[str, str]:
    """The category by which a meeting was due, and what had become of it at the end of the period."""
    return {"category": groups.category_code(expected.category), "standing": _standing(expected, period)}


def _standing(expected: Expected, period: Period) -> str:
    if expected.booked is None or expected.booked.ended_at is None or expected.booked.ended_at >= period.end:
        return "not_held"
    return "in_time" if expected.in_time else "late"
