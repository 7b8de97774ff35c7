"""Word and Excel files: limits on the archive, no macros, no other files, and every picture drawn again."""

import io
import re
import zipfile
import zlib
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cse_portal.files import pictures
from cse_portal.files.errors import Fault, FileRefused

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PARTS = 5000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
SMALL = 2 * 1024 * 1024  # a file this small may pack as well as it likes
MOST_LISTED = 2 * 1024 * 1024  # a list of parts or of links
MOST_PIXELS = 200_000_000  # in all pictures together
_TYPES = "[Content_Types].xml"

# Asked of the names of parts, of their types and of how they are reached.
_MACROS = re.compile(r"vba(project|data)|macro-?enabled|macrosheet|dialogsheet|ms-office\.vba", re.IGNORECASE)
_OTHERS = re.compile(
    r"embeddings/|oleobject|activex|afchunk|ctrlprops/|relationships/(package|control)$|externallink",
    re.IGNORECASE,
)
_PROGRAMS = (b"MZ", b"\xd0\xcf\x11\xe0", b"\x7fELF")  # for Windows, in an old office file, for Linux
_SAVE_AGAIN = "Open it, save it again without them, or as a PDF, and choose that"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    ParseError, LookupError,
)  # fmt: skip


def cleaned_word(content: bytes) -> bytes:
    """The document as a new archive."""
    return _cleaned(content, "word/document.xml", "wordprocessingml.document.main+xml")


def cleaned_excel(content: bytes) -> bytes:
    """The workbook as a new archive."""
    return _cleaned(content, "xl/workbook.xml", "spreadsheetml.sheet.main+xml")


def _cleaned(content: bytes, main: str, declared: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_heavy(archive.infolist(), len(content))
            if any(part.flag_bits & 0x1 for part in archive.infolist()):
                raise FileRefused(
                    Fault.LOCKED, "This file is locked with a password. Save it without one, and choose that"
                )
            types = _listed(archive, _TYPES)
            if main not in archive.namelist() or not any(declared in _type(each) for each in types):
                raise _damaged()
            _refuse_active(archive, types)
            return _rewritten(archive)
    except DefusedXmlException:
        raise _damaged() from None
    except _BROKEN:
        raise _damaged() from None


def _refuse_heavy(parts: list[zipfile.ZipInfo], size: int) -> None:
    """By what the archive says of its parts; `zipfile` reads no more of one than that."""
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > max(SMALL, MOST_RATIO * size):
        raise FileRefused(
            Fault.HEAVY,
            "This file unpacks to far more than it should. Open it, save it as a PDF, and choose that",
        )


def _refuse_active(archive: zipfile.ZipFile, types: list[Element]) -> None:
    """No macros, no other files, and nothing that is fetched from elsewhere; a link that people click may stay."""
    names = archive.namelist()
    if len({name.lower() for name in names}) != len(names):
        raise _damaged()  # some programs read the first of two parts, some the last
    said = [*names, *(_type(each) for each in types)]
    for name in names:
        for relation in _listed(archive, name) if name.lower().endswith(".rels") else ():
            kind = relation.get("Type", "")
            said.append(kind)
            if relation.get("TargetMode", "").lower() == "external" and not kind.lower().endswith(
                "/hyperlink"
            ):
                raise _others()
    if any(map(_MACROS.search, said)):
        raise FileRefused(Fault.MACROS, f"This file holds macros. {_SAVE_AGAIN}")
    if any(map(_OTHERS.search, said)):
        raise _others()


def _listed(archive: zipfile.ZipFile, name: str) -> list[Element]:
    """The lines of a list of types or of links."""
    if archive.getinfo(name).file_size > MOST_LISTED:
        raise _damaged()
    return list(fromstring(archive.read(name), forbid_dtd=True))


def _type(line: Element) -> str:
    return line.get("ContentType", "")


def _rewritten(archive: zipfile.ZipFile) -> bytes:
    """The same parts in a new archive, each picture drawn again."""
    into, left = io.BytesIO(), MOST_PIXELS
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        for part in archive.infolist():
            content = archive.read(part)
            if content.startswith(_PROGRAMS):
                raise _others()
            if content.startswith((pictures.JPEG, pictures.PNG)):
                left -= pictures.pixels(content)
                if left < 0:
                    raise FileRefused(
                        Fault.HEAVY,
                        "The pictures in this file are too large. Make them smaller, and choose that",
                    )
                content = pictures.redrawn_within(content)
            made.writestr(zipfile.ZipInfo(part.filename, part.date_time), content, zipfile.ZIP_DEFLATED)
    return into.getvalue()


def _damaged() -> FileRefused:
    return FileRefused(Fault.DAMAGED, "This file is damaged. Open it, save it again, and choose that")


def _others() -> FileRefused:
    return FileRefused(Fault.OTHERS, f"This file holds other files, or is linked to some. {_SAVE_AGAIN}")
