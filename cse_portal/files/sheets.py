"""Lists that people send as a sheet: an Excel workbook or a CSV file, read as rows of text and dates."""

import csv
import datetime as dt
import io

from openpyxl import load_workbook

from cse_portal.files.errors import Fault, FileRefused
from cse_portal.files.inspection import inspect

Value = str | dt.date
MOST_ROWS, MOST_COLUMNS = 2000, 40
TOO_LONG = f"Send a list of {MOST_ROWS:,} rows or fewer: this one has more"


def read_rows(name: str, content: bytes) -> list[list[Value]]:
    """The rows of the first sheet that hold anything, each as long as its last cell; FileRefused says what is wrong.

    The place in the list is one less than the number that the sheet shows beside the row: empty rows stay.
    """
    rows = _of_csv(content) if name.lower().endswith(".csv") else _of_workbook(name, content)
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS + 1:
        raise FileRefused(Fault.LARGE, TOO_LONG)
    return rows


def _of_csv(content: bytes) -> list[list[Value]]:
    words = inspect("list.txt", content).content.decode()
    try:
        first = words.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        return [
            [cell.strip() for cell in row[:MOST_COLUMNS]]
            for row in csv.reader(io.StringIO(words), delimiter=separator)
        ]
    except csv.Error:
        raise _damaged() from None


def _of_workbook(name: str, content: bytes) -> list[list[Value]]:
    cleaned = inspect(name, content).content
    try:
        book = load_workbook(io.BytesIO(cleaned), read_only=True, data_only=True)
        found = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
        return [[_value(cell) for cell in row] for row in found]
    except Exception:  # a workbook may be broken in any way
        raise _damaged() from None


def _value(cell: object) -> Value:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    return "" if cell is None else str(cell).strip()


def _damaged() -> FileRefused:
    return FileRefused(Fault.DAMAGED, "This file is damaged. Open it, save it again, and choose that")
