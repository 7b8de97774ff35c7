"""What the state of a return or a report can forbid."""

from cse_portal.errors import NotAllowedNow


class QuarterNotEnded(NotAllowedNow):
    """A return counts what is over."""

    message = "This quarter has not ended yet. Start its return on the day after it ends."


class ReturnIsSigned(NotAllowedNow):
    """A signed-off return is frozen."""

    message = "This return has been signed off. Its figures no longer change."


class ReturnNotReady(NotAllowedNow):
    """The figures are still being worked out."""

    message = "The figures are still being worked out. Wait until the job has finished."


class ChecksFail(NotAllowedNow):
    """A check that must be right is not."""

    message = "At least one check that must be right has failed. Put the records right and start again."


class NoteNeeded(NotAllowedNow):
    """Something looks odd and nobody has said why."""

    message = "Say why the checks that failed may stand. The person who signs off reads it."


class NotChecked(NotAllowedNow):
    """Only a checked return can be signed off."""

    message = "This return has not been checked yet. An analyst checks it first."


class SignedByPreparer(NotAllowedNow):
    """Two people answer for a return."""

    message = "You prepared or checked this return, so another person has to sign it off."


class NotSigned(NotAllowedNow):
    """A report, a download or an export comes from a signed-off return only."""

    message = "This return has not been signed off yet."


class AlreadyPublished(NotAllowedNow):
    """A board report is published once."""

    message = "The board report of this quarter has already been published."


class AlreadyChecked(NotAllowedNow):
    """A checked return waits for its signature."""

    message = "This return has been checked and waits to be signed off. It must be sent back before it can be changed."


class FiguresChanged(NotAllowedNow):
    """The figures were worked out again while somebody was reading them."""

    message = "The figures have been worked out again since you opened this page. Read them again first."


class ReasonNeeded(NotAllowedNow):
    """Sending back without saying why helps nobody."""

    message = "Say why you are sending this return back."


class ReportDamaged(NotAllowedNow):
    """The file is not the one that was published."""

    message = "The stored report is damaged. Tell the portal's support team."


class AlreadyDecided(NotAllowedNow):
    """A verdict stands."""

    message = "Somebody has decided on this already. Read their verdict; it cannot be changed."


class OwnFinding(NotAllowedNow):
    """Nobody reviews themselves."""

    message = (
        "This is about something you did yourself. Another privacy officer decides on it. Where there is no other, the "
        "administrators appoint one."
    )


class NotDueYet(NotAllowedNow):
    """A record goes only when its time has come."""

    message = "This record is not due. It cannot be disposed of before its day."


class IsHeld(NotAllowedNow):
    """A legal hold covers the record, or what would go with it."""

    message = "A legal hold covers this record, or something that would go with it."


class IsAskedFor(NotAllowedNow):
    """The child, or somebody for them, has asked to see it (Data Protection Act 2018, section 173)."""

    message = "Somebody has asked to see this record and has no answer yet. Answer them first."


class OwnName(NotAllowedNow):
    """Nobody learns from the audit whether they are looked for."""

    message = "You cannot see who searched for your own name, or for whom you declared. Another privacy officer can."


class DisposalUnderWay(NotAllowedNow):
    """One at a time."""

    message = "A disposal of this record is under way already."


class DisposalDecided(NotAllowedNow):
    """Decided, stopped or done by now."""

    message = "This disposal no longer waits for that."


class OwnProposal(NotAllowedNow):
    """Two people answer for it."""

    message = "You proposed this yourself. Another person must decide."


class HoldLifted(NotAllowedNow):
    """Lifted once and for all."""

    message = "This hold has been lifted already."


class RequestNotOpen(NotAllowedNow):
    """It has been answered."""

    message = "This request has been answered or closed. It can no longer be changed."


class NotBeingPrepared(NotAllowedNow):
    """While another person reads it, and after, nothing changes."""

    message = "This request is not being prepared now, so nothing in it can be changed."


class NotReady(NotAllowedNow):
    """A step before this one is missing."""

    message = "This request is not ready for this step."


class PoliceFirst(NotAllowedNow):
    """What the police told stays out until they agree."""

    message = "Decision: the police must release this first."


class OnlyTakeOut(NotAllowedNow):
    """The text stays the record's own, with words taken out."""

    message = "Text: you can only put [withheld] where you take words out. Nothing else may change."


class NeedsAnother(NotAllowedNow):
    """Two people answer for what leaves."""

    message = "You prepared part of this, so somebody else must be the second reader."


class KeptFromYou(NotAllowedNow):
    """The people who answer for a copy have read all that leaves."""

    message = "Part of what leaves is kept from you. Somebody who may read all of it has to do this."
