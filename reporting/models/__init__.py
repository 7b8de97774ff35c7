"""Returns with their frozen figures, the board's reports, and how long records are kept."""

from reporting.models.figures import ReturnFigure, ReturnMeasure, ValidationResult
from reporting.models.reports import BoardReport
from reporting.models.retention import Disposal, LegalHold
from reporting.models.returns import RegionalReturn

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
]
