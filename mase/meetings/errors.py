"""What the state of a meeting forbids, in words that their reader can act on."""

from django.db.models import Model

from cse_portal.errors import NotAllowedNow, StaleEdit

WORKS_ELSEWHERE = "This person does not work for that agency. Choose someone who does."


class MeetingAlreadyBooked(NotAllowedNow):
    """One meeting at a time is ahead of a child."""

    message = "A meeting is already booked for this child. Change that one, or cancel it first."


class MonthTaken(NotAllowedNow):
    """One meeting of its kind in each period."""

    message = "There is one in this month already. Change that one, or choose a day in another month."
    field = "scheduled_for"


class SlotNotFree(NotAllowedNow):
    """One child a slot, and none in a slot that is over."""

    message = "Slot: this one is taken or over. Choose a free slot."
    field = "slot"


class SlotOutsideSession(NotAllowedNow):
    """A slot before the session begins, or after its end."""

    message = "Slot: the session has no such slot. Choose one before its end."
    field = "slot"


class SessionFull(NotAllowedNow):
    """No slot is free any more."""

    message = "Slot: every slot of this session is taken or over. Choose another session."
    field = "slot"


class SessionCancelled(NotAllowedNow):
    """Nothing is booked into a session that is not held."""

    message = "This session was cancelled. Choose another session."


class NotAWorkingDay(NotAllowedNow):
    """Agencies come on working days."""

    field = "starts_at"

    def __init__(self, why: str) -> None:
        self.message = f"Date and time: {why}"
        super().__init__()


class MeetingNotEditable(NotAllowedNow):
    """An ended or cancelled meeting is a record."""

    message = "This meeting is over. Its record stays as it is, and its minutes take the place of its papers."


class MeetingNotStarted(NotAllowedNow):
    """Only a meeting that was started can be ended."""

    message = "This meeting has not been started. Start it first."


class MeetingAlreadyStarted(NotAllowedNow):
    """Somebody started it first."""

    message = "This meeting has already been started."


class MeetingStillRuns(NotAllowedNow):
    """A case does not close under a meeting that is deciding about it."""

    message = "A meeting about this child is running. End the meeting first."


class MeetingIncomplete(NotAllowedNow):
    """What a meeting must leave behind is missing."""

    message = "Some parts of the meeting are still missing, so it cannot end yet. They are listed below."


class QuorumReasonMissing(NotAllowedNow):
    """The chair may end a meeting without a quorum, and says why."""

    message = "Police, social care and health were not all there. Say why it could go ahead without them."


class ComesForAnAgency(NotAllowedNow):
    """In this role somebody comes for their agency."""

    message = "In this role people come for an agency. Invite the agency, or the person by their account."
    field = "alone_role"


class CategoryStep(NotAllowedNow):
    """A category falls one step at a time, never twice running, and not below a floor (IICSA 2022, F.4)."""

    message = "A category goes down one step at a time. Choose a higher category, and review it at the next meeting."
    where_others_see = message


class HarmGoesOn(NotAllowedNow):
    """No child is stepped down or left without a category while they are being exploited (IICSA 2022, F.4)."""

    message = (
        "You say that exploitation is happening now, so the category cannot go down, nor be none. Keep the category or"
        " choose a higher one. If the exploitation has stopped, say so under Harm, and in the reasons how you know."
    )


class PointDenied(NotAllowedNow):
    """What the record denies, or an agency has not confirmed, is not met (IICSA 2022, F.4)."""

    message = (
        "This cannot be said to be met. Choose “Not met”, and say why the category may fall all the same."
    )

    def __init__(self, code: str) -> None:
        self.field = f"met_{code}"
        super().__init__()


class ReviewTooLate(NotAllowedNow):
    """The clock of the decided category."""

    message = "The review is later than the category allows. Choose an earlier date."


class LateReasonMissing(NotAllowedNow):
    """A meeting later than its clock has a reason."""

    message = "This is after the date the meeting is due. Say why it is late."


class DeputyOfAnotherAgency(NotAllowedNow):
    """A deputy comes for the same agency; nobody comes in a child's or parent's place."""

    message = (
        "A deputy comes from the same agency. Choose a colleague, or ask the chair to invite somebody else."
    )


class DeputyTakesMinutes(NotAllowedNow):
    """The minute taker writes on the chair's behalf, also in somebody's place."""

    message = "Only the chair, or the person asked to take the minutes, says who takes them instead. Ask one of them."


class NotAChair(NotAllowedNow):
    """A MASE is chaired by the CSE Team Manager; another one takes over."""

    message = (
        "Choose a CSE Team Manager who works on this case as the chair, and does not chair this meeting yet."
    )
    field = "chair"


class SomeoneElseSaved(StaleEdit):
    """The row as the other person left it; the text typed is kept beside it."""

    message = "Someone else saved this while you were writing. Both versions are shown. Nothing is lost."

    def __init__(self, theirs: Model) -> None:
        self.theirs = theirs
        super().__init__()


class MinuteTakerByChair(NotAllowedNow):
    """The minute taker writes on the chair's behalf."""

    message = "Only the chair says who takes the minutes. Ask them, or choose another role."
    field = "role"


class MinuteTakerByName(NotAllowedNow):
    """One person takes the minutes, not an agency."""

    message = "One person takes the minutes. Choose the person instead of the agency."
    field = "role"


class AskedInAnotherRole(NotAllowedNow):
    """One invitation each; the role it was sent for stays."""

    message = "Somebody you chose is asked to this meeting already, in another role. Leave them out."
    field = "role"


class ChangedMeanwhile(NotAllowedNow):
    """Somebody else was first, or the page is an old one."""

    message = "This has changed since you opened the page. Open it again to see how it stands."


class DissentUnseen(NotAllowedNow):
    """Nobody takes away a reason that they have not read."""

    message = "This agency has said meanwhile why it does not agree. Read it, then say again."
