"""The meeting floor's records."""

from mase.models.answers import CalendarEntry, InvitationAnswer
from mase.models.clocks import ClockPause, LateReason
from mase.models.meeting import AgendaItem, Attendance, Invitation, MaseMeeting, Minutes
from mase.models.plan import ActionUpdate, Decision, Dissent, PlanAction
from mase.models.reports import ReportReminder
from mase.models.restricted import MinutesCopy, RestrictedInformation
from mase.models.safety_map import DangerStatement, MapEntry, SafetyGoal, ScaleScore
from mase.models.sections import AgencyInformation, ChildVoice, TextSetAside

__all__ = [
    # the meeting
    "MaseMeeting",
    "Invitation",
    "Attendance",
    "AgendaItem",
    "Minutes",
    # before it
    "ClockPause",
    "LateReason",
    "InvitationAnswer",
    "CalendarEntry",
    "ReportReminder",
    # what is said
    "AgencyInformation",
    "ChildVoice",
    "TextSetAside",
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
    "PlanAction",
    "ActionUpdate",
]
