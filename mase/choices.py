"""The partnership's words for a meeting and its plan; codes with a meaning in code, others are reference data."""

from django.db.models import TextChoices


class MeetingKind(TextChoices):
    """The first meeting about a child, and every later one (the codes of the reference list of meeting types)."""

    INITIAL = "MASE_INITIAL", "Initial MASE"
    REVIEW = "MASE_REVIEW", "Review MASE"


class MeetingState(TextChoices):
    """Where a meeting stands."""

    SCHEDULED = "scheduled", "Scheduled"
    IN_PROGRESS = "in_progress", "In progress"
    ENDED = "ended", "Ended"
    CANCELLED = "cancelled", "Cancelled"


class AttendanceCode(TextChoices):
    """The codes board minutes use, and R for a written report only."""

    ATTENDED = "Y", "Attended"
    DEPUTY = "D", "Deputy attended"
    APOLOGIES = "A", "Apologies"
    REPORT = "R", "Written report only"
    ABSENT = "N", "Did not attend"


PRESENT = (AttendanceCode.ATTENDED, AttendanceCode.DEPUTY)


class Audience(TextChoices):
    """For whom a copy of the minutes is made. What is in the one is never cut out of the other: each is made."""

    OPEN = "open", "Without the restricted part: for everybody at the table, the family too"
    FULL = "full", "With the restricted part: for those alone to whom it was given"


class MapKind(TextChoices):
    """What stands on the Signs of Safety map beside danger statements and safety goals."""

    HARM = "harm", "Harm that has happened"
    COMPLICATING = "complicating", "Complicating factors"
    STRENGTH = "strength", "Existing strengths"
    SAFETY = "safety", "Existing safety"
    NEXT_STEP = "next_step", "Next steps"


class PlanP(TextChoices):
    """The four Ps of the strategy (section 11)."""

    PREVENT = "PREVENT", "Prevent"
    PROTECT = "PROTECT", "Protect"
    PURSUE = "PURSUE", "Pursue"
    PROSECUTE = "PROSECUTE", "Prosecute"


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


class UpdateKind(TextChoices):
    """What was reported on an issued action; its history is these rows in order."""

    PROGRESS = "PROGRESS", "Progress"
    HANDED_ON = "HANDED_ON", "Handed on"
    FINISHED = "FINISHED", "Finished"
    CARRIED = "CARRIED", "Carried forward"


class DisagreementState(TextChoices):
    """Where a professional disagreement stands."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"
    WITHDRAWN = "withdrawn", "Withdrawn"


class StageCause(TextChoices):
    """How a disagreement came to a stage."""

    RAISED = "raised", "Raised"
    ESCALATED = "escalated", "Taken further"
    CLOCK = "clock", "Taken further by the clock"
    SAFETY = "safety", "Taken to heads of service for a child’s safety"


class TransitionStep(TextChoices):
    """The steps before a child turns 18, in their order; each has a clock rule of its name."""

    FLAG = "FLAG", "Flagged"
    DISCUSSION = "DISCUSSION", "Discussion"
    REFERRAL = "REFERRAL", "Referral"
    JOINT_MEETING = "JOINT_MEETING", "Joint meeting"
    HANDOVER = "HANDOVER", "Handover"


class TransitionPart(TextChoices):
    """What is recorded on the way to adult services."""

    DISCUSSION = "discussion", "Discussion with the young person"
    REFERRAL = "referral", "Adult safeguarding referral"
    OUTCOME = "outcome", "Outcome of the referral"
    WORKER = "worker", "Named adult worker"
    CONSENT = "consent", "Consent"
    SUPPORT = "support", "Support that goes on"
    MEASURES = "measures", "Special measures still needed"
    JOINT_MEETING = "joint-meeting", "Joint meeting"
    HANDOVER = "handover", "Handover"


class AgendaCode(TextChoices):
    """The agenda items that have a page of their own; every other item is notes."""

    INTRODUCTIONS = "introductions", "Introductions"
    PURPOSE = "purpose", "Purpose"
    OUTSTANDING = "outstanding", "Actions outstanding"
    VOICE = "voice", "Child's voice"
    AGENCIES = "agencies", "Agency information"
    SAFETY_MAP = "safety-map", "Signs of Safety map"
    SCALE_CHANGE = "scale-change", "Change in scale"
    CATEGORY = "category", "Category"
    PLAN = "plan", "Plan"
    DISAGREEMENTS = "disagreements", "Disagreements"
    REVIEW_DATE = "review-date", "Review date"
