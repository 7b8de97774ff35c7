"""Small files that would keep the portal busy are refused soon; large ones that are only large are taken."""

import io
import random
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from PIL import Image

from cse_portal.files import FileRefused, inspect
from cse_portal.files.formulas import reaches
from tests.factories.documents import excel, pdf, picture, word
from tests.unit.files.hostile import FIELD, SHEET, with_object, with_stream

# Each took ten times as long, or more, with a file a tenth of the size.
SOON = 5
MB = 1024 * 1024


def busy(name: str, content: bytes) -> float:
    """How long this process alone worked on a file, refused or not."""
    began = time.process_time()
    with suppress(FileRefused):
        inspect(name, content)
    return time.process_time() - began


def held(name: str, content: bytes) -> int:
    """The most memory that was held at once while a file was looked into."""
    tracemalloc.start()
    with suppress(FileRefused):
        inspect(name, content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


# ------------------------------------------------------------------------------------------ PDFs

LETTER = pdf()
OBJECTS = b"/Type /ObjStm /N 1 /First 0"
SLOW_PDFS: dict[str, Callable[[], bytes]] = {
    "ends of line": lambda: with_object(LETTER, b"\n" * 100_000),
    "ends of line before a stream": lambda: with_object(LETTER, b"\n" * 100_000 + b"x stream"),
    "blanks and ends of line": lambda: with_object(LETTER, b" \n" * 200_000),
    "null bytes": lambda: with_object(LETTER, b"\x00" * 100_000),
    "ends of dictionaries": lambda: with_object(LETTER, b">> " * 200_000),
    "a million streams": lambda: with_object(LETTER, b"stream\nendstream\n" * 1_000_000),
    "letters in numbers": lambda: with_object(LETTER, b"#41" * 5_000_000),
    "packed letters in numbers": lambda: with_stream(LETTER, b"/#4" * (60 * MB), b""),
    "packed beginnings of names": lambda: with_stream(LETTER, b"/J" * (90 * MB), b""),
    "brackets beside an address": lambda: with_object(LETTER, b"/AA /URI" + b"(" * 2_000_000),
    "links that never end": lambda: with_object(LETTER, b"/AA /URI" + b"/A<</URI(" * 500_000),
}


@pytest.mark.parametrize("label", SLOW_PDFS)
def test_a_pdf_made_to_be_slow_is_done_with_soon(label: str) -> None:
    assert busy("letter.pdf", SLOW_PDFS[label]()) < SOON


@pytest.mark.parametrize("blank", [b"\n", b"\n ", b"\x00", b">>\n"])
def test_ten_times_the_blanks_are_no_hundred_times_the_work(blank: bytes) -> None:
    few, many = (with_object(LETTER, blank * times) for times in (20_000, 200_000))
    assert busy("letter.pdf", many) < 40 * max(busy("letter.pdf", few), 0.005)


def test_a_pdf_unpacks_to_no_more_than_its_size_allows() -> None:
    """A hundred kilobytes may not become two hundred megabytes."""
    packed = with_stream(LETTER, b"\x20" * (100 * MB), b"")
    assert len(packed) < 200_000
    with pytest.raises(FileRefused, match="unpacks to far more"):
        inspect("letter.pdf", packed)
    assert held("letter.pdf", packed) < 200 * MB


def test_a_letter_of_twenty_scanned_pages_is_taken() -> None:
    numbers = random.Random("a scan")
    noise = Image.frombytes("L", (620, 877), numbers.randbytes(620 * 877))
    pages = [noise.resize((1240, 1754)) for _ in range(20)]
    into = io.BytesIO()
    pages[0].save(into, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    assert len(into.getvalue()) > 5 * MB
    assert inspect("scan.pdf", into.getvalue()).content == into.getvalue()


def test_a_white_page_scanned_in_colour_is_taken() -> None:
    """It packs a thousandfold."""
    page = with_stream(LETTER, b"\xff" * (2480 * 3508 * 3), b"/Type /XObject /Subtype /Image")
    assert inspect("scan.pdf", page).content == page


# ------------------------------------------------------------------------------------------ Word and Excel files

NUMBERS = random.Random("a sheet")
SALT = "".join(NUMBERS.choice("abcdefghijklmnop") for _ in range(200_000))


def sheets(body: str, times: int = 1) -> bytes:
    """A workbook of so many sheets with this in each."""
    return excel({f"xl/worksheets/sheet{n}.xml": SHEET.format(body) for n in range(times)})


def salted(piece: str, size: int) -> str:
    """A text of this length that packs ninety times at most, and so is as large as it may be for its file."""
    run = piece * (1400 // len(piece))
    return "".join(run + SALT[at : at + 16] for at in range(0, size * 16 // len(run), 16))


SLOW_OFFICE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "formulas within each other": lambda: ("a.xlsx", sheets("<f>a" * 8_000 + "</f>" * 8_000)),
    "formulas within each other in ten parts": lambda: ("a.xlsx", sheets("<f>a" * 8_000 + "</f>" * 8_000, 10)),
    "elements within each other": lambda: ("a.xlsx", sheets("<a>" * 20_000 + "<f>1</f>" + "</a>" * 20_000)),
    "a million empty formulas": lambda: ("a.xlsx", sheets(salted("<f/>", 8 * MB))),
    "a hundred parts of empty formulas": lambda: ("a.xlsx", sheets("<f/>" * 16_000, 100)),
    "a million letters in one formula": lambda: ("a.xlsx", sheets("<f>" + SALT * 10 + "</f>")),
    "quotes in a formula": lambda: ("a.xlsx", sheets("<f>" + "'\\" * 400_000 + "</f>")),
    "bars in a formula": lambda: ("a.xlsx", sheets("<f>" + "[|" * 400_000 + "</f>")),
    "many codes of fields": lambda: ("a.docx", word({"word/x.xml": FIELD.format("<w:instrText/>" * 300_000)})),
    "a long code of a field": lambda: (
        "a.docx", word({"word/x.xml": FIELD.format("<w:instrText>HYPERLINK " + SALT * 4 + "</w:instrText>")}),
    ),
    "how a bookmark is written, without end": lambda: (
        "a.docx", word({"word/x.xml": FIELD.format("<w:instrText>x " + r"\h \* a " * 90_000 + "!</w:instrText>")}),
    ),
    "many bookmarks, and none that is asked for": lambda: (
        "a.docx", word({"word/x.xml": FIELD.format("<w:instrText>x</w:instrText>" + "<w:bookmarkStart/>" * 300_000)}),
    ),
    "bare brackets": lambda: ("a.docx", word({"word/x.xml": "<x>" + salted("<a/>", 20 * MB) + "</x>"})),
    "a picture of empty pieces": lambda: (
        "a.docx", word({"word/media/a.jpeg": b"\xff\xd8" + b"\xff\xe1\x00\x02" * 1_000_000 + SALT.encode()}),
    ),
    "a list of contents and nothing else": lambda: ("a.docx", word({f"word/{n}.xml": "" for n in range(40_000)})),
}  # fmt: skip


@pytest.mark.parametrize("label", SLOW_OFFICE)
def test_an_office_file_made_to_be_slow_is_done_with_soon(label: str) -> None:
    name, content = SLOW_OFFICE[label]()
    assert len(content) < 6 * MB
    assert busy(name, content) < SOON


@pytest.mark.parametrize(
    "piece",
    [
        "['", "''['a", "''a", "'", "'a", "[]", "[@", "[", '""', '"[', '"', "['|]", "HYPERLINK(['", "T[['']", "' ",
    ],
)  # fmt: skip
def test_a_formula_of_quotes_and_brackets_is_read_once(piece: str) -> None:
    """As long as a part may have one: from each of them to the end would be an hour."""
    for long in (piece * (MB // len(piece)), "A1&" + piece * (MB // len(piece)) + "x"):
        began = time.process_time()
        assert reaches(long) in (True, False)
        assert time.process_time() - began < SOON


@pytest.mark.parametrize("label", ["formulas within each other", "a million empty formulas"])
def test_none_of_it_is_kept_while_it_is_read(label: str) -> None:
    """Once an object for each formula, and each letter in as many copies as formulas are open: 690 MB for 106 KB."""
    name, content = SLOW_OFFICE[label]()
    assert held(name, content) < 60 * MB


def test_a_workbook_is_measured_by_all_its_parts_together() -> None:
    """Each small enough to pack as it likes, and twenty megabytes of them in forty kilobytes."""
    many = sheets("a" * 60_000, 400)
    assert len(many) < 150_000
    with pytest.raises(FileRefused, match="unpacks to far more"):
        inspect("table.xlsx", many)


def test_a_workbook_of_thirty_thousand_rows_is_taken() -> None:
    cell = '<c r="{0}{1}"><v>{2}</v></c>'
    rows = "".join(
        f'<row r="{n}">'
        + "".join(cell.format(letter, n, NUMBERS.randrange(10_000)) for letter in "ABCDEFGH")
        + f'<c r="I{n}"><f>SUM(A{n}:H{n})/Other!$B$2</f><v>1</v></c></row>'
        for n in range(1, 30_001)
    )
    table = excel({"xl/worksheets/sheet1.xml": SHEET.format(f"<sheetData>{rows}</sheetData>")})
    assert len(table) > MB
    assert inspect("table.xlsx", table).content == table


def test_lists_to_choose_from_and_fractions_are_taken() -> None:
    listed = '<x:formula1 xmlns:x="x"><m:f xmlns:m="m">Other!$A$1:$A$9</m:f></x:formula1>'
    assert inspect("table.xlsx", sheets(listed * 100))
    maths = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    fraction = f'<m:f xmlns:m="{maths}">' * 20 + "</m:f>" * 20
    assert inspect("letter.docx", word({"word/x.xml": FIELD.format(fraction)}))


def test_a_report_of_a_hundred_pages_with_pictures_is_taken() -> None:
    said = "".join(f"<w:p><w:r><w:t>{SALT[n : n + 300]}</w:t></w:r></w:p>" for n in range(0, 200_000, 100))
    numbers = "<w:r><w:instrText> PAGEREF _Toc1 </w:instrText></w:r>" * 500
    photo = picture("JPEG", (1200, 900))
    pictures: dict[str, str | bytes] = {f"word/media/image{n}.jpeg": photo for n in range(60)}
    assert inspect("report.docx", word({"word/x.xml": FIELD.format(said + numbers), **pictures}))
