"""Words for a CMOG and its items."""

from django.db.models import TextChoices

from mase.meetings.choices import ItemKind

# An action that is not overdue stands under this heading of the agenda; one that is, under that of its kind.
STILL_OPEN = "open-actions"
# What anyone who runs a CMOG adds to its agenda by hand.
ADDED_BY_HAND = (ItemKind.CHILD, ItemKind.PERSON, ItemKind.PLACE, ItemKind.TOPIC)


class CmogMove(TextChoices):
    """Where anyone who runs a CMOG moves an item of its agenda, among what stands with it."""

    UP = "up", "Up"
    DOWN = "down", "Down"
    FIRST = "first", "To the top"


class CmogWhy(TextChoices):
    """Why something is on the agenda of a CMOG. Said so that nobody learns of what they may not see."""

    CATEGORY = "category", "Category 3"
    CHANGED = "changed", "The category has changed"
    CLOSED = "closed", "The case has been closed"
    MISSING = "missing", "Missing again and again"
    INTELLIGENCE = "intelligence", "Named by new intelligence"
    OF_CONCERN = "of_concern", "Named by intelligence again and again in the last six months"
    NEVER = "never", "Of concern, and on no CMOG yet"
    OVERDUE = "overdue", "Overdue"
    STILL_OPEN = "still_open", "Agreed at an earlier CMOG"
    UNFINISHED = "unfinished", "An action agreed here at an earlier CMOG is not finished"
    AGAIN = "again", "It comes again from an earlier CMOG"
    WAITING = "waiting", "Disruption is agreed and not yet in force"
    IN_FORCE = "in_force", "Disruption is in force"
    EXPIRES = "expires", "Disruption expires"
    DEFERRED = "deferred", "Put off from the last CMOG"
    STANDING = "standing", "On every agenda"


# What reports alone say. A reader who may not read these must not learn of them.
BY_REPORTS = (CmogWhy.INTELLIGENCE, CmogWhy.OF_CONCERN)
