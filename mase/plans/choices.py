"""Words for a plan: the four Ps, actions and the safety map."""

import datetime as dt

from django.db.models import IntegerChoices, TextChoices


class MapKind(TextChoices):
    """What is on the Signs of Safety map beside danger statements and safety goals."""

    HARM = "harm", "Harm that has happened"
    COMPLICATING = "complicating", "Complicating factors"
    STRENGTH = "strength", "Existing strengths"
    SAFETY = "safety", "Existing safety"
    NEXT_STEP = "next_step", "Next steps"


class DangerEnd(TextChoices):
    """Why a danger statement is not carried into the next review; the meeting's own words stand beside it."""

    MET = "met", "Its safety goal is met"
    WRONG = "wrong", "It was wrong"
    OTHER = "other", "Another reason"


class PlanP(TextChoices):
    """The four Ps of the strategy (section 11)."""

    PREVENT = "PREVENT", "Prevent"
    PROTECT = "PROTECT", "Protect"
    PURSUE = "PURSUE", "Pursue"
    PROSECUTE = "PROSECUTE", "Prosecute"


# What is agreed against those who do harm: for professionals only unless the chair says otherwise.
POLICE_WORK = (PlanP.PURSUE, PlanP.PROSECUTE)


class ActionState(TextChoices):
    """An action leaves open only with an outcome."""

    OPEN = "OPEN", "Open"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    DONE = "DONE", "Done"
    DONE_LATE = "DONE_LATE", "Done late"
    NOT_DONE = "NOT_DONE", "Not done"
    SUPERSEDED = "SUPERSEDED", "Replaced by another"
    CANCELLED = "CANCELLED", "Cancelled"


UNFINISHED = (ActionState.OPEN, ActionState.IN_PROGRESS)
DONE = (ActionState.DONE, ActionState.DONE_LATE)
# What somebody reported as final, and the chair confirms or sends back.
REPORTED = (*DONE, ActionState.NOT_DONE)
# What is worked on no more for itself; what a later plan goes on with is not among them.
OVER = (*REPORTED, ActionState.CANCELLED)


class ActionPriority(TextChoices):
    """What comes first when not everything can."""

    HIGH = "HIGH", "High"
    MEDIUM = "MEDIUM", "Medium"
    LOW = "LOW", "Low"


class Escalation(IntegerChoices):
    """Who has been told that an action is late, above its owner."""

    NONE = 0, "Not escalated"
    AGENCY = 1, "Escalated to the agency’s lead"
    CHAIR = 2, "Escalated to the chair"


class NoticeStep(TextChoices):
    """When somebody is told about an action; each is the code of a clock in the reference data.

    All are counted from the day it is due, but for the last, which is counted from the day its agency was asked.
    """

    BEFORE = "ACTION_REMIND_BEFORE", "Reminder before its day"
    ON_THE_DAY = "ACTION_REMIND_ON_DAY", "Reminder on its day"
    AFTER = "ACTION_REMIND_AFTER", "Reminder after its day"
    AGENCY = "ACTION_ESCALATE_AGENCY", "Told the agency’s lead"
    CHAIR = "ACTION_ESCALATE_CHAIR", "Told the chair"
    UNANSWERED = "ACTION_NAMED", "Told that it was not answered"

    def taken_for(self, day: dt.date) -> str:
        """How an action remembers that it was taken."""
        return f"{self.value} {day}"


ESCALATES = {NoticeStep.AGENCY: Escalation.AGENCY, NoticeStep.CHAIR: Escalation.CHAIR}


class TableWord(TextChoices):
    """What the table says of an action of an earlier plan."""

    DONE = "done", "Done"
    NOT_DONE = "not-done", "Not done"
    CARRY = "carry", "Carry on"
    CONFIRM = "confirm", "Confirm"


class UpdateKind(TextChoices):
    """What was reported on an issued action; its history is these rows in order."""

    PROGRESS = "PROGRESS", "Progress reported"
    HANDED_ON = "HANDED_ON", "Handed on"
    FINISHED = "FINISHED", "Final report"
    CARRIED = "CARRIED", "Carried forward"
    ACCEPTED = "ACCEPTED", "Accepted"
    DECLINED = "DECLINED", "Declined"
    CONFIRMED = "CONFIRMED", "Confirmed by the chair"
    SENT_BACK = "SENT_BACK", "Sent back by the chair"
    CANCELLED = "CANCELLED", "Cancelled by the chair"
    RESTRICTED = "RESTRICTED", "For professionals only from now on"
    OPENED = "OPENED", "Open to everybody who sees the case or the item from now on"
