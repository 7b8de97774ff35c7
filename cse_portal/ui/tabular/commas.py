"""CSV: every text neutral, also where a program cuts it elsewhere; a mark at the start by which Excel knows letters."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence

from cse_portal.ui.tabular.neutral import neutral
from cse_portal.ui.tabular.sheets import Cell

# Where the country's own separator is not a comma, a program cuts a text here, and reads what follows as a cell.
_CUT = re.compile(r"([;\t|\r\n])([^;\t|\r\n]+)")


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as a file."""
    into = io.StringIO()
    writer = csv.writer(into)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return into.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return _uncut(neutral(value)) if isinstance(value, str) else value


def _uncut(text: str) -> str:
    return _CUT.sub(lambda found: found.group(1) + neutral(found.group(2)), text)
