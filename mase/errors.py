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

    message = "Police, social care and health were not all there. Say why it could go ahead without them."


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


class DeputyOfAnotherAgency(NotAllowedNow):
    """A deputy comes for the same agency; nobody comes in a child's or parent's place."""

    message = (
        "A deputy comes from the same agency. Choose a colleague, or ask the chair to invite somebody else."
    )


class NobodyInvited(NotAllowedNow):
    """A meeting with nobody but its chair and the lead professional is no multi-agency meeting."""

    message = "Nobody is invited besides the chair and the lead professional. Invite others, or say why not."


class ReportAlreadySent(NotAllowedNow):
    """What everybody can read is not changed beneath them."""

    message = "This report has been sent. Take it back first, while the meeting has not started."


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


class NotWaiting(NotAllowedNow):
    """The chair confirms or sends back what somebody has reported as final, once."""

    message = "This action does not wait for the chair any more. Open it again to see how it stands."


class AgencyHasLeft(NotAllowedNow):
    """Nobody there would do it."""

    message = "This agency does not take part any more. Choose another agency."


class OwnerCannotSeeCase(NotAllowedNow):
    """An action nobody may open would be lost."""

    message = "This person cannot see the child's case. Share the case with them first, or choose another."
    field = "owner"


class OwnerOfAnotherAgency(NotAllowedNow):
    """The person works for the agency the action is with."""

    message = "This person does not work for that agency. Choose someone who does."
    field = "owner"


class NobodySeesCase(NotAllowedNow):
    """An action that nobody of its agency may open would be lost."""

    message = (
        "Nobody in this agency can see the child's case. Invite somebody there by name or share the case with "
        "them first, or choose another agency."
    )
    field = "agency"


class AlreadyCarried(NotAllowedNow):
    """An action belongs to one later meeting at most, and not to its own."""

    message = "This action has already been carried forward to a later meeting."


class MinutesNotReady(NotAllowedNow):
    """The job that makes the PDF has not finished."""

    message = "The minutes are still being prepared. Try again in a minute."


class MinutesAgreed(NotAllowedNow):
    """Agreed minutes are frozen."""

    message = "These minutes are agreed, so they cannot be changed. A correction is added after them."


class MinutesNotSentOut(NotAllowedNow):
    """A draft is its chair's."""

    message = "These minutes have not been sent out yet."


class MinutesNotAgreed(NotAllowedNow):
    """An addendum follows agreed minutes; before that the wording is changed."""

    message = "These minutes are not agreed yet. Change their wording instead, and send them out again."


class MinutesUnchanged(NotAllowedNow):
    """A version differs from the one before."""

    message = "Nothing has changed since these minutes were sent out."


class MinutesChanged(NotAllowedNow):
    """What is agreed is what was read."""

    message = "These minutes have changed since they were sent out. Send them out again first."


class WordingMissing(NotAllowedNow):
    """What was noted is worded otherwise, never left out."""

    message = "Say in a sentence what the minutes say here. What was noted cannot be left out."


class ObjectionsWait(NotAllowedNow):
    """Each objection has its answer before the minutes go on."""

    message = "An objection waits for your answer. Answer it first."


class ObjectionsStillPossible(NotAllowedNow):
    """Everybody has their days, unless every agency has said that it has read them."""

    message = "Objections are still possible, and not every agency has said that it has read the minutes."


class ObjectionsOver(NotAllowedNow):
    """The clock of objections."""

    message = "The last day for objections has passed. If something is wrong, tell the chair."


class ObjectedAlready(NotAllowedNow):
    """One objection a person to a version."""

    message = "You have objected to this version already. What you said is below."


class ObjectionAnswered(NotAllowedNow):
    """An answer stands."""

    message = "This objection has been answered already."


class PackOver(NotAllowedNow):
    """The papers are for the meeting; afterwards there are its minutes."""

    message = "This meeting is over, so there are no papers for it any more. Its minutes tell what was said."


class DisagreementEnded(NotAllowedNow):
    """A resolved or withdrawn disagreement is a record."""

    message = "This disagreement has ended, so nothing can be added. Raise a new one if you still disagree."


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
