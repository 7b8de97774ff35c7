"""Models of the reporting floor, gathered for Django. Code imports each from its own flat."""

from reporting.board.models import BoardReport
from reporting.retention.models import Disposal, LegalHold
from reporting.returns.models import (
    RegionalReturn,
    ReturnFigure,
    ReturnMeasure,
    SentReturn,
    ValidationResult,
)
from reporting.subject_access.models import Disclosure, DisclosureItem, SubjectAccessRequest

__all__ = [
    "BoardReport",
    "Disclosure",
    "DisclosureItem",
    "Disposal",
    "LegalHold",
    "RegionalReturn",
    "ReturnFigure",
    "ReturnMeasure",
    "SentReturn",
    "SubjectAccessRequest",
    "ValidationResult",
]
