"""What the state of a meeting forbids, in words that their reader can act on."""

from django.db.models import Model

from cse_portal.errors import NotAllowedNow, StaleEdit

WORKS_ELSEWHERE = "This person does not work for that agency. Choose someone who does."
ALREADY_BOOKED = "A meeting is already booked for this child. Change that one, or cancel it first."
MONTH_TAKEN = "There is one in this month already. Change that one, or choose a day in another month."
ALREADY_STARTED = "This meeting has already been started."
STILL_RUNS = "A meeting about this child is running. End the meeting first."
INCOMPLETE = "Some parts of the meeting are still missing, so it cannot end yet. They are listed below."
WHY_NO_QUORUM = "Police, social care and health were not all there. Say why it could go ahead without them."
COMES_FOR_AN_AGENCY = (
    "In this role people come for an agency. Invite the agency, or the person by their account."
)
HARM_GOES_ON = (
    "You say that exploitation is happening now, so the category cannot go down, nor be none. Keep the category or"
    " choose a higher one. If the exploitation has stopped, say so under Harm, and in the reasons how you know."
)
WHY_LATE = "This is after the date the meeting is due. Say why it is late."
SAME_AGENCY = (
    "A deputy comes from the same agency. Choose a colleague, or ask the chair to invite somebody else."
)
NO_CHAIR = (
    "Choose a CSE Team Manager who works on this case as the chair, and does not chair this meeting yet."
)
ANOTHER_ROLE = "Somebody you chose is asked to this meeting already, in another role. Leave them out."
DISSENT_UNSEEN = "This agency has said meanwhile why it does not agree. Read it, then say again."
SLOT_TAKEN = "Slot: this one is taken or over. Choose a free slot."
SLOT_OUTSIDE = "Slot: the session has no such slot. Choose one before its end."
SESSION_FULL = "Slot: every slot of this session is taken or over. Choose another session."
SESSION_CANCELLED = "This session was cancelled. Choose another session."
CHAIR_SAYS_WHO_WRITES = "Only the chair says who takes the minutes. Ask them, or choose another role."
ONE_PERSON_WRITES = "One person takes the minutes. Choose the person instead of the agency."
WRITER_SAYS_WHO = (
    "Only the chair, or the person asked to take the minutes, says who takes them instead. Ask one of them."
)
POINT_DENIED = (
    "This cannot be said to be met. Choose “Not met”, and say why the category may fall all the same."
)


class MeetingRefused(NotAllowedNow):
    """One of the sentences above, and the field of the form that it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class MeetingNotEditable(NotAllowedNow):
    """An ended or cancelled meeting is a record."""

    message = "This meeting is over. Its record stays as it is, and its minutes take the place of its papers."


class MeetingNotStarted(NotAllowedNow):
    """Only a meeting that was started can be ended."""

    message = "This meeting has not been started. Start it first."


class CategoryStep(NotAllowedNow):
    """A category falls one step at a time, never twice running, and not below a floor (IICSA 2022, F.4)."""

    message = "A category goes down one step at a time. Choose a higher category, and review it at the next meeting."


class SomeoneElseSaved(StaleEdit):
    """The row as the other person left it; the text typed is kept beside it."""

    message = "Someone else saved this while you were writing. Both versions are shown. Nothing is lost."

    def __init__(self, theirs: Model) -> None:
        self.theirs = theirs
        super().__init__()


class ChangedMeanwhile(NotAllowedNow):
    """Somebody else was first, or the page is an old one."""

    message = "This has changed since you opened the page. Open it again to see how it stands."
