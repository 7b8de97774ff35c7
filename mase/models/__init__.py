"""The meeting floor's records."""

from mase.models.answers import CalendarEntry, InvitationAnswer
from mase.models.assent import Assent
from mase.models.clocks import ClockNotice, ClockPause, CmogNotice, LateReason
from mase.models.cmog import CmogInvitation, CmogItem, CmogMeeting
from mase.models.cmog_agreed import (
    CmogMinutesAddendum,
    CmogMinutesObjection,
    CmogMinutesReader,
    CmogMinutesVersion,
    CmogSentWords,
)
from mase.models.cmog_minutes import CmogCalendarEntry, CmogMinutes, CmogWording
from mase.models.course import BrokenOff, ChairPassed
from mase.models.disagreement import Disagreement, DisagreementAnswer, DisagreementStage
from mase.models.escalation import StageCall, StagePerson
from mase.models.meeting import AgendaItem, Attendance, Invitation, MaseMeeting, Minutes
from mase.models.minutes import (
    AgreedRecord,
    MinutesAction,
    MinutesAddendum,
    MinutesObjection,
    MinutesReader,
    MinutesRecipient,
    MinutesVersion,
    MinutesWording,
)
from mase.models.notices import ActionNotice
from mase.models.plan import ActionUpdate, Decision, Dissent, PlanAction
from mase.models.reports import ReportReminder
from mase.models.restricted import MinutesCopy, RestrictedInformation
from mase.models.safety_map import DangerStatement, MapEntry, SafetyGoal, ScaleScore
from mase.models.sections import AgencyInformation, ChildVoice
from mase.models.step_down import StepDownPoint
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
