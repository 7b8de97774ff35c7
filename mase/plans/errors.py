"""What the state of an action forbids, in words that their reader can act on."""

from cse_portal.errors import NotAllowedNow


class DangerStays(NotAllowedNow):
    """What an earlier meeting wrote, or people have answered to, does not vanish from the record."""

    message = (
        "This danger was carried from the last meeting, or has numbers or actions. It cannot be removed: end it with"
        " a reason instead."
    )


class ActionFinished(NotAllowedNow):
    """A finished action is a record."""

    message = "This action is already finished, so it cannot be changed."


class ActionReplaced(NotAllowedNow):
    """A later meeting took it into its own plan."""

    message = "This action is in a later plan now. Open it again to find the new one, and report on that."


class ActionNotIssued(NotAllowedNow):
    """An action starts when its meeting ends."""

    message = "This action is issued when its meeting ends. Until then, change it in the meeting."


class NewDayMissing(NotAllowedNow):
    """The steps of a day that is past were told once and are not told again: without a new day nobody would be."""

    message = "The day of this action is past. Enter a new date, or nobody is reminded of it again."
    field = "due_on"


class OwnReport(NotAllowedNow):
    """Nobody judges what they reported themselves, as long as somebody else may chair."""

    message = "You reported this yourself, so somebody else who may chair confirms it. They have been told."
    field = "agreed"


class AgencyHasLeft(NotAllowedNow):
    """Nobody there would do it."""

    message = "This agency does not take part any more. Choose another agency."
    field = "agency"


class OwnerCannotTakeIt(NotAllowedNow):
    """An action nobody may open would be lost. Why this person may not is not told."""

    message = (
        "This person cannot be given this action. Share the child’s case with them first, or choose another."
    )
    field = "owner"


class NobodyCanTakeIt(NotAllowedNow):
    """The same of everybody in an agency."""

    message = "Nobody in this agency can be given this action. Share the case there first, or choose another agency."
    field = "agency"
