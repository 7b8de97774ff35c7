"""What the state of a CMOG forbids."""

from cse_portal.errors import NotAllowedNow


class CmogThisMonth(NotAllowedNow):
    """One CMOG a month."""

    message = "There is a CMOG in this month already. Change that one, or choose a day in another month."


class CmogObjectionsWait(NotAllowedNow):
    """Also where it is about what its reader may not see: so it does not say whose answer it waits for."""

    message = "An objection has no answer yet. Whoever may see what it is about answers it first."


class OwnObjection(NotAllowedNow):
    """An answer is somebody else's, where there is anybody else."""

    message = "You objected to this yourself. Somebody else who may see it answers."


class NothingToSetOut(NotAllowedNow):
    """The plan was set out before."""

    message = "The plan already has every objective of the strategy. Nothing was changed."


class ItemNotOfAChild(NotAllowedNow):
    """An action of a plan belongs to a child's case."""

    message = "Actions are set for a child. Under a person or place agree on disruption."


class ItemOfNoTarget(NotAllowedNow):
    """Disruption is against somebody or some place."""

    message = "Disruption is agreed under a person or place of concern. Open their item."


class NoGuest(NotAllowedNow):
    """An invitation that leads nowhere is none."""

    message = "Choose people who work with children. Whoever sits on every CMOG is not asked by name."
