"""Models of the meetings floor, gathered for Django. Code imports each from its own flat."""

from mase.clocks.models import ClockNotice, ClockPause
from mase.disagreements.models import (
    Disagreement,
    DisagreementEntry,
)
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import (
    Attendance,
    CalendarEntry,
    Invitation,
    InvitationAnswer,
    Meeting,
    MeetingSession,
)
from mase.meetings.models.sections import (
    Adjournment,
    ChairHandover,
    ChildVoice,
    Contribution,
    ReportReminder,
)
from mase.minutes.models import (
    Minutes,
    MinutesAction,
    MinutesAddendum,
    MinutesCopy,
    MinutesObjection,
    MinutesReader,
    MinutesRecipient,
    MinutesVersion,
    MinutesWording,
    SentWords,
)
from mase.plans.models.plan import (
    ActionNotice,
    ActionUpdate,
    Assent,
    Decision,
    Dissent,
    PlanAction,
    StepDownPoint,
)
from mase.plans.models.safety_map import DangerStatement, MapEntry, SafetyGoal, ScaleScore
from mase.strategy.models import StrategicObjective, StrategicUpdate
from mase.transition.models import TransitionEntry

__all__ = [
    "ActionNotice",
    "ActionUpdate",
    "Adjournment",
    "AgendaItem",
    "Assent",
    "Attendance",
    "CalendarEntry",
    "ChairHandover",
    "ChildVoice",
    "Contribution",
    "ClockNotice",
    "ClockPause",
    "DangerStatement",
    "Decision",
    "Disagreement",
    "DisagreementEntry",
    "Dissent",
    "Invitation",
    "InvitationAnswer",
    "MapEntry",
    "Meeting",
    "MeetingSession",
    "Minutes",
    "MinutesAction",
    "MinutesAddendum",
    "MinutesCopy",
    "MinutesObjection",
    "MinutesReader",
    "MinutesRecipient",
    "MinutesVersion",
    "MinutesWording",
    "PlanAction",
    "ReportReminder",
    "SafetyGoal",
    "ScaleScore",
    "SentWords",
    "StepDownPoint",
    "StrategicObjective",
    "StrategicUpdate",
    "TransitionEntry",
]
