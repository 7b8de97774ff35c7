"""What the state of minutes forbids, in words that their reader can act on."""

from cse_portal.errors import NotAllowedNow


class MinutesNotReady(NotAllowedNow):
    """The job that makes the PDF has not finished."""

    message = "The minutes are still being prepared. Try again in a minute."


class MinutesAgreed(NotAllowedNow):
    """Agreed minutes are frozen."""

    message = "These minutes are agreed, so they cannot be changed. A correction is added after them."


class MinutesNotSentOut(NotAllowedNow):
    """A draft is its chair's."""

    message = "These minutes have not been sent out yet."


class MinutesChanged(NotAllowedNow):
    """What is agreed is what was read."""

    message = "These minutes have changed since they were sent out. Send them out again first."


class WordingMissing(NotAllowedNow):
    """What was noted is worded otherwise, never left out."""

    message = "Say in a sentence what the minutes say here. What was noted cannot be left out."


class ObjectionsWait(NotAllowedNow):
    """Each objection has its answer before the minutes go on, also where the chair may not see what it is about."""

    message = "An objection has no answer yet. Anyone who may see what it is about answers it first."


class AgreedByThemselves(NotAllowedNow):
    """Where nobody objected nobody has to agree them."""

    message = "Nobody objected to these minutes, so they are agreed by themselves after the last day."


class ObjectionsStillPossible(NotAllowedNow):
    """Everybody has their days."""

    message = (
        "Objections are still possible, and not everybody who was told of the minutes has said that they have read"
        " them."
    )


class ObjectionsOver(NotAllowedNow):
    """The clock of objections."""

    message = "The last day for objections has passed. If something is wrong, tell the chair."


class OwnObjection(NotAllowedNow):
    """An answer is somebody else's, where there is anybody else."""

    message = "You objected to this yourself. Somebody else who may see it answers."
