"""Word and Excel files: their list of contents, and nothing in it that runs, reaches out, or hides another file."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from cse_portal.files.errors import FileRefused

MOST_RATIO = 100
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5000
SMALL = 64 * 1024  # a part this small may pack as well as it likes

_SAVE_AGAIN = "Open it, save it again without them, or as a PDF, and choose that"
_DAMAGED = "This file is damaged or is not only an office file. Open it, save it again, and choose that"
_BOMB = "This file unpacks to far more than it should. Open it, save it as a PDF, and choose that"
_MACROS = f"This file holds macros. {_SAVE_AGAIN}"
_OTHERS = f"This file holds other files or controls. {_SAVE_AGAIN}"
_REACHES = f"This file is linked to other files or reads data from elsewhere. {_SAVE_AGAIN}"

_PARTS = frozenset(
    {
        "xml", "rels", "vml", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "odttf", "fntdata",
    }
)  # fmt: skip
_PRINTER = re.compile(r"^(xl|word)/printersettings/[a-z0-9]+\.bin$")
_MACRO_PART = re.compile(r"vba|macro|^customui/|xl/macrosheets/|dialogsheets/")
_OTHER_PART = re.compile(r"embeddings/|activex/|oleobject|/ctrlprops/|afchunk")
_REACHING_PART = re.compile(r"externallinks?/|/connections\.xml$|/querytables?/|webextension|xl/model/")
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|ms-office\.vba|intlMacrosheet|macrosheet", re.IGNORECASE)
_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
_PLAIN_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_WEB_TARGET = re.compile(rb"Target\s*=\s*[\"'](https?:|mailto:|tel:|#)", re.IGNORECASE)
_FIELD = re.compile(rb"DDE|INCLUDETEXT|INCLUDEPICTURE|QUOTE\s+\d", re.IGNORECASE)
_FIELD_PLACES = re.compile(rb"<w:instrText[^>]*>([^<]*)|w:instr\s*=\s*\"([^\"]*)\"")
_FORMULA_REACHES = re.compile(
    rb"<f\b[^>]*>[^<]*\b(WEBSERVICE|CALL|REGISTER|REGISTER\.ID|RTD)\s*\(", re.IGNORECASE
)


@dataclass(frozen=True)
class Package:
    """A kind of office file: its content type, its main part, and what its list of contents calls that."""

    content_type: str
    main: str
    declared: bytes


WORD = Package(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "word/document.xml",
    b"wordprocessingml.document.main+xml",
)
EXCEL = Package(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xl/workbook.xml",
    b"spreadsheetml.sheet.main+xml",
)


def look_word(content: bytes) -> bytes:
    """The same bytes, when they are a Word document and nothing more."""
    return _look(content, WORD)


def look_excel(content: bytes) -> bytes:
    """The same bytes, when they are an Excel workbook and nothing more."""
    return _look(content, EXCEL)


def _look(content: bytes, package: Package) -> bytes:
    if not content.startswith(b"PK\x03\x04"):
        raise FileRefused(_DAMAGED)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_odd_archive(content, archive)
            parts = archive.infolist()
            _refuse_bomb(parts)
            for part in parts:
                _refuse_part(part.filename)
            _refuse_words(archive, parts, package)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise FileRefused(_DAMAGED) from None
    return content


def _refuse_odd_archive(content: bytes, archive: zipfile.ZipFile) -> None:
    """Nothing before it, nothing after it, no name twice, none of them locked."""
    names = [part.filename.lower() for part in archive.infolist()]
    if content.rfind(b"PK\x05\x06") != len(content) - 22 or len(set(names)) != len(names):
        raise FileRefused(_DAMAGED)
    if any(part.flag_bits & 0x1 for part in archive.infolist()):
        raise FileRefused("This file is locked with a password. Save it without one, and choose that")
    if archive.infolist() and min(part.header_offset for part in archive.infolist()) != 0:
        raise FileRefused(_DAMAGED)


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """By what the list of contents says; what is read is held to it as it is read."""
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(_BOMB)
    if any(
        part.file_size > SMALL and part.file_size > MOST_RATIO * max(1, part.compress_size) for part in parts
    ):
        raise FileRefused(_BOMB)


def _refuse_part(name: str) -> None:
    low = name.lower().replace("\\", "/")
    if low.startswith("/") or ".." in low.split("/") or "\x00" in low:
        raise FileRefused(_DAMAGED)
    if _MACRO_PART.search(low):
        raise FileRefused(_MACROS)
    if _OTHER_PART.search(low):
        raise FileRefused(_OTHERS)
    if _REACHING_PART.search(low):
        raise FileRefused(_REACHES)
    if not low.endswith("/") and low.rpartition(".")[2] not in _PARTS and not _PRINTER.match(low):
        raise FileRefused(_OTHERS)


def _refuse_words(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], package: Package) -> None:
    """What the parts themselves say: the kind of file, where they point, what they would calculate or fetch."""
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or package.main not in names:
        raise FileRefused(_DAMAGED)
    for part in parts:
        words = _read(archive, part)
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _refuse_markup(part.filename, words, package)
        elif words.startswith(
            (b"PK\x03\x04", b"MZ", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"Rar!", b"7z\xbc")
        ):
            raise FileRefused(_OTHERS)


def _refuse_markup(name: str, words: bytes, package: Package) -> None:
    if words.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in words or _DECLARES.search(words):
        raise FileRefused(_DAMAGED)
    if name == "[Content_Types].xml":
        if _MACRO_TYPE.search(words):
            raise FileRefused(_MACROS)
        if package.declared not in words:
            raise FileRefused(_DAMAGED)
    if name.lower().endswith(".rels"):
        _refuse_relations(words)
    fields = b"".join(b"".join(pair) for pair in _FIELD_PLACES.findall(words))  # a field may stand in pieces
    if _FIELD.search(fields) or _FORMULA_REACHES.search(words):
        raise FileRefused(_REACHES)


def _refuse_relations(words: bytes) -> None:
    """A link that a person clicks may stay; anything a program would fetch by itself may not."""
    for relation in _RELATION.findall(words):
        if _MACRO_TYPE.search(relation):
            raise FileRefused(_MACROS)
        if _OUTSIDE.search(relation) and not (_PLAIN_LINK.search(relation) and _WEB_TARGET.search(relation)):
            raise FileRefused(_REACHES)


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part, never more of it than the list of contents says."""
    with archive.open(part) as opened:
        words = opened.read(part.file_size + 1)
    if len(words) > part.file_size:
        raise FileRefused(_BOMB)
    return words
