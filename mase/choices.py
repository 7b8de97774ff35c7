"""The partnership's words for a meeting and its plan; codes with a meaning in code, others are reference data."""

from django.db.models import IntegerChoices, TextChoices

from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency


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

    OPEN = "open", "What the family may read"
    PROFESSIONALS = "professionals", "For professionals, without the restricted part"
    FULL = "full", "With the restricted part"


class MinutesState(TextChoices):
    """Where minutes stand; derived from when they were sent out and agreed."""

    DRAFT = "draft", "Draft"
    CIRCULATED = "circulated", "Sent out"
    AGREED = "agreed", "Agreed"


class MapKind(TextChoices):
    """What stands on the Signs of Safety map beside danger statements and safety goals."""

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


class AgencyWord(TextChoices):
    """What an agency that came says to the decision."""

    AGREES = "agrees", "Agrees"
    DISSENTS = "dissents", "Does not agree"
    LEFT = "left", "Left before the decision"


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

    All are counted from the day it is due, but for the last, which is counted from the plan's issue.
    """

    BEFORE = "ACTION_REMIND_BEFORE", "Reminder before its day"
    ON_THE_DAY = "ACTION_REMIND_ON_DAY", "Reminder on its day"
    AFTER = "ACTION_REMIND_AFTER", "Reminder after its day"
    AGENCY = "ACTION_ESCALATE_AGENCY", "Told the agency’s lead"
    CHAIR = "ACTION_ESCALATE_CHAIR", "Told the chair"
    UNNAMED = "ACTION_NAMED", "Told that nobody is named"


ESCALATES = {NoticeStep.AGENCY: Escalation.AGENCY, NoticeStep.CHAIR: Escalation.CHAIR}


class UpdateKind(TextChoices):
    """What was reported on an issued action; its history is these rows in order."""

    PROGRESS = "PROGRESS", "Progress"
    HANDED_ON = "HANDED_ON", "Handed on"
    FINISHED = "FINISHED", "Finished"
    CARRIED = "CARRIED", "Carried forward"
    MEASURE = "MEASURE", "How we shall know that it is done"
    CONFIRMED = "CONFIRMED", "Confirmed by the chair"
    SENT_BACK = "SENT_BACK", "Sent back by the chair"
    CANCELLED = "CANCELLED", "Cancelled by the chair"
    RESTRICTED = "RESTRICTED", "Restricted by the chair"
    OPENED = "OPENED", "Opened by the chair"
    READERS = "READERS", "Why its readers changed"


class DisagreementState(TextChoices):
    """Where a professional disagreement stands."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"
    WITHDRAWN = "withdrawn", "Withdrawn"


class StageCause(TextChoices):
    """How a disagreement came to a stage."""

    RAISED = "raised", "Raised"
    ESCALATED = "escalated", "Taken further"
    SAFETY = "safety", "Called the same day, for a child’s safety"


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


class RecordCode(TextChoices):
    """The agenda items beside whose notes stands what the portal holds already."""

    CHRONOLOGY = "chronology", "Chronology"
    SIBLINGS = "siblings", "Other children"
    MISSING = "missing", "Missing episodes"
    PEOPLE_PLACES = "people-places", "People and places of concern"
    INTELLIGENCE = "intelligence", "Intelligence"
    DISRUPTION = "disruption", "Disruption"
    HEALTH = "health", "Health"
    EDUCATION = "education", "Education"
    PLACEMENT = "placement", "Placement"
    IDENTITY = "identity", "Diversity and identity"
    STEP_DOWN = "step-down", "Step down or closure"


class CmogKind(TextChoices):
    """What an item of a CMOG is about: the codes of its standing agenda; any other code of it is a theme."""

    CHILD = "children", "Child or young person"
    PERSON = "people", "Person of concern"
    PLACE = "places", "Place of concern"
    ACTION = "actions", "Action"
    THEME = "themes", "Theme"
    TOPIC = "topics", "Topic"


# An action that is not overdue stands under this heading of the agenda; one that is, under that of its kind.
STILL_OPEN = "open-actions"
# What whoever runs a CMOG adds to its agenda by hand.
ADDED_BY_HAND = (CmogKind.CHILD, CmogKind.PERSON, CmogKind.PLACE, CmogKind.TOPIC)


class CmogMove(TextChoices):
    """Where whoever runs a CMOG moves an item of its agenda, among what stands with it."""

    UP = "up", "Up"
    DOWN = "down", "Down"
    FIRST = "first", "To the top"


class CmogWhy(TextChoices):
    """Why something is on the agenda of a CMOG. Said so that nobody learns of what they may not see."""

    CATEGORY = "category", "Category 3"
    CHANGED = "changed", "The category has changed"
    CLOSED = "closed", "The case has been closed"
    MISSING = "missing", "Missing again and again"
    INTELLIGENCE = "intelligence", "Named by new intelligence"
    OF_CONCERN = "of_concern", "Named by intelligence again and again in the last six months"
    NEVER = "never", "Of concern, and on no CMOG yet"
    OVERDUE = "overdue", "Overdue"
    STILL_OPEN = "still_open", "Agreed at an earlier CMOG"
    UNFINISHED = "unfinished", "An action agreed here at an earlier CMOG is not finished"
    AGAIN = "again", "It comes again from an earlier CMOG"
    WAITING = "waiting", "Disruption is agreed and not yet in force"
    IN_FORCE = "in_force", "Disruption is in force"
    EXPIRES = "expires", "Disruption expires"
    DEFERRED = "deferred", "Put off from the last CMOG"
    STANDING = "standing", "On every agenda"


# What reports alone say. A reader who may not read these must not learn of them.
BY_REPORTS = (CmogWhy.INTELLIGENCE, CmogWhy.OF_CONCERN)


class Rag(TextChoices):
    """How an objective of the strategy stands."""

    RED = "RED", "Red: off track"
    AMBER = "AMBER", "Amber: behind, and being put right"
    GREEN = "GREEN", "Green: on track"
    DONE = "DONE", "Blue: done"


class ObjectiveUpdate(TextChoices):
    """What was reported on an objective."""

    REPORTED = "REPORTED", "Reported"
    CHANGED = "CHANGED", "Changed"


class ClockStep(TextChoices):
    """The steps of a meeting that a clock runs for (reference data say how long each may take)."""

    BOOK = "book", "Book the meeting"
    INVITATIONS = "invitations", "Send invitations"
    REPORTS = "reports", "Agency reports in"
    HELD = "held", "Hold the meeting"
    ACTIONS = "actions", "Send out the actions"
    MINUTES = "minutes", "Send out the minutes"
    REVIEW = "review", "Hold the next review"


class ClockState(TextChoices):
    """How a clock stands."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    IN_TIME = "in_time", "In time"
    LATE = "late", "Late"
    EXPLAINED = "explained", "Late, with a reason"


class ClockTold(TextChoices):
    """What was told of a step's clock: each once for its day. That a meeting still runs is told for each day anew."""

    SOON = "soon", "Due soon"
    LATE = "late", "Late"
    EXPLAINED = "explained", "Late, with a reason"
    PAUSED = "paused", "Still paused"
    RUNS = "runs", "Still running"


class NamedStage(IntegerChoices):
    """The stages of a disagreement for which each agency names somebody of its own."""

    LINE_MANAGERS = 2, "Line managers"
    NAMED_LEADS = 3, "Named or designated leads"
    HEADS_OF_SERVICE = 4, "Heads of service"


class AnswerKind(TextChoices):
    """What somebody who is asked to a meeting answers."""

    ACCEPT = "accept", "Will come"
    DECLINE = "decline", "Cannot come"
    DEPUTY = "deputy", "Sends a deputy"


_ROLES = {
    AgencyKind.SOCIAL_CARE: "SW", AgencyKind.CSE_TEAM: "CSEW", AgencyKind.POLICE: "POL", AgencyKind.HEALTH: "HLT",
    AgencyKind.HOSPITAL: "HLT", AgencyKind.EDUCATION: "EDU", AgencyKind.EARLY_HELP: "CSEW",
    AgencyKind.YOUTH_OFFENDING: "YOS", AgencyKind.HOUSING: "HOU", AgencyKind.VOLUNTARY: "VCS",
    AgencyKind.NEIGHBOUR: "OLA",
}  # fmt: skip


FAMILY = ("CHILD", "PAR")  # of the reference list of roles at a meeting: the child, and a parent or carer
MINUTE_TAKER = "MIN"  # of the reference list of roles at a meeting


def role_of(agency: Agency) -> str:
    """The role in which somebody of this agency comes to a meeting, unless another is said."""
    return _ROLES.get(AgencyKind(agency.kind), "CSEW")
