"""Words for a hand-off: its state, its outcome, and what is kept of each change."""

from django.db.models import TextChoices


class HandOffState(TextChoices):
    """Where a hand-off is, from being asked to its end."""

    ASKED = "asked", "Not accepted yet"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    PASSED_ON = "passed_on", "Handed to another agency"
    ENDED = "ended", "Ended"


class HandOffOutcome(TextChoices):
    """What came of a hand-off."""

    HELPED = "helped", "Helped"
    STEPPED_UP = "stepped_up", "Stepped up"
    STEPPED_DOWN = "stepped_down", "Stepped down"
    NOT_NEEDED = "not_needed", "No longer needed"


class HandOffStep(TextChoices):
    """A change of a hand-off."""

    ASKED = "asked", "Handed over"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    REVIEWED = "reviewed", "Reviewed"
    PASSED_ON = "passed_on", "Handed to another agency"
    ENDED = "ended", "Ended"


# The agency still has the work, or may still get it.
OPEN = (HandOffState.ASKED, HandOffState.ACCEPTED)
# The CSE team has to find somebody.
NOT_ACCEPTED = (HandOffState.ASKED, HandOffState.DECLINED)
# The agency said no, or the work went elsewhere: it no longer sees the concern.
TAKEN_AWAY = (HandOffState.DECLINED, HandOffState.PASSED_ON)
# What an agency may say at the end; stepping up has a page of its own.
ENDINGS = (HandOffOutcome.HELPED, HandOffOutcome.STEPPED_DOWN, HandOffOutcome.NOT_NEEDED)
