"""What the state of minutes forbids, in words that their reader can act on."""

from cse_portal.errors import NotAllowedNow


class MinutesAgreed(NotAllowedNow):
    """Agreed minutes are frozen."""

    message = "These minutes are agreed, so they cannot be changed. A correction is added after them."


class MinutesNotSentOut(NotAllowedNow):
    """A draft is its chair's."""

    message = "These minutes have not been sent out yet."


class MinutesNotSettled(NotAllowedNow):
    """Everybody has their days, and what is agreed is what was read."""

    message = "Objections are still possible or have no answer, or the minutes have changed since they were sent out."


class WordingMissing(NotAllowedNow):
    """What was noted is worded otherwise, never left out."""

    message = "Say in a sentence what the minutes say here. What was noted cannot be left out."


class ObjectionsWait(NotAllowedNow):
    """Each objection has its answer before the minutes go on, also where the chair may not see what it is about."""

    message = "An objection has no answer yet. Anyone who may see what it is about answers it first."


class ObjectionsOver(NotAllowedNow):
    """The clock of objections."""

    message = "The last day for objections has passed. If something is wrong, tell the chair."


class OwnObjection(NotAllowedNow):
    """An answer is somebody else's, where there is anybody else."""

    message = "You objected to this yourself. Somebody else who may see it answers."
