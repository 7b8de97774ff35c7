"""The kinds of file, each with its name for people, its content type and what writes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cse_portal.ui.tabular.commas import csv_bytes
from cse_portal.ui.tabular.excel import xlsx_bytes
from cse_portal.ui.tabular.opendocument import ods_bytes
from cse_portal.ui.tabular.sheets import Cell, Sheet


@dataclass(frozen=True)
class Format:
    """One kind of file."""

    label: str
    content_type: str
    write: Callable[[Sequence[Sheet]], bytes]


def _one_after_the_other(sheets: Sequence[Sheet]) -> bytes:
    rows: list[Sequence[Cell]] = []
    for sheet in sheets:
        rows += [*([note] for note in sheet.notes), sheet.headings, *sheet.rows]
        rows += [[sheet.footer]] if sheet.footer else []
    return csv_bytes(rows)


FORMATS: dict[str, Format] = {
    "xlsx": Format("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_bytes),
    "ods": Format("OpenDocument", "application/vnd.oasis.opendocument.spreadsheet", ods_bytes),
    "csv": Format("CSV", "text/csv; charset=utf-8", _one_after_the_other),
}


def write(file_format: str, sheets: Sequence[Sheet]) -> bytes:
    """The sheets in this kind of file; KeyError for a kind there is not."""
    return FORMATS[file_format].write(sheets)
