"""What the state of a meeting or action forbids, in words its reader can act on."""

from django.db.models import Model

from cse_portal.errors import NotAllowedNow, StaleEdit


class CaseIsClosed(NotAllowedNow):
    """No meeting is booked for a closed case."""

    message = "This case is closed, so no meeting can be booked. Re-open the case first."


class MeetingAlreadyBooked(NotAllowedNow):
    """One meeting at a time is ahead of a child."""

    message = "A meeting is already booked for this child. Change that one, or cancel it first."


class MeetingNotEditable(NotAllowedNow):
    """An ended or cancelled meeting is a record."""

    message = "This meeting is over, so its record cannot be changed."


class MeetingNotStarted(NotAllowedNow):
    """Only a meeting that was started can be ended."""

    message = "This meeting has not been started. Start it first."


class MeetingAlreadyStarted(NotAllowedNow):
    """Somebody started it first."""

    message = "This meeting has already been started."


class MeetingAlreadyEnded(NotAllowedNow):
    """Ending twice changes nothing."""

    message = "This meeting has already ended. Nothing was changed."


class MeetingIncomplete(NotAllowedNow):
    """What a meeting must leave behind is missing."""

    message = "Some parts of the meeting are still missing, so it cannot end yet. They are listed below."


class QuorumReasonMissing(NotAllowedNow):
    """The chair may end a meeting without a quorum, and says why."""

    message = (
        "Police, social care and health were not all there. Say why the meeting could go ahead without them."
    )


class NotForThisRoom(NotAllowedNow):
    """Nobody is marked as there, the family is, or somebody who may not see the case at all."""

    message = (
        "The restricted part cannot be shown to this room. Mark who is there first. It is never shown while a child or"
        " parent is in the room, nor to anybody who may not see this case."
    )


class CategoryStep(NotAllowedNow):
    """A category falls one step at a time, never twice running, and not below a floor (IICSA 2022, F.4)."""

    message = "A category goes down one step at a time. Choose a higher category, and review it at the next meeting."


class ReviewTooLate(NotAllowedNow):
    """The clock of the decided category."""

    message = "The review is later than the category allows. Choose an earlier date."


class LateReasonMissing(NotAllowedNow):
    """A meeting later than its clock has a reason."""

    message = "This is after the date the meeting is due. Say why it is late."


class ActionFinished(NotAllowedNow):
    """A finished action is a record."""

    message = "This action is already finished, so it cannot be changed."


class ActionNotIssued(NotAllowedNow):
    """An action starts when its meeting ends."""

    message = "This action is issued when its meeting ends. Until then, change it in the meeting."


class OwnerCannotSeeCase(NotAllowedNow):
    """An action nobody may open would be lost."""

    message = (
        "This person cannot see the child's case. Share the case with them first, or choose someone else."
    )


class OwnerOfAnotherAgency(NotAllowedNow):
    """The person works for the agency the action is with."""

    message = "This person does not work for that agency. Choose someone who does."


class AlreadyCarried(NotAllowedNow):
    """An action belongs to one later meeting at most, and not to its own."""

    message = "This action has already been carried forward to a later meeting."


class MinutesNotReady(NotAllowedNow):
    """The job that makes the PDF has not finished."""

    message = "The minutes are still being prepared. Try again in a minute."


class DisagreementEnded(NotAllowedNow):
    """A resolved or withdrawn disagreement is a record."""

    message = (
        "This disagreement has ended, so nothing can be added. Raise a new one if you still do not agree."
    )


class LastStage(NotAllowedNow):
    """Nobody stands above the board's chair."""

    message = "This disagreement is with the board’s chair and partners already. There is no stage after it."


class WithHeadsOfService(NotAllowedNow):
    """The safety override leads to heads of service, and they have it."""

    message = (
        "Heads of service have this disagreement already. Ring them now, and 999 if the child is in danger."
    )


class StageHasPassed(NotAllowedNow):
    """Somebody, or the clock, took it further since the page was read."""

    message = "This disagreement has moved to another stage since you opened the page. Read it again first."


class SameAgency(NotAllowedNow):
    """A disagreement has two sides."""

    message = "Choose another agency than your own."


class SomeoneElseSaved(StaleEdit):
    """The row as the other person left it; the text typed is kept beside it."""

    message = "Someone else saved this while you were writing. Both versions are shown. Nothing is lost."

    def __init__(self, theirs: Model) -> None:
        self.theirs = theirs
        super().__init__()
