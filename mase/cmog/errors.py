"""What the state of a CMOG forbids, in words that their reader can act on."""

from cse_portal.errors import NotAllowedNow


class CmogThisMonth(NotAllowedNow):
    """One CMOG a month."""

    message = "There is a CMOG in this month already. Change that one, or choose a day in another month."


class AgreedUnderItsItem(NotAllowedNow):
    """What is next for an action about no child belongs to what that action is about."""

    message = "This is an action of an earlier CMOG. Agree what comes next under the item it belongs to."


class NotOnRecord(NotAllowedNow):
    """Nothing with this reference, or nothing that this person may see: the answer is the same."""

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no {what} with this reference that you may see. Check the reference.")


class OnAgendaAlready(NotAllowedNow):
    """The same thing has one slot."""

    message = "This is on the agenda already. Move it there, or write under it."


class WrittenUnder(NotAllowedNow):
    """Only what was added by hand is taken off, and nothing that was said or agreed is thrown away."""

    message = (
        "The records put this on the agenda, or something is written under it. Put it off to the next CMOG."
    )
