"""Returns with their frozen figures, and the board's reports."""

from reporting.models.figures import ReturnFigure, ReturnMeasure, ValidationResult
from reporting.models.reports import BoardReport
from reporting.models.returns import RegionalReturn

__all__ = [
    # the regional return
    "RegionalReturn",
    "ReturnMeasure",
    "ReturnFigure",
    "ValidationResult",
    # what the board reads
    "BoardReport",
]
