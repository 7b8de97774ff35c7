"""Refusals of retention, in words that their reader can act on."""

from cse_portal.errors import NotAllowedNow


class IsHeld(NotAllowedNow):
    """A legal hold covers the record, or what would go with it."""

    message = "A legal hold covers this record, or something that would go with it."


class DisposalUnderWay(NotAllowedNow):
    """One at a time."""

    message = "A disposal of this record is under way already."


class DisposalDecided(NotAllowedNow):
    """Decided, stopped or done by now."""

    message = "This disposal no longer waits for that."


class OwnProposal(NotAllowedNow):
    """Two people answer for it."""

    message = "You proposed this yourself. Another person must decide."
