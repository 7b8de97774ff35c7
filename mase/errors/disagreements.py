"""What the state of a disagreement forbids."""

from cse_portal.errors import NotAllowedNow


class DisagreementEnded(NotAllowedNow):
    """A resolved or withdrawn disagreement is a record."""

    message = "This disagreement has ended, so nothing can be added. Raise a new one if you still disagree."


class LastStage(NotAllowedNow):
    """Nobody stands above the board's chair."""

    message = "This disagreement is with the board’s chair and partners already. There is no stage after it."


class NotOfThisAgency(NotAllowedNow):
    """Whoever answers for an agency takes part for it."""

    message = "Choose people who take part for your own agency today."


class WithHeadsOfService(NotAllowedNow):
    """The safety override was used today, and whoever it leads to has it."""

    message = "They were called today already. Ring them now, and 999 if the child is in danger."


class StageHasPassed(NotAllowedNow):
    """Somebody, or the clock, took it further since the page was read."""

    message = "This disagreement has moved to another stage since you opened the page. Read it again first."


class SameAgency(NotAllowedNow):
    """A disagreement has two sides."""

    message = "Choose another agency than your own."
