"""Models of the reporting floor, gathered for Django. Code imports each from its own flat."""

from reporting.board.models import BoardDecision, BoardPack, PackFile, PackVersion
from reporting.prevention.models import PreventionActivity
from reporting.profile.models import ProblemProfile, ProfilePart
from reporting.quality.models import AuditAction, AuditSample, CaseAudit, Supervision, SupervisionEntry
from reporting.region.models import AuthorityReturn
from reporting.retention.models import Disposal, LegalHold
from reporting.returns.models import (
    RegionalReturn,
    ReturnFigure,
    ReturnMeasure,
    SentReturn,
    ValidationResult,
)
from reporting.subject_access.models import Disclosure, DisclosureItem, SubjectAccessRequest
from reporting.workforce.models import Attendance, Course, StaffMember, TrainingList

__all__ = [
    "Attendance",
    "AuthorityReturn",
    "AuditAction",
    "AuditSample",
    "BoardDecision",
    "BoardPack",
    "CaseAudit",
    "Course",
    "Disclosure",
    "DisclosureItem",
    "Disposal",
    "LegalHold",
    "PackFile",
    "PackVersion",
    "PreventionActivity",
    "ProblemProfile",
    "ProfilePart",
    "RegionalReturn",
    "ReturnFigure",
    "ReturnMeasure",
    "SentReturn",
    "StaffMember",
    "SubjectAccessRequest",
    "Supervision",
    "SupervisionEntry",
    "TrainingList",
    "ValidationResult",
]
