"""What the state of a meeting, its minutes or an action forbids, in words its reader can act on."""

import uuid
from collections.abc import Iterable

from django.db.models import Model

from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.ui.presenters import joined

WORKS_ELSEWHERE = "This person does not work for that agency. Choose someone who does."


class MeetingAlreadyBooked(NotAllowedNow):
    """One meeting at a time is ahead of a child."""

    message = "A meeting is already booked for this child. Change that one, or cancel it first."


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


class DangerStays(NotAllowedNow):
    """What an earlier meeting wrote, or people have answered to, does not vanish from the record."""

    message = (
        "This danger was carried from the last meeting, or has numbers or actions. It cannot be removed: end it with"
        " a reason instead."
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


class DraftTooLate(NotAllowedNow):
    """Once the meeting runs, what an agency says is said at the table."""

    message = (
        "The meeting has started, so no draft is begun any more. Send the report now, and everybody at the table reads"
        " it at once."
    )


class ReportEmpty(NotAllowedNow):
    """An agency that knows nothing says so."""

    message = "Write what your agency knows, or that it knows nothing, before you send the report."


class NotAChair(NotAllowedNow):
    """A MASE is chaired by the CSE Team Manager; another one takes over."""

    message = (
        "Choose a CSE Team Manager who works on this case as the chair, and does not chair this meeting yet."
    )


class PauseOutsideClock(NotAllowedNow):
    """A pause begins while the clock runs, and ends after it began."""

    message = (
        "The day does not fit. A pause begins today or earlier, while the clock runs, after any earlier pause; "
        "and it ends after it began."
    )


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


class MinutesNotReady(NotAllowedNow):
    """The job that makes the PDF has not finished."""

    message = "The minutes are still being prepared. Try again in a minute."


class MinutesAgreed(NotAllowedNow):
    """Agreed minutes are frozen."""

    message = "These minutes are agreed, so they cannot be changed. A correction is added after them."


class MinutesNotSentOut(NotAllowedNow):
    """A draft is its chair's."""

    message = "These minutes have not been sent out yet."


class MinutesChanged(NotAllowedNow):
    """What is agreed is what was read."""

    message = "These minutes have changed since they were sent out. Send them out again first."


class WordingMissing(NotAllowedNow):
    """What was noted is worded otherwise, never left out."""

    message = "Say in a sentence what the minutes say here. What was noted cannot be left out."


class ObjectionsWait(NotAllowedNow):
    """Each objection has its answer before the minutes go on, also where the chair may not see what it is about."""

    message = "An objection has no answer yet. Whoever may see what it is about answers it first."


class ObjectionsStillPossible(NotAllowedNow):
    """Everybody has their days, unless all who were told have said that they have read them."""

    message = (
        "Objections are still possible, and not everybody who was told of the minutes has said that they have read"
        " them."
    )


class ObjectionsOver(NotAllowedNow):
    """The clock of objections."""

    message = "The last day for objections has passed. If something is wrong, tell the chair."


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
    """Something is agreed to change something: done is not enough."""

    message = "Write what it changed, or that it is too early to tell."


class ReadersReasonMissing(NotAllowedNow):
    """Nobody gains or loses sight of an action without a word on why."""

    message = "Say why it changes"
    field = "reason"


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


class CmogThisMonth(NotAllowedNow):
    """One CMOG a month."""

    message = "There is a CMOG in this month already. Change that one, or choose a day in another month."


class OwnObjection(NotAllowedNow):
    """An answer is somebody else's, where there is anybody else."""

    message = "You objected to this yourself. Somebody else who may see it answers."


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


class WithHeadsOfService(NotAllowedNow):
    """The safety override was used today, and whoever it leads to has it."""

    message = "They were called today already. Ring them now, and 999 if the child is in danger."


class ChangedMeanwhile(NotAllowedNow):
    """Somebody else was first, or the page is an old one."""

    message = "This has changed since you opened the page. Open it again to see how it stands."


class ScoreIncomplete(NotAllowedNow):
    """A number on the scale says nothing without its reason, nor without what would be one more."""

    def __init__(self, part: str, seat: uuid.UUID) -> None:
        self.field = f"{part}_{seat.hex}"
        super().__init__(
            {"reason": "Say why this number", "higher": "Say what would be one point higher"}[part]
        )
