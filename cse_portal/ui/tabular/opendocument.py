"""OpenDocument spreadsheets: every cell says what it is, and none is a formula."""

import datetime as dt
import io
import re
from collections.abc import Sequence

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.teletype import addTextToElement
from odf.text import P

from cse_portal.ui.tabular.neutral import neutral
from cse_portal.ui.tabular.sheets import Cell, Sheet

# What XML cannot hold at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def ods_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as a file; what stands in the footer elsewhere is the last row here."""
    document = OpenDocumentSpreadsheet()
    for sheet in sheets:
        table = Table(name=sheet.name)
        lines: list[Sequence[Cell]] = [[note] for note in sheet.notes]
        lines += [sheet.headings, *sheet.rows]
        lines += [[sheet.footer]] if sheet.footer else []
        for line in lines:
            row = TableRow()
            for value in line:
                row.addElement(_cell(value))
            table.addElement(row)
        document.spreadsheet.addElement(table)
    into = io.BytesIO()
    document.write(into)
    return into.getvalue()


def _cell(value: Cell) -> TableCell:
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
