"""A signed-off return as a document: what the files and the API say, without a number that is withheld."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from cse_portal.reference.selectors import codes
from reporting.measures.models import Dimension
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure
from reporting.returns.selectors.changes import Change, Reading, published_changes
from reporting.returns.selectors.returns import NotSigned, figures_of_measure, measures_of, validations_of

# 2: the version, what was restated and why, and the headlines beside earlier ones with their reasons.
SCHEMA = 2
WITHHELD_NOTE = (
    "Counts of 1 to 5 children, and of what was done for so few, are withheld, and so is any number that would give "
    "one of them away. Meetings, places, subjects and what agencies did are told; nought is, but for rows and columns "
    "that are small themselves."
)


@dataclass(frozen=True)
class RestatedFigure:
    """One number that is another one in a restatement; None where a version has no such number."""

    measure: ReturnMeasure
    figure: ReturnFigure  # where it is: that of the restatement, else the earlier one
    before: ReturnFigure | None
    after: ReturnFigure | None


def restated_figures(regional_return: RegionalReturn) -> list[RestatedFigure]:
    """The numbers that a restatement changes; none for the first return of a quarter."""
    if regional_return.restates is None:
        return []
    before, after = _by_cell(regional_return.restates), _by_cell(regional_return)
    found = []
    for cell in dict.fromkeys([*after, *before]):
        measure, figure = after.get(cell) or before[cell]
        was, now = (each[cell][1] if cell in each else None for each in (before, after))
        if (was.value if was else None) != (now.value if now else None):
            found.append(RestatedFigure(measure, figure, was, now))
    return found


def _by_cell(regional_return: RegionalReturn) -> dict[tuple[str, ...], tuple[ReturnMeasure, ReturnFigure]]:
    return {
        (measure.code, each.dimension, each.row, each.column): (measure, each)
        for measure in measures_of(regional_return)
        for each in measure.figures.all()
    }


def _own_authority() -> str:
    """The ONS code of the board's own authority."""
    return next((each.code for each in codes("local-authority") if each.label == settings.BOARD_AREA), "")


def summary_of(regional_return: RegionalReturn) -> dict[str, Any]:
    """What a list says of a return."""
    return {
        "schema": SCHEMA,
        "authority": _own_authority(),
        "reference": regional_return.slug,
        "version": regional_return.version_number,
        "restated_because": regional_return.restated_because,
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
    measures = measures_of(regional_return)
    counted = {each.code for each in measures}
    changes = [each for each in published_changes(regional_return) if each.measure.code in counted]
    return {
        **summary_of(regional_return),
        "withheld": WITHHELD_NOTE,
        "headlines": [_headline(each) for each in changes],
        "restated": list(_restated(regional_return)),
        "measures": [_measure(measure) for measure in measures],
        "checks": list(validations_of(regional_return).values("rule", "title", "passed")),
    }


def as_text(value: Any) -> str:
    """Dates and numbers as JSON has them."""
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value)


def _headline(change: Change) -> dict[str, Any]:
    code, dimension, row, column = change.cell
    return {
        "measure": code,
        "label": change.headline.label,
        "dimension": dimension,
        "row": row,
        "column": column,
        "this_quarter": _reading(change.now),
        "last_quarter": _reading(change.last),
        "last_year": _reading(change.year),
        "version_before": _reading(change.before) if change.is_restated else None,
        "unit": change.now.unit if change.now else "",
        "explanation": change.explanation.text if change.explanation and change.is_large else "",
    }


def _reading(reading: Reading | None) -> dict[str, Any]:
    return _told(reading.value, reading.withheld) if reading else _told(None, withheld=False)


def _restated(regional_return: RegionalReturn) -> Iterator[dict[str, Any]]:
    """A number that is withheld before and after is not told: only the partnership knows that it changed."""
    for each in restated_figures(regional_return):
        before, after = (
            _told(figure.value, figure.is_suppressed) if figure else _told(None, withheld=False)
            for figure in (each.before, each.after)
        )
        if before["withheld"] and after["withheld"]:
            continue
        figure = each.figure
        yield {
            "measure": each.measure.code,
            "name": each.measure.name,
            "table": Dimension(figure.dimension).label,
            "dimension": figure.dimension,
            **_place(figure),
            "before": before,
            "after": after,
        }


def _told(value: Decimal | None, withheld: bool) -> dict[str, Any]:
    """A number as it may be told: nothing where it is withheld, or where there is none."""
    if withheld or value is None:
        return {"value": None, "withheld": withheld}
    return {"value": int(value) if value == int(value) else float(value), "withheld": False}


def _measure(measure: ReturnMeasure) -> dict[str, Any]:
    tables: dict[tuple[str, str], list[ReturnFigure]] = {}
    for figure in figures_of_measure(measure):
        tables.setdefault((figure.dimension, figure.period), []).append(figure)
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
                "title": ", ".join(filter(None, (Dimension(dimension).label, period))),
                "period": period,
                "figures": [{**_place(each), **_told(each.value, each.is_suppressed)} for each in figures],
            }
            for (dimension, period), figures in tables.items()
        ],
    }


def _place(figure: ReturnFigure) -> dict[str, Any]:
    return {
        "row": figure.row,
        "row_label": figure.row_label,
        "column": figure.column,
        "column_label": figure.column_label,
        "unit": figure.unit,
    }
