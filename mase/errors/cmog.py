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


class AgreedUnderItsItem(NotAllowedNow):
    """What is next for an action about no child belongs to what that action is about."""

    message = "This is an action of an earlier CMOG. Agree what comes next under the item it belongs to."


class ItemOfNoTarget(NotAllowedNow):
    """Disruption is against somebody or some place."""

    message = "Disruption is agreed under a person or place of concern. Open their item."


class NotOnRecord(NotAllowedNow):
    """Nothing with this reference, or nothing that this person may see: the answer is the same."""

    def __init__(self, what: str, *, or_name: bool = False) -> None:
        by, check = ("reference or name", "what you typed") if or_name else ("reference", "the reference")
        super().__init__(f"There is no {what} with this {by} that you may see. Check {check}.")


class TooShortToFind(NotAllowedNow):
    """A letter finds everybody."""

    message = "Type at least two letters of a name, or the whole reference."


class OnAgendaAlready(NotAllowedNow):
    """The same thing has one slot."""

    message = "This is on the agenda already. Move it there, or write under it."


class NotAddedByHand(NotAllowedNow):
    """What the records put on an agenda is put off, not taken off."""

    message = "The portal put this on the agenda. Put it off to the next CMOG if it has to wait."


class WrittenUnder(NotAllowedNow):
    """What was said or agreed is not thrown away."""

    message = "Something is written or agreed under this. Put it off to the next CMOG if it has to wait."


class NoGuest(NotAllowedNow):
    """An invitation that leads nowhere is none."""

    message = "Choose people who work with children. Whoever sits on every CMOG is not asked by name."
