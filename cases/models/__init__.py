"""The ground floor's records."""

from cases.models.access import (
    BreakGlass,
    CaseGroupObjectPermission,
    CaseSight,
    CaseUserObjectPermission,
)
from cases.models.address import ConfidentialAddress, SealedAddress
from cases.models.assessment import AssessmentAnswer, CategoryDecision, RiskAssessment
from cases.models.case import Case, CaseRecord, Episode
from cases.models.child import Child, ChildAlias
from cases.models.chronology import ChronologyEntry
from cases.models.concern import Concern, ConcernAddendum, ConcernDecision, ConcernIndicator, ConcernMention
from cases.models.document import Document
from cases.models.exclusion import Declaration, Exclusion
from cases.models.export import PeopleExport
from cases.models.health import HealthNote, HealthSummary
from cases.models.missing import MissingEpisode, ReturnHomeInterview

__all__ = [
    # identity
    "Child",
    "ChildAlias",
    # concern and triage
    "Concern",
    "ConcernAddendum",
    "ConcernDecision",
    "ConcernIndicator",
    "ConcernMention",
    # case
    "Case",
    "Episode",
    "CaseRecord",
    "CategoryDecision",
    "RiskAssessment",
    "AssessmentAnswer",
    "ChronologyEntry",
    "Document",
    "MissingEpisode",
    "ReturnHomeInterview",
    # what is kept apart inside a case
    "ConfidentialAddress",
    "SealedAddress",
    "HealthNote",
    "HealthSummary",
    # copies that leave
    "PeopleExport",
    # access
    "CaseUserObjectPermission",
    "CaseGroupObjectPermission",
    "CaseSight",
    "Exclusion",
    "BreakGlass",
    "Declaration",
]
