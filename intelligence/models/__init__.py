"""The intelligence floor's records."""

from intelligence.models.concern import LocationOfConcern, PersonOfConcern, VehicleOfConcern
from intelligence.models.disruption import Disruption, DisruptionUpdate
from intelligence.models.report import IntelligenceReport, IntelligenceReportReader, Link, ReportLine
from intelligence.models.submission import (
    IntelligenceSubmission,
    SubmissionContact,
    SubmissionPlace,
    SubmissionSource,
    SubmissionSubject,
    SubmissionVehicle,
)
from intelligence.models.working import DetailRequest, IntelligenceFeedback, IntelligenceLine

__all__ = [
    # raw
    "IntelligenceSubmission",
    "SubmissionSource",
    "SubmissionSubject",
    "SubmissionVehicle",
    "SubmissionPlace",
    "SubmissionContact",
    # the unit's work on it
    "IntelligenceLine",
    "DetailRequest",
    "IntelligenceFeedback",
    # graded and sanitised
    "IntelligenceReport",
    "ReportLine",
    "IntelligenceReportReader",
    "Link",
    "PersonOfConcern",
    "LocationOfConcern",
    "VehicleOfConcern",
    # what is done against people and places
    "Disruption",
    "DisruptionUpdate",
    # who of the staff is shut out of it
]
