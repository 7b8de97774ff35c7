"""The meeting floor's records."""

from mase.models.clocks import ClockNotice, ClockPause, CmogNotice, LateReason
from mase.models.cmog import CmogInvitation, CmogItem, CmogMeeting
from mase.models.cmog_minutes import (
    CmogCalendarEntry,
    CmogMinutes,
    CmogMinutesAddendum,
    CmogMinutesObjection,
    CmogMinutesReader,
    CmogMinutesVersion,
    CmogSentWords,
    CmogWording,
)
from mase.models.course import BrokenOff, ChairPassed
from mase.models.disagreement import (
    Disagreement,
    DisagreementAnswer,
    DisagreementStage,
    StageCall,
    StagePerson,
)
from mase.models.meeting import (
    AgendaItem,
    Attendance,
    CalendarEntry,
    Invitation,
    InvitationAnswer,
    MaseMeeting,
    Minutes,
)
from mase.models.minutes import (
    AgreedRecord,
    MinutesAction,
    MinutesAddendum,
    MinutesCopy,
    MinutesObjection,
    MinutesReader,
    MinutesRecipient,
    MinutesVersion,
    MinutesWording,
    RestrictedInformation,
)
from mase.models.plan import ActionNotice, ActionUpdate, Assent, Decision, Dissent, PlanAction, StepDownPoint
from mase.models.safety_map import DangerStatement, MapEntry, SafetyGoal, ScaleScore
from mase.models.sections import AgencyInformation, ChildVoice, ReportReminder
from mase.models.strategic import StrategicObjective, StrategicUpdate
from mase.models.transition import TransitionEntry, TransitionPrompt

__all__ = [
    # the meeting
    "MaseMeeting",
    "Invitation",
    "Attendance",
    "AgendaItem",
    "ChairPassed",
    "BrokenOff",
    "Minutes",
    # minutes from draft to agreed
    "MinutesWording",
    "MinutesAction",
    "MinutesVersion",
    "MinutesReader",
    "MinutesRecipient",
    "MinutesObjection",
    "AgreedRecord",
    "MinutesAddendum",
    # before it
    "ClockPause",
    "ClockNotice",
    "LateReason",
    "InvitationAnswer",
    "CalendarEntry",
    "ReportReminder",
    # what is said
    "AgencyInformation",
    "ChildVoice",
    # kept apart
    "RestrictedInformation",
    "MinutesCopy",
    # Signs of Safety
    "DangerStatement",
    "SafetyGoal",
    "ScaleScore",
    "MapEntry",
    # what is agreed
    "Decision",
    "Dissent",
    "Assent",
    "StepDownPoint",
    "PlanAction",
    "ActionUpdate",
    "ActionNotice",
    # CMOG and Strategic CMOG
    "CmogMeeting",
    "CmogInvitation",
    "CmogItem",
    "CmogMinutes",
    "CmogWording",
    "CmogMinutesVersion",
    "CmogSentWords",
    "CmogMinutesReader",
    "CmogMinutesObjection",
    "CmogMinutesAddendum",
    "CmogCalendarEntry",
    "CmogNotice",
    "StrategicObjective",
    "StrategicUpdate",
    # what is not agreed
    "Disagreement",
    "DisagreementStage",
    "StagePerson",
    "StageCall",
    "DisagreementAnswer",
    # turning 18
    "TransitionEntry",
    "TransitionPrompt",
]
