"""The meeting floor's records."""

from mase.models.cmog import CmogInvitation, CmogItem, CmogMeeting, CmogTextAside
from mase.models.meeting import AgendaItem, Attendance, Invitation, MaseMeeting, Minutes
from mase.models.plan import ActionUpdate, Decision, Dissent, PlanAction
from mase.models.restricted import MinutesCopy, RestrictedInformation
from mase.models.safety_map import DangerStatement, MapEntry, SafetyGoal, ScaleScore
from mase.models.sections import AgencyInformation, ChildVoice, TextSetAside
from mase.models.strategic import StrategicObjective, StrategicUpdate

__all__ = [
    # the meeting
    "MaseMeeting",
    "Invitation",
    "Attendance",
    "AgendaItem",
    "Minutes",
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
    # CMOG and Strategic CMOG
    "CmogMeeting",
    "CmogInvitation",
    "CmogItem",
    "CmogTextAside",
    "StrategicObjective",
    "StrategicUpdate",
]
