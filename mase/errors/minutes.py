"""What the state of minutes forbids, before and after they are agreed."""

from cse_portal.errors import NotAllowedNow


class MinutesNotReady(NotAllowedNow):
    """The job that makes the PDF has not finished."""

    message = "The minutes are still being prepared. Try again in a minute."


class NoMinutesYet(NotAllowedNow):
    """The meeting has not ended."""

    message = "There are no minutes yet. They are drafted when the meeting ends."


class MinutesAgreed(NotAllowedNow):
    """Agreed minutes are frozen."""

    message = "These minutes are agreed, so they cannot be changed. A correction is added after them."


class MinutesNotSentOut(NotAllowedNow):
    """A draft is its chair's."""

    message = "These minutes have not been sent out yet."


class MinutesNotAgreed(NotAllowedNow):
    """An addendum follows agreed minutes; before that the wording is changed."""

    message = "These minutes are not agreed yet. Change their wording instead, and send them out again."


class MinutesUnchanged(NotAllowedNow):
    """A version differs from the one before."""

    message = "Nothing has changed since these minutes were sent out."


class MinutesChanged(NotAllowedNow):
    """What is agreed is what was read."""

    message = "These minutes have changed since they were sent out. Send them out again first."


class WordingMissing(NotAllowedNow):
    """What was noted is worded otherwise, never left out."""

    message = "Say in a sentence what the minutes say here. What was noted cannot be left out."


class ObjectionsWait(NotAllowedNow):
    """Each objection has its answer before the minutes go on."""

    message = "An objection waits for your answer. Answer it first."


class ObjectionsStillPossible(NotAllowedNow):
    """Everybody has their days, unless all who were told have said that they have read them."""

    message = (
        "Objections are still possible, and not everybody who was told of the minutes has said that they have read"
        " them."
    )


class ObjectionsOver(NotAllowedNow):
    """The clock of objections."""

    message = "The last day for objections has passed. If something is wrong, tell the chair."


class ObjectedAlready(NotAllowedNow):
    """One objection a person to a version."""

    message = "You have objected to this version already. What you said is below."


class ObjectionAnswered(NotAllowedNow):
    """An answer stands."""

    message = "This objection has been answered already."
