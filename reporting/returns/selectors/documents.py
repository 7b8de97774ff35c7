"""A signed-off return as one document: what the files and the API say, withheld numbers left out."""

import datetime as dt
from itertools import groupby
from typing import Any

from reporting.measures.models import Dimension
from reporting.returns.errors import NotSigned
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure
from reporting.returns.selectors.returns import measures_of, validations_of

WITHHELD_NOTE = (
    "Counts of 1 to 4 are withheld, and so is any number that would give one of them away. Nought is told."
)


def summary_of(regional_return: RegionalReturn) -> dict[str, Any]:
    """What a list says of a return."""
    return {
        "quarter": regional_return.quarter,
        "label": regional_return.label,
        "starts_on": regional_return.starts_on,
        "ends_on": regional_return.ends_on,
        "signed_at": regional_return.signed_at,
        "code_version": regional_return.code_version,
    }


def document_of(regional_return: RegionalReturn) -> dict[str, Any]:
    """The whole return. Raises NotSigned for one that is not signed off."""
    if not regional_return.is_signed:
        raise NotSigned
    return {
        **summary_of(regional_return),
        "withheld": WITHHELD_NOTE,
        "measures": [_measure(measure) for measure in measures_of(regional_return)],
        "checks": [
            {"rule": each.rule, "title": each.title, "passed": each.passed}
            for each in validations_of(regional_return)
        ],
    }


def as_text(value: Any) -> str:
    """Dates and numbers as JSON has them."""
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value)


def _measure(measure: ReturnMeasure) -> dict[str, Any]:
    tables = groupby(
        sorted(measure.figures.all(), key=_table_order(measure)), key=lambda each: each.dimension
    )
    return {
        "code": measure.code,
        "name": measure.name,
        "kind": measure.kind,
        "definition": measure.definition,
        "definition_version": measure.version,
        "source": measure.source,
        "note": measure.note,
        "tables": [
            {
                "dimension": dimension,
                "title": Dimension(dimension).label,
                "figures": [_figure(figure) for figure in figures],
            }
            for dimension, figures in tables
        ],
    }


def _table_order(measure: ReturnMeasure) -> Any:
    first: dict[str, int] = {}
    for figure in measure.figures.all():
        first.setdefault(figure.dimension, figure.order)
    return lambda figure: (first[figure.dimension], figure.order)


def _figure(figure: ReturnFigure) -> dict[str, Any]:
    told = None if figure.is_suppressed or figure.value is None else figure.value
    return {
        "row": figure.row,
        "row_label": figure.row_label,
        "column": figure.column,
        "column_label": figure.column_label,
        "value": None if told is None else int(told) if told == int(told) else float(told),
        "unit": figure.unit,
        "withheld": figure.is_suppressed,
    }
