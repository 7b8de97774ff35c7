"""The ground floor's records, gathered for Django. Code imports each from its own flat."""

from cases.assessments.models import AssessmentAnswer, CategoryDecision, RiskAssessment
from cases.borders.models import AuthorityTransfer, PlacingNotice, SharingDecision
from cases.chronology.models import ChronologyEntry
from cases.community.models import CommunityReport
from cases.concerns.models import Concern, ConcernAddendum, ConcernDecision, ConcernIndicator, ConcernMention
from cases.court.models import CourtCare, CourtEvent, Investigation, NrmReferral, SpecialMeasure
from cases.documents.models import Document
from cases.exports.models import PeopleExport
from cases.family.models import (
    ConfidentialAddress,
    HealthNote,
    HealthSummary,
    NetworkMember,
    SealedAddress,
)
from cases.handoffs.models import HandOff, HandOffChange
from cases.history.models import LifePeriod
from cases.identity.models import ContactPoint, IdentityAnswer
from cases.letters.models import Letter, LetterWording
from cases.matching.models import ConcernLink
from cases.merging.models import ChildMerge
from cases.missing.models import (
    MissingCall,
    MissingEpisode,
    MissingPrompt,
    MissingRiskGrade,
    MissingSighting,
    PoliceReport,
    ReturnHomeInterview,
)
from cases.record.models.access import CaseGroupObjectPermission, CaseSight, CaseUserObjectPermission
from cases.record.models.case import Case, CurrentPicture, Episode
from cases.record.models.child import Child, ChildAlias
from cases.reviews.models import CaseReview
from cases.sharing.models import BreakGlass, Declaration, Exclusion
from cases.strategy.models import StrategyDiscussion
from cases.support.models import Service, SupportReferral
from cases.trigger_plans.models import TriggerPlan
from cases.voice.models import VoiceEntry

__all__ = [
    "AssessmentAnswer",
    "AuthorityTransfer",
    "BreakGlass",
    "Case",
    "CaseGroupObjectPermission",
    "CaseReview",
    "CaseSight",
    "CaseUserObjectPermission",
    "CategoryDecision",
    "Child",
    "ChildAlias",
    "ChildMerge",
    "ChronologyEntry",
    "CommunityReport",
    "Concern",
    "ConcernAddendum",
    "ConcernDecision",
    "ConcernIndicator",
    "ConcernLink",
    "ConcernMention",
    "ConfidentialAddress",
    "ContactPoint",
    "CourtCare",
    "CourtEvent",
    "CurrentPicture",
    "Declaration",
    "Document",
    "Episode",
    "Exclusion",
    "HandOff",
    "HandOffChange",
    "HealthNote",
    "HealthSummary",
    "IdentityAnswer",
    "Investigation",
    "Letter",
    "LetterWording",
    "LifePeriod",
    "MissingCall",
    "MissingEpisode",
    "MissingPrompt",
    "MissingRiskGrade",
    "MissingSighting",
    "NetworkMember",
    "NrmReferral",
    "PeopleExport",
    "PlacingNotice",
    "PoliceReport",
    "ReturnHomeInterview",
    "RiskAssessment",
    "SealedAddress",
    "SharingDecision",
    "Service",
    "SpecialMeasure",
    "StrategyDiscussion",
    "SupportReferral",
    "TriggerPlan",
    "VoiceEntry",
]
