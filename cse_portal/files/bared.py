"""Pictures within Word and Excel files: what they say beside what is seen is taken out, and nothing else is touched.

A photograph that stands alone is drawn anew (`pictures`). One within a letter is not: thirty of them would keep the
portal busy, and the letter has its own measures for each. The words about place, day and telephone are cut out of it,
its pixels stay as they are, and so does every other part of the file, byte for byte.
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import Literal

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_EXIF = b"Exif\x00\x00"
_HELD = 0x0112  # how a photograph was held when it was taken: that is seen, and stays
_MOST_WORDS = 200
# Marks of a JPEG: all that draws it, its own head, its colours, and what Adobe says of those.
_STAYS_IN_JPEG = frozenset({*range(0xC0, 0xE1), 0xEE})
_WORDS, _MORE, _BEGINS_PIXELS, _ENDS, _FILLS = 0xE1, 0xE2, 0xDA, 0xD9, 0xFF
_COLOURS = b"ICC_PROFILE\x00"
_NEXT_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_STAYS_IN_PNG = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"sBIT",
        b"bKGD",
        b"pHYs",
    }
)
LARGEST = 32 * 1024 * 1024  # these pack themselves: one that unpacks to more than a file may have is none
MOST_MARKS = 200_000  # in all pictures of a file; a large one has some hundred


class PicturesHeavy(Exception):
    """There are more parts within the pictures of one file than any program writes."""


class _Marks:
    """How many parts of pictures may still be looked at."""

    left = MOST_MARKS

    def one_more(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PicturesHeavy


def without_hidden(content: bytes, archive: zipfile.ZipFile) -> bytes:
    """The file, its JPEG and PNG pictures bared; the same bytes where none of them hides anything."""
    changed: dict[str, bytes] = {}
    marks = _Marks()
    for part in archive.infolist():
        with archive.open(part) as opened:
            is_picture = opened.read(len(_PNG)).startswith((_JPEG, _PNG))
        if is_picture and part.file_size <= LARGEST:
            given = archive.read(part)
            kept = _bare(given, marks)
            if kept != given:
                changed[part.filename] = kept
    return _with(content, archive, changed) if changed else content


def _bare(picture: bytes, marks: _Marks) -> bytes:
    """A JPEG or PNG without what is not seen of it; one that is broken before its pixels as it is: nothing shows it."""
    try:
        return b"".join(_jpeg(picture, marks) if picture.startswith(_JPEG) else _png(picture, marks))
    except ValueError:
        return picture


def _jpeg(picture: bytes, marks: _Marks) -> Iterator[bytes]:
    """Mark by mark, up to its end; what follows that is no part of it."""
    yield picture[:2]
    at = 2
    while picture[at : at + 1] == b"\xff" and at + 1 < len(picture):
        marks.one_more()
        mark, size = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4])
        if mark == _FILLS:
            at += 1
            continue
        if mark == _ENDS:
            yield picture[at : at + 2]
            return
        if size < 2:
            raise ValueError
        ends = at + 2 + size
        yield _kept(mark, picture[at:ends])
        at = ends
        if mark == _BEGINS_PIXELS:
            found = _NEXT_MARK.search(picture, at)
            ends = found.start() if found else len(picture)
            yield picture[at:ends]
            if not found:
                return
            at = ends
    raise ValueError


def _kept(mark: int, whole: bytes) -> bytes:
    """What stays of one part of a JPEG."""
    body = whole[4:]
    if mark == _WORDS:
        held = _how_it_was_held(body.removeprefix(_EXIF)) if body.startswith(_EXIF) else 1
        return _saying(held) if 1 < held < 9 else b""
    is_seen = mark in _STAYS_IN_JPEG or (mark == _MORE and body.startswith(_COLOURS))
    return whole if is_seen else b""


def _how_it_was_held(words: bytes) -> int:
    """One of eight ways, out of the first list of words; 1 is upright."""
    order: Literal["little", "big"] = "little" if words.startswith(b"II") else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(words[at : at + size], order)

    at = number(4, 4)
    for each in range(min(number(at, 2), _MOST_WORDS)):
        entry = at + 2 + 12 * each
        if number(entry, 2) == _HELD:
            return number(entry + 8, 2)
    return 1


def _saying(held: int) -> bytes:
    """A list of one word: a short number, in the order of bytes that puts the largest first."""
    word = struct.pack(">HHIHH", _HELD, 3, 1, held, 0)
    body = _EXIF + b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + word + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(picture: bytes, marks: _Marks) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at + 12 <= len(picture):
        marks.one_more()
        ends = at + 12 + int.from_bytes(picture[at : at + 4])
        kind = picture[at + 4 : at + 8]
        if kind in _STAYS_IN_PNG:
            yield picture[at:ends]
        if kind == b"IEND":
            return
        at = ends
    raise ValueError


def _with(content: bytes, archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    """The archive with these parts in place of its own; every other is copied as it lies there, packed."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as made:
        for part in archive.infolist():
            packed = _as_it_lies(content, part)
            if part.filename in changed:
                made.writestr(_like(part), changed[part.filename], zipfile.ZIP_STORED)
                continue
            copy = _like(part)
            copy.CRC, copy.compress_size, copy.file_size = part.CRC, part.compress_size, part.file_size
            copy.compress_type, copy.header_offset = part.compress_type, into.tell()
            into.write(copy.FileHeader(zip64=False) + packed)
            made.filelist.append(copy)
            made.NameToInfo[copy.filename] = copy
            made.start_dir = into.tell()
    return into.getvalue()


def _like(part: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """The same name, day and rights, without what only said where it lay."""
    copy = zipfile.ZipInfo(part.filename, part.date_time)
    copy.external_attr, copy.create_system = part.external_attr, part.create_system
    return copy


def _as_it_lies(content: bytes, part: zipfile.ZipInfo) -> bytes:
    at = part.header_offset
    begins = at + 30 + int.from_bytes(content[at + 26 : at + 28], "little")
    begins += int.from_bytes(content[at + 28 : at + 30], "little")
    return content[begins : begins + part.compress_size]
