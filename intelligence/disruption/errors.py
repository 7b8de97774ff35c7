"""What the state of an order forbids, and what to do instead."""

from cse_portal.errors import NotAllowedNow


class NotAgainstSubject(NotAllowedNow):
    """What protects a child, such as police protection, is never used against anybody."""

    message = "This tactic is for a child. Choose one that is used against a person, place or thing."
    field = "tactic"


class NoReaderThere(NotAllowedNow):
    """An agency that may not know of the subject cannot apply for an order against it."""

    message = (
        "Nobody of this agency may see this subject. The police first issue a report that they may read, or they are "
        "shown the intelligence of a child’s case that is linked."
    )
    field = "agency"


class StageNotOpen(NotAllowedNow):
    """The order is over, or its kind goes through other stages first."""

    message = "This cannot be recorded of the order as it is now. Look at its page again."


class EndsBeforeItStarts(NotAllowedNow):
    """An end is the first day on which an order is no longer in force."""

    message = "The end must be after the start. Check both days."
    field = "ends_on"


class BreachOutsideItsTime(NotAllowedNow):
    """Only an order that is in force can be breached."""

    message = "The order was not in force at that time. Check the day, or tell the police what happened."
    field = "happened_at"


class SaidAlready(NotAllowedNow):
    """What happens next is on record, and stays."""

    message = "Somebody has already said what happens next. Look at the breach again."
