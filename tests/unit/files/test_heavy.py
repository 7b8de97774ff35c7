"""Small files that would keep the portal busy are refused soon; large ones that are only large are taken."""

import io
import random
import time
import tracemalloc
from collections.abc import Callable

import pytest
from PIL import Image

from cse_portal.files import FileRefused, inspect
from tests.factories.documents import pdf
from tests.unit.files.hostile import with_object, with_stream

# Each took ten times as long, or more, with a file a tenth of the size.
SOON = 5
MB = 1024 * 1024


def busy(name: str, content: bytes) -> float:
    """How long this process alone worked on a file, refused or not."""
    began = time.process_time()
    try:
        inspect(name, content)
    except FileRefused:
        pass
    return time.process_time() - began


def held(name: str, content: bytes) -> int:
    """The most memory that was held at once while a file was looked into."""
    tracemalloc.start()
    try:
        inspect(name, content)
    except FileRefused:
        pass
    finally:
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
