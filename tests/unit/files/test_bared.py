"""A photograph within a letter or a workbook says no more than one that stands alone."""

import io
import zipfile

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cse_portal.files import inspect
from tests.factories.documents import excel, jpeg_with_a_place, picture, word

REFUGE = b"the refuge in Example Street"


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {part.filename: archive.read(part) for part in archive.infolist()}


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.tobytes()


def noted_png() -> bytes:
    info = PngInfo()
    info.add_text("Comment", REFUGE.decode())
    info.add_itxt("XML:com.adobe.xmp", REFUGE.decode(), zip=False)
    into = io.BytesIO()
    Image.linear_gradient("L").save(into, "PNG", pnginfo=info, exif=jpeg_exif().tobytes())
    return into.getvalue()


def jpeg_exif(held: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = held
    exif[0x010F] = REFUGE.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "W", 4: (2.0, 1.0, 0.0)})
    return exif


@pytest.mark.parametrize(
    ("make", "name", "folder"), [(word, "letter.docx", "word"), (excel, "table.xlsx", "xl")]
)
def test_a_photograph_in_a_letter_or_a_workbook_loses_where_it_was_taken(
    make: object, name: str, folder: str
) -> None:
    assert callable(make)
    photo, screen = f"{folder}/media/image1.jpeg", f"{folder}/media/image2.png"
    given = make(
        {photo: jpeg_with_a_place(), screen: noted_png(), f"{folder}/media/image3.png": picture("PNG")}
    )
    taken = inspect(name, given).content
    kept, before = parts(taken), parts(given)
    assert list(kept) == list(before)
    assert {part for part in kept if kept[part] != before[part]} == {photo, screen}
    assert not Image.open(io.BytesIO(kept[photo])).getexif().get_ifd(0x8825)
    assert dict(Image.open(io.BytesIO(kept[photo])).getexif()) == {}
    for part in (photo, screen):
        assert b"refuge" in before[part]
        assert b"refuge" not in kept[part]
        assert b"Exif" not in kept[part]
        assert pixels(kept[part]) == pixels(before[part])
    assert inspect(name, taken).content == taken


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("held", [1, 3, 6, 8])
def test_it_still_says_how_it_was_held_and_its_colours_and_nothing_after_its_end(
    held: int, progressive: bool
) -> None:
    colours = b"colours of a test" * 20
    into = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(
        into, "JPEG", exif=jpeg_exif(held), icc_profile=colours, progressive=progressive, comment=REFUGE
    )
    given = into.getvalue()
    kept = parts(inspect("letter.docx", word({"word/media/a.jpg": given + REFUGE})).content)[
        "word/media/a.jpg"
    ]
    opened = Image.open(io.BytesIO(kept))
    assert dict(opened.getexif()) == ({} if held == 1 else {0x0112: held})
    assert opened.info["icc_profile"] == colours
    assert b"refuge" not in kept
    assert pixels(kept) == pixels(given)


@pytest.mark.parametrize("cut", [3, 20, 200])
def test_a_broken_picture_breaks_nothing(cut: int) -> None:
    given = word({"word/media/a.jpg": jpeg_with_a_place()[:cut], "word/media/b.png": noted_png()[:cut]})
    assert list(parts(inspect("letter.docx", given).content)) == list(parts(given))


def test_a_letter_whose_pictures_hide_nothing_is_kept_byte_for_byte() -> None:
    given = word({"word/media/a.png": picture("PNG"), "word/media/b.gif": b"GIF89a"})
    assert inspect("letter.docx", given).content == given


def test_every_other_part_is_kept_as_it_lies_there() -> None:
    """Packed as it was, so that a large workbook with one photograph costs no more than the photograph."""
    body = "<x>" + "word " * 5_000 + "</x>"
    given = word({"word/x.xml": body, "word/media/a.jpg": jpeg_with_a_place()})
    with zipfile.ZipFile(io.BytesIO(given)) as archive:
        part = archive.getinfo("word/x.xml")
    begins = part.header_offset + 30 + len("word/x.xml")
    assert given[begins : begins + part.compress_size] in inspect("letter.docx", given).content


def test_a_letter_written_as_a_stream_is_taken_too() -> None:
    """Programs that do not look back say how long a part is behind it."""

    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_where: int) -> int:
            raise io.UnsupportedOperation

    into = OneWay()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(word({"word/media/a.jpg": jpeg_with_a_place()})).items():
            archive.writestr(name, content)
    assert b"PK\x07\x08" in into.getvalue()
    kept = parts(inspect("letter.docx", into.getvalue()).content)
    assert b"Exif" not in kept["word/media/a.jpg"]
    assert kept["word/document.xml"] == parts(into.getvalue())["word/document.xml"]
