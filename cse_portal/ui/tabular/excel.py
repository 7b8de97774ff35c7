"""Excel workbooks: text goes in as text, numbers as numbers, and there is no way to put in a formula."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import xlsxwriter

from cse_portal.ui.tabular.neutral import neutral
from cse_portal.ui.tabular.sheets import Cell, Sheet

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "d mmm yyyy",
}
WIDEST = 60


@contextmanager
def book(into: io.BytesIO) -> Iterator[Any]:
    """An empty workbook, written when the block ends."""
    with xlsxwriter.Workbook(into, OPTIONS) as opened:
        yield opened


def put(sheet: Any, row: int, column: int, value: Cell, style: Any = None) -> None:
    """One cell."""
    if isinstance(value, str):
        sheet.write_string(row, column, neutral(value), style)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, style)
    elif value is not None:
        sheet.write_number(row, column, value, style)


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as a file, with bold headings that stay in sight."""
    into = io.BytesIO()
    with book(into) as opened:
        bold = opened.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for sheet in sheets:
            _draw(opened.add_worksheet(sheet.name), sheet, bold)
    return into.getvalue()


def _draw(drawn: Any, sheet: Sheet, bold: Any) -> None:
    for number, note in enumerate(sheet.notes):
        put(drawn, number, 0, note)
    top = len(sheet.notes)
    for column, heading in enumerate(sheet.headings):
        put(drawn, top, column, heading, bold)
        longest = max((len(str(row[column] or "")) for row in sheet.rows), default=0)
        drawn.set_column(column, column, min(max(longest, len(heading), 10) + 2, WIDEST))
    for number, row in enumerate(sheet.rows, start=top + 1):
        for column, value in enumerate(row):
            put(drawn, number, column, value)
    drawn.freeze_panes(top + 1, 0)
    drawn.set_landscape()
    if sheet.footer:
        drawn.set_footer(f"&L{sheet.footer.replace('&', '&&')[:200]}&RPage &P of &N")
