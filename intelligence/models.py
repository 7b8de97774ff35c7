"""Models of the intelligence floor, gathered for Django. Code imports each from its own flat."""

from intelligence.desk.models import IntelligenceReport, IntelligenceReportReader, Link, ReportLine
from intelligence.disruption.models import Breach, Disruption, DisruptionUpdate, ProtectedChild
from intelligence.links.models import Connection, ConnectionTask
from intelligence.outcomes.models import CourtOutcome
from intelligence.profiles.models import Fact, SubjectMerge, SubjectReview
from intelligence.sentences.models import SharedSentence, Visit
from intelligence.subjects.models import Subject
from intelligence.submissions.models import (
    DetailRequest,
    IntelligenceFeedback,
    IntelligenceLine,
    IntelligenceSubmission,
    SubmissionContact,
    SubmissionFile,
    SubmissionPlace,
    SubmissionSource,
    SubmissionSubject,
    SubmissionVehicle,
)

__all__ = [
    "Breach",
    "Connection",
    "ConnectionTask",
    "CourtOutcome",
    "DetailRequest",
    "Disruption",
    "DisruptionUpdate",
    "Fact",
    "IntelligenceFeedback",
    "IntelligenceLine",
    "IntelligenceReport",
    "IntelligenceReportReader",
    "IntelligenceSubmission",
    "Link",
    "ProtectedChild",
    "ReportLine",
    "SharedSentence",
    "Subject",
    "SubjectMerge",
    "SubjectReview",
    "SubmissionContact",
    "SubmissionFile",
    "SubmissionPlace",
    "SubmissionSource",
    "SubmissionSubject",
    "SubmissionVehicle",
    "Visit",
]
