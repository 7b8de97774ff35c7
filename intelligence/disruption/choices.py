"""The stages of an order, how well it works, and reminders of its day."""

from django.db.models import IntegerChoices, TextChoices


class Stage(TextChoices):
    """An order from the day it is asked for to its end. Nobody records EXPIRED: its end has come."""

    REQUESTED = "REQUESTED", "Requested"
    APPLIED = "APPLIED", "Applied"
    GRANTED = "GRANTED", "Granted"
    REFUSED = "REFUSED", "Refused"
    SERVED = "SERVED", "Served"
    IN_FORCE = "IN_FORCE", "In force"
    EXPIRED = "EXPIRED", "Ended"
    DISCHARGED = "DISCHARGED", "Discharged"
    NOT_USED = "NOT_USED", "Not used"


WAITING = (Stage.REQUESTED, Stage.APPLIED, Stage.GRANTED)
BEGUN = (Stage.SERVED, Stage.IN_FORCE)
OVER = (Stage.REFUSED, Stage.DISCHARGED, Stage.NOT_USED)


class Effect(IntegerChoices):
    """How much less harm an order lets happen."""

    NONE = 0, "None"
    WEAK = 1, "Weak"
    SOME = 2, "Some"
    STRONG = 3, "Strong"
    STOPPED = 4, "Stopped it"


class DisruptionNotice(TextChoices):
    """When the agency is told of an order that waits: each value is the clock rule that says the day, in order."""

    BEFORE = "ACTION_REMIND_BEFORE", "Reminder before its day"
    ON_DAY = "ACTION_REMIND_ON_DAY", "Reminder on its day"
    AFTER = "ACTION_REMIND_AFTER", "Reminder after its day"
