"""Words for a CMOG or strategic CMOG and its items."""

from django.db.models import TextChoices

from mase.meetings.choices import ItemKind

# What anyone who runs a CMOG adds to its agenda by hand.
ADDED_BY_HAND = (ItemKind.CHILD, ItemKind.PERSON, ItemKind.PLACE, ItemKind.TOPIC)


class CmogWhy(TextChoices):
    """Why something is on the agenda of a CMOG, from the most urgent reason to the least.

    Said so that nobody learns of what they may not see.
    """

    REPORTED = "reported", "Reported by CMOG"
    RED = "red", "Off track"
    AMBER = "amber", "Behind"
    MISSING = "missing", "Missing again and again"
    CHANGED = "changed", "The category has changed"
    CATEGORY = "category", "Category 3"
    INTELLIGENCE = "intelligence", "Named by new intelligence"
    EXPIRES = "expires", "Disruption expires"
    DEFERRED = "deferred", "Put off from the last CMOG"
    WAITING = "waiting", "Disruption is agreed and not yet in force"
    STANDING = "standing", "On every agenda"
    UNFINISHED = "unfinished", "An action agreed here at an earlier CMOG is not finished"
    AGAIN = "again", "It comes again from an earlier CMOG"
    OVERDUE = "overdue", "Overdue"
    NEVER = "never", "Of concern, and on no CMOG yet"
    CLOSED = "closed", "The case has been closed"
    IN_FORCE = "in_force", "Disruption is in force"
    GREEN = "green", "On track"
    DONE = "done", "Done"
