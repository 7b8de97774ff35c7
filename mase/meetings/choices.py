"""Words for a meeting: its kind, state, attendance and parts."""

from django.db.models import TextChoices

from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency
from mase.plans.choices import PlanP


class MeetingKind(TextChoices):
    """What a meeting is for: the codes of the reference list of meeting types. A MASE is about one child."""

    INITIAL = "MASE_INITIAL", "Initial MASE"
    REVIEW = "MASE_REVIEW", "Review MASE"
    CMOG = "CMOG", "CMOG"
    STRATEGIC = "STRATEGIC_CMOG", "Strategic CMOG"


class ItemKind(TextChoices):
    """What an item of an agenda is about: the codes of the CMOG's standing agenda, or a point of the meeting itself."""

    OWN = "own", "The meeting's own point"
    CHILD = "children", "Child or young person"
    PERSON = "people", "Person of concern"
    PLACE = "places", "Place or thing of concern"
    ACTION = "actions", "Action"
    THEME = "themes", "Theme"
    TOPIC = "topics", "Topic"
    OBJECTIVE = "objectives", "Objective"


# Who sits on every meeting of a kind about no one child: their role opens this.
SITS_ON_EVERY = {MeetingKind.CMOG: Permission.CMOG_LIST, MeetingKind.STRATEGIC: Permission.STRATEGIC_VIEW}


class MeetingState(TextChoices):
    """Where a meeting stands."""

    SCHEDULED = "scheduled", "Scheduled"
    IN_PROGRESS = "in_progress", "In progress"
    ENDED = "ended", "Ended"
    CANCELLED = "cancelled", "Cancelled"


class Stage(TextChoices):
    """The stages of a child's meeting, in their order: one screen each."""

    LAST_ACTIONS = "last-actions", "Last actions"
    CHILD = "child", "The child"
    NEW = "new", "What is new"
    SAFETY = "safety", "Safety"
    DECIDE = "decide", "Decide"


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


class AgencyWord(TextChoices):
    """What an agency that came says to the decision; one that does not agree says why."""

    AGREES = "agrees", "Agrees"
    LEFT = "left", "Left before the decision"
    DISAGREES = "disagrees", "Disagrees"


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


# The items whose matter is written at a stage; their own page has their advice and their notes.
STAGE_OF: dict[str, Stage] = {
    AgendaCode.OUTSTANDING: Stage.LAST_ACTIONS, AgendaCode.VOICE: Stage.CHILD, AgendaCode.AGENCIES: Stage.NEW,
    AgendaCode.SCALE_CHANGE: Stage.SAFETY, AgendaCode.CATEGORY: Stage.DECIDE, AgendaCode.PLAN: Stage.DECIDE,
    AgendaCode.DISAGREEMENTS: Stage.DECIDE, AgendaCode.REVIEW_DATE: Stage.DECIDE,
}  # fmt: skip


class ContributionKind(TextChoices):
    """The boxes of what an agency brings to a meeting, in their order; it suggests actions on each of the four Ps."""

    NEW = "new", "New"
    WORRY = "worry", "Worry"
    WORKS = "works", "Works"
    PREVENT = PlanP.PREVENT.value, PlanP.PREVENT.label
    PROTECT = PlanP.PROTECT.value, PlanP.PROTECT.label
    PURSUE = PlanP.PURSUE.value, PlanP.PURSUE.label
    PROSECUTE = PlanP.PROSECUTE.value, PlanP.PROSECUTE.label
    APART = "apart", "Restricted"


KINDS = tuple(ContributionKind)
AT_TABLE = (ContributionKind.NEW, ContributionKind.WORRY, ContributionKind.WORKS)
# What of them begins a draft of intelligence.
FOR_POLICE = (ContributionKind.NEW, ContributionKind.APART)
SUGGESTED = tuple(each for each in KINDS if each.value in PlanP)


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

# Asked to every MASE (strategy 14.3), beside the CSE team, which chairs it.
AT_EVERY_TABLE = (AgencyKind.POLICE, AgencyKind.SOCIAL_CARE, AgencyKind.HEALTH, AgencyKind.EDUCATION)
CHILD = "CHILD"
FAMILY = (CHILD, "PAR")  # of the reference list of roles at a meeting: the child, and a parent or carer
MINUTE_TAKER = "MIN"  # of the reference list of roles at a meeting


def role_of(agency: Agency) -> str:
    """The role in which somebody of this agency comes to a meeting, unless another is said."""
    return _ROLES.get(AgencyKind(agency.kind), "CSEW")
