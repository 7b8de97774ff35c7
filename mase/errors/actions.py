"""What the state of an action forbids."""

from cse_portal.errors import NotAllowedNow


class ActionFinished(NotAllowedNow):
    """A finished action is a record."""

    message = "This action is already finished, so it cannot be changed."


class ActionReplaced(NotAllowedNow):
    """A later meeting took it into its own plan."""

    message = "This action is in a later plan now. Open it again to find the new one, and report on that."


class ActionNotIssued(NotAllowedNow):
    """An action starts when its meeting ends."""

    message = "This action is issued when its meeting ends. Until then, change it in the meeting."


class OutcomeMissing(NotAllowedNow):
    """No action ends, or is opened again, without a word on why."""

    message = "Write what came of the action, or the reason."


class EffectMissing(NotAllowedNow):
    """A plan is for the child: done is not enough."""

    message = "Write what it changed for the child or young person, or that it is too early to tell."


class ChangeMissing(NotAllowedNow):
    """Something is agreed to change something: done is not enough."""

    message = "Write what it changed, or that it is too early to tell."


class ReadersAsAsked(NotAllowedNow):
    """Somebody else was first, or the page is an old one."""

    message = "Who reads this action has been changed meanwhile. Open it again to see how it stands."


class ReadersReasonMissing(NotAllowedNow):
    """Nobody gains or loses sight of an action without a word on why."""

    message = "Say why it changes"
    field = "reason"


class NotWaiting(NotAllowedNow):
    """The chair confirms or sends back what somebody has reported as final, once."""

    message = "This action does not wait for the chair any more. Open it again to see how it stands."


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


class OwnerCannotSeeCase(NotAllowedNow):
    """An action nobody may open would be lost. Whether the case was not shared, their role reads none or they are shut
    out of it is not told.
    """

    message = (
        "This person cannot be given this action. If the case is not shared with them, share it first; or choose "
        "another."
    )
    field = "owner"


class OwnerCannotTakeIt(NotAllowedNow):
    """Their role reads no action, or they are shut out of what it is about: which of the two is not told."""

    message = "This person cannot be given this action. Choose another."
    field = "owner"


class OwnerOfAnotherAgency(NotAllowedNow):
    """The person works for the agency the action is with."""

    message = "This person does not work for that agency. Choose someone who does."
    field = "owner"


class NobodySeesCase(NotAllowedNow):
    """An action that nobody of its agency may open would be lost. Whether they are shut out is not told."""

    message = (
        "Nobody in this agency can be given this action. If the case is not shared there, invite somebody by name or "
        "share it first; or choose another agency."
    )
    field = "agency"


class NobodyCanTakeIt(NotAllowedNow):
    """An action that nobody of its agency may open would be lost, whatever it is about."""

    message = "Nobody in this agency can be given this action. Choose another agency."
    field = "agency"


class AlreadyCarried(NotAllowedNow):
    """An action belongs to one later meeting at most, and not to its own."""

    message = "This action has already been carried forward to a later meeting."
