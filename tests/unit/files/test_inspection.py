"""What may be kept on a child's case, and what may not: good files of every kind, and a hundred hostile ones."""

import io
import random
import warnings

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cse_portal.files import EXTENSIONS, FileRefused, inspect, safe_name
from tests.factories.documents import excel, jpeg_with_a_place, pdf, picture, seeds, word
from tests.unit.files.hostile import FIELD, OFFICE, REL, SHEET, all_of_them, with_object

HOSTILE = all_of_them()
POLYGLOTS = {"a page": b"<script>alert(1)</script>", "a program": b"MZ" + b"\x00" * 300, "an archive": word()}


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_file_is_refused_with_what_to_do(label: str) -> None:
    name, content = HOSTILE[label]
    with pytest.raises(FileRefused) as refused:
        inspect(name, content)
    assert refused.value.message.startswith(("Choose", "This"))
    assert "choose" in refused.value.message.lower()


@pytest.mark.parametrize(
    ("label", "because"),
    [
        ("a Word document with a field with a letter in numbers", "reads data from elsewhere"),
        ("a Word document with a field with a note in it", "reads data from elsewhere"),
        ("a Word document with a field by another prefix", "reads data from elsewhere"),
        ("a Word document with a remote template in numbers", "reads data from elsewhere"),
        ("a Word document with a remote template behind a bracket", "reads data from elsewhere"),
        ("a Word document with a share it opens in numbers", "reads data from elsewhere"),
        ("a Word document with a page inside by another name", "other files"),
        ("a macro document renamed in numbers", "macros"),
        ("a workbook with old macros in numbers", "macros"),
        ("a workbook with a formula that fetches in numbers", "reads data from elsewhere"),
    ],
)
def test_it_is_refused_for_what_it_does_and_not_for_how_it_is_written(label: str, because: str) -> None:
    with pytest.raises(FileRefused, match=because):
        inspect(*HOSTILE[label])


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 100


@pytest.mark.parametrize("name", seeds())
def test_a_good_file_is_taken(name: str) -> None:
    taken = inspect(name, seeds()[name])
    assert taken.extension in EXTENSIONS
    assert inspect(f"again.{taken.extension}", taken.content).content_type == taken.content_type


@pytest.mark.parametrize("more", POLYGLOTS)
@pytest.mark.parametrize("name", ["photo.jpg", "screen.png"])
def test_what_hangs_on_a_picture_is_gone(name: str, more: str) -> None:
    taken = inspect(name, seeds()[name] + POLYGLOTS[more])
    assert POLYGLOTS[more][:20] not in taken.content
    assert b"PK\x05\x06" not in taken.content


def test_a_photograph_loses_where_and_with_what_it_was_taken() -> None:
    given = jpeg_with_a_place()
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(0x8825)
    kept = Image.open(io.BytesIO(inspect("photo.jpg", given).content))
    assert dict(kept.getexif()) == {}
    assert "comment" not in kept.info
    assert b"Telephone" not in inspect("photo.jpg", given).content
    assert b"refuge" not in inspect("photo.jpg", given).content


def test_a_photograph_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = Image.open(io.BytesIO(inspect("photo.jpg", picture("JPEG", (40, 30), exif=exif)).content))
    assert kept.size == (30, 40)


def test_words_hidden_in_a_png_are_gone() -> None:
    info = io.BytesIO()
    from_pixels = Image.new("RGB", (4, 4))
    from_pixels.save(info, "PNG", pnginfo=_note())
    assert b"the refuge" in info.getvalue()
    assert b"the refuge" not in inspect("screen.png", info.getvalue()).content


def test_a_note_in_windows_letters_is_kept_in_utf_8() -> None:
    assert (
        inspect("note.txt", "Zoë said “no” – twice".encode("cp1252")).content.decode()
        == "Zoë said “no” – twice"
    )


def test_an_office_file_may_hold_pictures_fonts_printers_and_links_people_click() -> None:
    link = REL.format(OFFICE + "hyperlink", "https://www.example.org/help")
    rich = {
        "word/media/image1.png": picture("PNG"),
        "word/_rels/document.xml.rels": link,
        "word/media/photo.jpeg": b"\xff\xd8",
    }
    assert inspect("letter.docx", word(rich))  # type: ignore[arg-type]
    pages = FIELD.format('<w:fldSimple w:instr=" PAGE "/><w:instrText>HYPERLINK "https://x"</w:instrText>')
    assert inspect("letter.docx", word({"word/footer1.xml": pages}))
    sums = SHEET.format("<f>SUM(A1:A3)</f><v>3</v>")
    assert inspect("table.xlsx", excel({"xl/worksheets/sheet1.xml": sums}))
    assert inspect("table.xlsx", excel({"xl/printerSettings/printerSettings1.bin": b"\x00" * 50}))


def test_a_pdf_with_pictures_links_and_headings_is_taken() -> None:
    body = '<h1>Letter</h1><p><a href="https://example.org">A link</a></p>' + "<p>Words</p>" * 400
    assert inspect("letter.pdf", pdf(body)).content_type == "application/pdf"
    assert inspect("letter.pdf", pdf(body, pdf_variant="pdf/ua-1"))
    assert inspect("letter.pdf", pdf(body, uncompressed_pdf=True))
    titled = "<title>Work stream plan</title>" + body
    assert inspect("letter.pdf", pdf(titled, uncompressed_pdf=True))


@pytest.mark.parametrize(
    "opening",
    [
        b"/OpenAction [3 0 R /FitH 800]",
        b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>",
        b"/OpenAction 98 0 R",
        b"/AA << /O << /S /Named /N /FirstPage >> >>",
    ],
)
def test_a_letter_with_links_may_say_which_page_is_shown_first(opening: bytes) -> None:
    links = '<a href="https://example.org/%20a(b)">One</a> <a href="https://example.org/y#z">two</a>'
    letter = pdf(f"<p>{links}</p>", uncompressed_pdf=True)
    assert b"/S /URI" in letter
    assert inspect("letter.pdf", with_object(letter, b"<< " + opening + b" >>"))
    assert inspect("letter.pdf", with_object(pdf(f"<p>{links}</p>"), b"<< " + opening + b" >>"))


@pytest.mark.parametrize("name", seeds())
def test_two_hundred_spoilt_copies_are_refused_or_still_what_they_are_named(name: str) -> None:
    """No error but a refusal, whatever is changed; what is taken still passes when it is looked into again."""
    numbers, seed = random.Random(name), seeds()[name]
    for _ in range(200):
        spoilt = bytearray(seed)
        for _ in range(numbers.randrange(1, 12)):
            at = numbers.randrange(max(1, len(spoilt)))
            change = numbers.randrange(4)
            if change == 0:
                spoilt[at : at + 1] = numbers.randbytes(1)
            elif change == 1:
                del spoilt[at : at + numbers.randrange(1, 40)]
            elif change == 2:
                spoilt[at:at] = numbers.randbytes(numbers.randrange(1, 40))
            else:
                spoilt[at:at] = seed[: numbers.randrange(len(seed))]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                taken = inspect(name, bytes(spoilt))
            except FileRefused:
                continue
        assert inspect(f"again.{taken.extension}", taken.content).extension == taken.extension


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\letter.pdf", "letter.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a b Set-Cookie x.pdf"),
        ("   .pdf", "document.pdf"),
        ("x" * 400 + ".PDF", "x" * 120 + ".pdf"),
        ("Zoë\u200b 's letter.pdf", "Zoë 's letter.pdf"),
    ],
)
def test_a_name_is_one_name_without_anything_hidden(given: str, kept: str) -> None:
    assert safe_name(given, "pdf") == kept


def _note() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", "the refuge in Example Street")
    return info
