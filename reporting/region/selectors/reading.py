"""Reading an authority's return from a file of the kinds that our own return has, and what is wrong with it. Pure."""

import csv
import datetime as dt
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cse_portal.errors import NotAllowedNow
from cse_portal.reference.quarters import Quarter
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import PERCENT, TOTAL
from reporting.measures.selectors.population import CLOSED, END, NEW, REOPENED, START, unreconciled

WITHHELD = "c"
MOST_FIGURES = 20_000
Place = tuple[str, str, str, str]  # measure, table, row, column
_COLUMNS = ("Authority", "Quarter", "Measure", "Table", "Row code", "Column code", "Value", "Unit")


class ReturnRefused(NotAllowedNow):
    """The file is not taken; the message names the field and what is wrong with it."""


@dataclass(frozen=True)
class Told:
    """One number as an authority told it: a value, nothing where there was none to tell, or withheld."""

    value: float | None
    unit: str
    withheld: bool = False


@dataclass(frozen=True)
class ReadReturn:
    """What a file says: whose return, of which quarter, and its numbers."""

    authority: str
    quarter: str
    figures: dict[Place, Told]


def read_return(name: str, content: bytes, *, authority: str, quarter: Quarter) -> ReadReturn:
    """A return in JSON or CSV, held against the authority and the quarter it is meant for; else ReturnRefused."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReturnRefused(
            "The file is no text in UTF-8. Ask the authority for its JSON or CSV file"
        ) from None
    found = _of_csv(words) if name.lower().endswith(".csv") else _of_json(words)
    if found.authority != authority:
        said = found.authority[:20] or "no code"
        raise ReturnRefused(f"Authority: the file says {said}, and you chose {authority}")
    if found.quarter != quarter.slug:
        raise ReturnRefused(
            f"Quarter: the file says {found.quarter[:20] or 'none'}, and you chose {quarter.slug}"
        )
    known = {about.code for about in registry.in_force(quarter.ends_on)}
    for measure, *_ in found.figures:
        if measure not in known:
            raise ReturnRefused(f"Measure: {measure[:20]} is none of the quarter's measures")
    for fault in (*_unreconciled(found.figures), *_not_adding_up(found.figures)):
        raise ReturnRefused(fault)
    return found


def _of_json(words: str) -> ReadReturn:
    try:
        document = json.loads(words)
    except (ValueError, RecursionError):
        raise ReturnRefused("The file is damaged: it is no JSON") from None
    found: dict[Place, Told] = {}
    for measure in _list(document, "measures", "The file"):
        code = str(_of(measure, "code", "Measure"))
        for table in _list(measure, "tables", f"Measure {code}"):
            dimension = str(_of(table, "dimension", f"Measure {code}, table"))
            if table.get("period"):
                continue  # a year beside the quarter, which adds up with no other quarter
            for each in _list(table, "figures", f"Measure {code}, table {dimension}"):
                place = (code, dimension, str(_of(each, "row", code)), str(_of(each, "column", code)))
                withheld, unit = each.get("withheld") is True, str(each.get("unit", ""))
                _add(found, place, each.get("value"), unit, withheld=withheld)
    return ReadReturn(str(document.get("authority", "")), str(document.get("quarter", "")), found)


def _of_csv(words: str) -> ReadReturn:
    try:
        rows = list(csv.DictReader(io.StringIO(words), strict=True))
    except csv.Error:
        raise ReturnRefused("The file is damaged: it is no CSV") from None
    if missing := [each for each in _COLUMNS if not rows or each not in rows[0]]:
        raise ReturnRefused(f"{missing[0]}: the file has no such column")
    found: dict[Place, Told] = {}
    for number, row in enumerate(rows, start=2):
        if (row["Authority"], row["Quarter"]) != (rows[0]["Authority"], rows[0]["Quarter"]):
            raise ReturnRefused(
                f"Row {number}: the authority and the quarter differ from those of the first row"
            )
        table = str(row["Table"])
        if (dimension := _dimension(str(row["Measure"]), table)) is None:
            continue  # a year beside the quarter, which adds up with no other quarter
        place = (str(row["Measure"]), dimension, str(row["Row code"]), str(row["Column code"]))
        value = row["Value"] or None
        _add(found, place, value, str(row["Unit"]), withheld=value == WITHHELD)
    return ReadReturn(str(rows[0]["Authority"]), str(rows[0]["Quarter"]), found)


def _dimension(measure: str, title: str) -> str | None:
    """The table of a measure that has this title; of a measure that there is not, the title."""
    if (about := registry.find(measure, dt.date.max)) is None:
        return title
    tables = (table.dimension for count in about.counts for table in count.tables)
    return next((each.value for each in tables if each.label == title), None)


def _add(found: dict[Place, Told], place: Place, value: Any, unit: str, *, withheld: bool) -> None:
    if place in found:
        raise ReturnRefused(f"{_words(place)}: it is in the file twice")
    if len(found) >= MOST_FIGURES:
        raise ReturnRefused(f"Measures: a return has no more than {MOST_FIGURES:,} numbers")
    if withheld or value is None:
        found[place] = Told(None, unit, withheld)
        return
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if isinstance(value, bool) or not 0 <= number < 10_000_000:
        raise ReturnRefused(f'{_words(place)}: "{str(value)[:20]}" is no number that a return has')
    found[place] = Told(number, unit)


def _of(of: Any, name: str, where: str) -> Any:
    if not isinstance(of, dict) or name not in of:
        raise ReturnRefused(f"{where}: {name} is missing")
    return of[name]


def _list(of: Any, name: str, where: str) -> Iterable[Any]:
    found = _of(of, name, where)
    if not isinstance(found, list):
        raise ReturnRefused(f"{where}: {name} is no list")
    return found


def _unreconciled(figures: dict[Place, Told]) -> Iterator[str]:
    """Start + new + re-opened - closed = end, where all of a row is told."""
    numbers = {place: told.value for place, told in figures.items() if told.value is not None}
    for dimension, row, found in unreconciled(numbers):
        end = found[START] + found[NEW] + found[REOPENED] - found[CLOSED]
        yield f"Measure B1, table {dimension}, row {row}: it ends with {found[END]:g}, and adds up to {end:g}"


def _not_adding_up(figures: dict[Place, Told]) -> Iterator[str]:
    """The rows of a table are no more than its total, and make it where all of them are told."""
    columns: dict[tuple[str, str, str], list[tuple[str, Told]]] = defaultdict(list)
    for (measure, dimension, row, column), told in figures.items():
        if told.unit not in (PERCENT, "days"):
            columns[measure, dimension, column].append((row, told))
    for (measure, dimension, column), cells in columns.items():
        total = next((told.value for row, told in cells if row == TOTAL), None)
        parts = [told for row, told in cells if row != TOTAL]
        added = sum(each.value or 0 for each in parts)
        if total is None or not parts:
            continue
        if added > total or (added < total and not any(each.withheld for each in parts)):
            where = f"Measure {measure}, table {dimension}, column {column}"
            yield f"{where}: its rows make {added:g}, and its total is {total:g}"


def _words(place: Place) -> str:
    return "Measure {}, table {}, row {}, column {}".format(*(each[:30] for each in place))
