"""What the state of a meeting forbids."""

import uuid
from collections.abc import Iterable

from django.db.models import Model

from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.ui.presenters import joined


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


class MeetingStillRuns(NotAllowedNow):
    """A case does not close under a meeting that is deciding about it."""

    message = "A meeting about this child is running. End the meeting first."


class MeetingAlreadyEnded(NotAllowedNow):
    """Ending twice changes nothing."""

    message = "This meeting has already ended. Nothing was changed."


class MeetingIncomplete(NotAllowedNow):
    """What a meeting must leave behind is missing."""

    message = "Some parts of the meeting are still missing, so it cannot end yet. They are listed below."


class QuorumReasonMissing(NotAllowedNow):
    """The chair may end a meeting without a quorum, and says why."""

    message = "Police, social care and health were not all there. Say why it could go ahead without them."


class DangerStays(NotAllowedNow):
    """What an earlier meeting wrote, or people have answered to, does not vanish from the record."""

    message = (
        "This danger was carried from the last meeting, or has numbers or actions. It cannot be removed: end it with"
        " a reason instead."
    )


class DangerEnded(NotAllowedNow):
    """Somebody else ended it first, with another reason."""

    message = (
        "This danger has been ended already, with another reason. If that is not right, let it go on first."
    )


class AgenciesSilent(NotAllowedNow):
    """Each agency that came agrees, dissents with a reason, or had left before: silence is no agreement."""

    message = "Write down of each agency that came whether it agrees, and if it does not, why."

    def __init__(self, silent: Iterable[str]) -> None:
        self.message = f"{self.message} Nothing is recorded for {joined(silent)}."
        super().__init__()


class SeatsNotMarked(NotAllowedNow):
    """Of each who was asked it is marked how they came, or the chair says that nobody knows."""

    message = "Mark how each who was asked came, or say that it is not known."

    def __init__(self, seats: Iterable[str]) -> None:
        self.message = f"{self.message} Nothing is marked for {joined(seats)}."
        super().__init__()


class DissentReasonMissing(NotAllowedNow):
    """An agency that does not agree says why."""

    message = "Write down why the agency does not agree."


class MeasureReasonMissing(NotAllowedNow):
    """An action says how anybody will know that it is done, or the chair says why it does not."""

    message = "Some actions do not say how we shall know that they are done. Complete them, or say why not."


class ScoreReasonMissing(NotAllowedNow):
    """A number on the scale says nothing without its reason; `field` is where that person’s stands on the page."""

    message = "Say why this number"

    def __init__(self, seat: uuid.UUID) -> None:
        self.field = f"reason_{seat.hex}"
        super().__init__()


class OneHigherMissing(NotAllowedNow):
    """Nor without what they would have to see to say one more, unless there is no more to say."""

    message = "Say what would be one point higher"

    def __init__(self, seat: uuid.UUID) -> None:
        self.field = f"higher_{seat.hex}"
        super().__init__()


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

    message = "Only the chair, or whoever was asked to take the minutes, says who takes them instead. Ask one of them."


class NobodyInvited(NotAllowedNow):
    """A meeting with nobody but its chair and the lead professional is no multi-agency meeting."""

    message = "Nobody is invited besides the chair and the lead professional. Invite others, or say why not."


class ReportAlreadySent(NotAllowedNow):
    """What everybody can read is not changed beneath them."""

    message = "This report has been sent. Take it back first, while the meeting has not started."


class DraftTooLate(NotAllowedNow):
    """Once the meeting runs, what an agency says is said at the table."""

    message = (
        "The meeting has started, so no draft is begun any more. Send the report now, and everybody at the table reads"
        " it at once."
    )


class ReportNotSent(NotAllowedNow):
    """Somebody else took it back, or it was never sent."""

    message = "This report is a draft: it has not been sent."


class ReportEmpty(NotAllowedNow):
    """An agency that knows nothing says so."""

    message = "Write what your agency knows, or that it knows nothing, before you send the report."


class AskedAlreadyToday(NotAllowedNow):
    """Once a day is enough."""

    message = "This agency has already been reminded today."


class NotAChair(NotAllowedNow):
    """A MASE is chaired by the CSE Team Manager."""

    message = "Choose a CSE Team Manager who works on this case as the chair."


class AlreadyChairs(NotAllowedNow):
    """Somebody else was quicker, or it was chosen by mistake."""

    message = "This person chairs the meeting already. Choose somebody else."


class ClockNotRunning(NotAllowedNow):
    """Only what runs and is in time can be paused: a pause cures no lateness."""

    message = "This clock does not run, or it is already past its day, so it cannot be paused."


class PauseOutsideClock(NotAllowedNow):
    """A pause begins while the clock runs, and ends after it began."""

    message = (
        "The day does not fit. A pause begins today or earlier, while the clock runs, after any earlier pause; "
        "and it ends after it began."
    )


class ClockOver(NotAllowedNow):
    """The pause of what is done counts until it was done."""

    message = "What this clock was for is done, so it does not run again."


class ClockNotPaused(NotAllowedNow):
    """Somebody else let it run again."""

    message = "This clock is not paused."


class ClockNotLate(NotAllowedNow):
    """A reason is for what is late, and is given once."""

    message = "This clock is not late, or its reason has already been given."


class PackOver(NotAllowedNow):
    """The papers are for the meeting; afterwards there are its minutes."""

    message = "This meeting is over, so there are no papers for it any more. Its minutes tell what was said."


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


class MinuteTakerAsked(NotAllowedNow):
    """Whoever speaks for their agency does not take the minutes as well."""

    message = "This person is asked already, in another role. Somebody else has to take the minutes."
    field = "role"
