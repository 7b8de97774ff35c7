"""The meeting floor's records."""

from mase.models.assent import Assent
from mase.models.disagreement import Disagreement, DisagreementAnswer, DisagreementStage
from mase.models.meeting import AgendaItem, Attendance, Invitation, MaseMeeting, Minutes
from mase.models.plan import ActionUpdate, Decision, Dissent, PlanAction
from mase.models.restricted import MinutesCopy, RestrictedInformation
from mase.models.room import Reveal
from mase.models.safety_map import DangerStatement, MapEntry, SafetyGoal, ScaleScore
from mase.models.sections import AgencyInformation, ChildVoice, TextSetAside
from mase.models.step_down import StepDownPoint
from mase.models.transition import TransitionEntry, TransitionPrompt

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
    "Reveal",
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
    # what is not agreed
    "Disagreement",
    "DisagreementStage",
    "DisagreementAnswer",
    # turning 18
    "TransitionEntry",
    "TransitionPrompt",
]
