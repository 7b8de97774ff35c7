"""Words for a CMOG or strategic CMOG and its items."""

from django.db.models import TextChoices

from mase.meetings.choices import ItemKind

# What anyone who runs a CMOG adds to its agenda by hand.
ADDED_BY_HAND = (ItemKind.CHILD, ItemKind.PERSON, ItemKind.PLACE, ItemKind.TOPIC)


class CmogWhy(TextChoices):
    """Why something is on the agenda of a CMOG. Said so that nobody learns of what they may not see."""

    CATEGORY = "category", "Category 3"
    CHANGED = "changed", "The category has changed"
    CLOSED = "closed", "The case has been closed"
    MISSING = "missing", "Missing again and again"
    INTELLIGENCE = "intelligence", "Named by new intelligence"
    NEVER = "never", "Of concern, and on no CMOG yet"
    OVERDUE = "overdue", "Overdue"
    UNFINISHED = "unfinished", "An action agreed here at an earlier CMOG is not finished"
    AGAIN = "again", "It comes again from an earlier CMOG"
    WAITING = "waiting", "Disruption is agreed and not yet in force"
    IN_FORCE = "in_force", "Disruption is in force"
    EXPIRES = "expires", "Disruption expires"
    DEFERRED = "deferred", "Put off from the last CMOG"
    STANDING = "standing", "On every agenda"
    REPORTED = "reported", "Reported by CMOG"
    RED = "red", "Off track"
    AMBER = "amber", "Behind"
    GREEN = "green", "On track"
    DONE = "done", "Done"
