"""Files with rows, opened again as a spreadsheet opens them: no cell calculates, and every text is still itself."""

import csv
import datetime as dt
import io
import itertools
import unicodedata

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odf.opendocument import load
from odf.table import TableCell, TableRow
from odf.teletype import extractText

from cse_portal.demo.services import ROOT
from cse_portal.ui.tabular import FORMATS, Cell, Sheet, write

STARTS = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe62", "\ufe66")
HIDDEN = ("", " ", "\t", "\r", "\n", "\u00a0", "\u200b", "\ufeff", "\u202e", "\u2060 ", "\u00ad\t ", "\x1f")
BODIES = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("https://example.org?"&A1,"x")')
PAYLOADS = [
    *(f"{hidden}{start}{BODIES[0]}" for hidden, start in itertools.product(HIDDEN, STARTS)),
    *(f"{start}{body}" for start, body in itertools.product(STARTS, BODIES[1:])),
    "Smith;=1+1", "Smith\t=1+1", "Smith|=1+1", 'Smith";=1+1;"', "Smith\n=1+1", "Smith\r\n@SUM(A1)",
    'x;"=1+1;"', 'x\t"=1+1', 'x|" "@SUM(A1)"', 'x;""=1+1', '"=1+1"', '"\u200b"=1+1', 'x\n"=1+1;"',
    "+44 7700 900123-cmd|x", "+1-1", "-1", "=", "@", "'=1+1",
]  # fmt: skip
PLAIN = [
    "Zoë O’Neill-Smith",
    "+44 7700 900123",
    "+447700900123",
    "+44 (0)7700 900123",
    "07700 900123",
    "a=b",
    "50%",
    "",
    "0012",
]
CUTS = (";", "\t", "|")
INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me")


def written(file_format: str, texts: list[str]) -> bytes:
    return write(
        file_format,
        [Sheet("People", ["=Name", "Text"], [[text, text] for text in texts], ["Copy K7Q4"], "Copy K7Q4")],
    )


def cells(file_format: str, content: bytes, cut: str = ",") -> list[tuple[str, str]]:
    """Every cell: what kind it is, and its text, as a program reads it."""
    if file_format == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [(cell.data_type, str(cell.value or "")) for sheet in book for row in sheet for cell in row]
    if file_format == "ods":
        found = []
        for cell in load(io.BytesIO(content)).getElementsByType(TableCell):
            kind = "f" if cell.getAttribute("formula") else cell.getAttribute("valuetype") or ""
            found.append((kind, extractText(cell)))
        return found
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=cut)
    return [("s", field) for line in lines for field in line]


def calculates(text: str) -> bool:
    """Whether a spreadsheet that reads this from plain text would take it for a formula."""
    visible = "".join(c for c in text if unicodedata.category(c) not in INVISIBLE)
    return unicodedata.normalize("NFKC", visible[:1])[:1] in ("=", "+", "-", "@") and text not in PLAIN


@pytest.mark.parametrize("file_format", FORMATS)
def test_no_cell_of_any_file_calculates(file_format: str) -> None:
    found = cells(file_format, written(file_format, PAYLOADS))
    assert len(found) >= 2 * len(PAYLOADS)
    assert [text for kind, text in found if text and kind in ("f", "n", "float") or calculates(text)] == []


@pytest.mark.parametrize("cut", CUTS)
def test_nor_where_a_program_cuts_lines_elsewhere(cut: str) -> None:
    """Nor where it knows no quotes."""
    content = written("csv", PAYLOADS)
    for split in (cells("csv", content, cut), cells("csv", content.replace(b'"', b""), cut)):
        assert [text for _, text in split if calculates(text)] == []


@given(st.lists(st.text(st.sampled_from('x,;|\t"=@ \n\r\u200b'), max_size=12), min_size=1, max_size=3))
def test_nor_whatever_quotes_and_cuts_stand_in_it(row: list[str]) -> None:
    content = write("csv", [Sheet("People", ["Name"], [["CSE-1", *row]])])
    for cut in CUTS:
        assert [text for _, text in cells("csv", content, cut) if calculates(text)] == []


@pytest.mark.parametrize("file_format", FORMATS)
def test_names_numbers_and_telephones_stay_as_they_are(file_format: str) -> None:
    found = [text for _, text in cells(file_format, written(file_format, PLAIN))]
    assert [text for text in PLAIN if text not in found] == []


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_line_that_names_the_copy_stands_first_and_last(file_format: str) -> None:
    content = written(file_format, PLAIN)
    found = [text for _, text in cells(file_format, content)]
    assert found[0] == "Copy K7Q4"
    footer = openpyxl.load_workbook(io.BytesIO(content)).active if file_format == "xlsx" else None
    assert (footer.oddFooter.left.text if footer else found[-1]) == "Copy K7Q4"


def test_numbers_and_days_are_what_they_are() -> None:
    row: list[Cell] = [3, 2.5, dt.date(2026, 3, 27), None]
    sheet = Sheet("Numbers", ["a", "b", "c", "d"], [row])
    assert cells("csv", write("csv", [sheet]))[4:] == [
        ("s", "3"),
        ("s", "2.5"),
        ("s", "2026-03-27"),
        ("s", ""),
    ]
    excel = openpyxl.load_workbook(io.BytesIO(write("xlsx", [sheet]))).active
    assert [cell.value for cell in excel[2]] == [3, 2.5, dt.datetime(2026, 3, 27), None]  # noqa: DTZ001
    rows = load(io.BytesIO(write("ods", [sheet]))).getElementsByType(TableRow)
    kinds = [cell.getAttribute("valuetype") for cell in rows[1].getElementsByType(TableCell)]
    assert kinds == ["float", "float", "date", None]


def test_what_xml_cannot_hold_does_not_break_the_file() -> None:
    odd = "a\x00b\x0bc\ud800d\uffffe"
    assert "abcde" in [text for _, text in cells("ods", written("ods", [odd]))]
    assert cells("csv", written("csv", ["a\x0bb"]))


def test_rows_are_written_nowhere_else() -> None:
    writers = ("csv.writer", "csv.DictWriter", "import xlsxwriter", "from odf", "from csv")
    packages = [ROOT / name for name in ("cse_portal", "cases", "intelligence", "mase", "reporting")]
    found = {
        str(path.relative_to(ROOT))
        for package in packages
        for path in package.rglob("*.py")
        if any(writer in path.read_text() for writer in writers)
    }
    assert found == {"cse_portal/ui/tabular.py"}
