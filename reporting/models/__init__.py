"""Returns with their frozen figures, the board's reports, how long records are kept, and subject access."""

from reporting.models.figures import ReturnFigure, ReturnMeasure, ValidationResult
from reporting.models.reports import BoardReport
from reporting.models.retention import Disposal, LegalHold
from reporting.models.returns import RegionalReturn
from reporting.models.subject_access import Disclosure, DisclosureItem, SubjectAccessRequest

__all__ = [
    # the regional return
    "RegionalReturn",
    "ReturnMeasure",
    "ReturnFigure",
    "ValidationResult",
    # what the board reads
    "BoardReport",
    # retention
    "LegalHold",
    "Disposal",
    # a record shown to the child
    "SubjectAccessRequest",
    "DisclosureItem",
    "Disclosure",
]
