"""Tables as files that leave the portal: CSV, Excel and OpenDocument, in which nothing is ever calculated.

Every file with rows is written here and nowhere else, so that what somebody typed into a name stays a name.

A program reads a cell as a formula when its first visible character is = + - or @, also after spaces, tabs, invisible
characters or a quote, and in full width. Such a text gets an apostrophe in front. A telephone number stays as it is.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.teletype import addTextToElement
from odf.text import P

Cell = str | int | float | dt.date | None


@dataclass(frozen=True)
class Sheet:
    """One table. The notes stand above the headings; the footer on paper, where the kind of file has one."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    footer: str = ""


_STARTS_FORMULA = "=+-@|%"
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me"}
_QUOTE = '"'
# One way to read each: a text of many digits is not tried in every way it could be put together.
_PHONE = re.compile(r"\+[0-9]{1,3}(?: ?\(0\))?(?: ?[0-9])+")
_LONGEST_PHONE = 25  # fifteen digits (ITU-T E.164) with the blanks between them, and (0)


def neutral(text: str) -> str:
    """The text as it may stand in a cell."""
    if len(text) <= _LONGEST_PHONE and _PHONE.fullmatch(text):
        return text
    return f"'{text}" if _may_calculate(text) else text


def _may_calculate(text: str) -> bool:
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for character in text:
        if character == _QUOTE or unicodedata.category(character) in _INVISIBLE:
            continue
        return unicodedata.normalize("NFKC", character)[:1] in _STARTS_FORMULA
    return False


# Where the country's own separator is not a comma, a program cuts a text here, and reads what follows as a cell.
_CUT = re.compile(r"([;\t|\r\n])([^;\t|\r\n]+)")


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as a file."""
    into = io.StringIO()
    writer = csv.writer(into)
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return into.getvalue().encode("utf-8-sig")


def _csv_cell(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return _uncut(neutral(value)) if isinstance(value, str) else value


def _uncut(text: str) -> str:
    return _CUT.sub(lambda found: found.group(1) + neutral(found.group(2)), text)


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


# What XML cannot hold at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def ods_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as a file; what is in the footer elsewhere is the last row here."""
    document = OpenDocumentSpreadsheet()
    for sheet in sheets:
        table = Table(name=sheet.name)
        lines: list[Sequence[Cell]] = [[note] for note in sheet.notes]
        lines += [sheet.headings, *sheet.rows]
        lines += [[sheet.footer]] if sheet.footer else []
        for line in lines:
            row = TableRow()
            for value in line:
                row.addElement(_ods_cell(value))
            table.addElement(row)
        document.spreadsheet.addElement(table)
    into = io.BytesIO()
    document.write(into)
    return into.getvalue()


def _ods_cell(value: Cell) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, dt.date):
        cell, text = TableCell(valuetype="date", datevalue=value.isoformat()), value.isoformat()
    elif isinstance(value, str):
        cell, text = TableCell(valuetype="string"), neutral(_UNWRITABLE.sub("", value))
    else:
        cell, text = TableCell(valuetype="float", value=value), str(value)
    words = P()
    addTextToElement(words, text)
    cell.addElement(words)
    return cell


@dataclass(frozen=True)
class Format:
    """One kind of file."""

    label: str
    content_type: str
    write: Callable[[Sequence[Sheet]], bytes]


def _in_sequence(sheets: Sequence[Sheet]) -> bytes:
    rows: list[Sequence[Cell]] = []
    for sheet in sheets:
        rows += [*([note] for note in sheet.notes), sheet.headings, *sheet.rows]
        rows += [[sheet.footer]] if sheet.footer else []
    return csv_bytes(rows)


FORMATS: dict[str, Format] = {
    "xlsx": Format("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_bytes),
    "ods": Format("OpenDocument", "application/vnd.oasis.opendocument.spreadsheet", ods_bytes),
    "csv": Format("CSV", "text/csv; charset=utf-8", _in_sequence),
}


def write(file_format: str, sheets: Sequence[Sheet]) -> bytes:
    """The sheets in this kind of file; KeyError for a kind there is not."""
    return FORMATS[file_format].write(sheets)
