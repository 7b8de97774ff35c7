"""Word and Excel files: their list of contents, and nothing in it that runs, reaches out, or hides another file."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from cse_portal.files import bared, fields, markup, targets
from cse_portal.files.errors import Fault, FileRefused, Refusal
from cse_portal.files.formulas import reaches

MOST_RATIO = 100
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5000
MOST_LISTED = 2 * 1024 * 1024  # the list of contents: some hundred bytes for each part
SMALL = 64 * 1024  # a part this small may pack as well as it likes
SMALL_WHOLE = 2 * 1024 * 1024  # and so may all of them together
MOST_MARKUP = 100 * 1024 * 1024
_STEP = 1024 * 1024

_LOCKED = Refusal(Fault.LOCKED, "This file is locked with a password. Save it without one, and choose that")
_SAVE_AGAIN = "Open it, save it again without them, or as a PDF, and choose that"
_DAMAGED = Refusal(
    Fault.DAMAGED,
    "This file is damaged or is not only an office file. Open it, save it again, and choose that",
)
_BOMB = Refusal(
    Fault.HEAVY, "This file unpacks to far more than it should. Open it, save it as a PDF, and choose that"
)
_MACROS = Refusal(Fault.MACROS, f"This file holds macros. {_SAVE_AGAIN}")
_OTHERS = Refusal(Fault.OTHERS, f"This file holds other files or controls. {_SAVE_AGAIN}")
_REACHES = Refusal(
    Fault.REACHES, f"This file is linked to other files or reads data from elsewhere. {_SAVE_AGAIN}"
)

_PARTS = frozenset(
    {
        "xml", "rels", "vml", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "odttf", "fntdata",
    }
)  # fmt: skip
_PRINTER = re.compile(r"^(xl|word)/printersettings/[a-z0-9]+\.bin$")
_MACRO_PART = re.compile(r"vba|macro|^customui/|xl/macrosheets/|dialogsheets/")
_OTHER_PART = re.compile(r"embeddings/|activex/|oleobject|/ctrlprops/|afchunk")
_REACHING_PART = re.compile(r"externallinks?/|/connections\.xml$|/querytables?/|webextension|xl/model/")
_MACRO_TYPE = re.compile(
    r"macroEnabled|vbaProject|vbaData|ms-office\.vba|macrosheet|dialogsheet", re.IGNORECASE
)
_OTHER_TYPE = re.compile(
    r"/(?:afchunk|oleobject|package|control|activexcontrolbinary)$"  # how a part is reached
    r"|^(?:text/(?:html|rtf)|application/(?:xhtml|rtf|msword|x-mimearchive)|message/|multipart/)",  # what one holds
    re.IGNORECASE,
)
_REACHING_TYPE = re.compile(
    r"/(?:externallink(?:path)?|connections|querytable|webextension\w*)$", re.IGNORECASE
)
# Names of elements and attributes cannot be written in numbers: only parts with one of these are read as XML.
_HAS_FIELDS = b"instr"
_HAS_BOOKMARKS = b"bookmarkstart"
_HAS_FORMULAS = re.compile(
    rb"[<:](?:f|formula[12]?|definedName|calculatedColumnFormula|totalsRowFormula)[\s/>]"
)
_FORMULAS = frozenset(
    {"f", "formula", "formula1", "formula2", "definedname", "calculatedcolumnformula", "totalsrowformula"}
)
_FILES = (b"PK\x03\x04", b"MZ", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"Rar!", b"7z\xbc")
_LISTED = frozenset({"default", "override"})
_MARKUP = (".xml", ".rels", ".vml")


@dataclass(frozen=True)
class Package:
    """A kind of office file: its content type, its main part, and what its list of contents calls that."""

    content_type: str
    main: str
    declared: str


WORD = Package(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "word/document.xml",
    "wordprocessingml.document.main+xml",
)
EXCEL = Package(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xl/workbook.xml",
    "spreadsheetml.sheet.main+xml",
)


def look_word(content: bytes) -> bytes:
    """The document, when it is one and nothing more, its pictures without what is not seen of them."""
    return _look(content, WORD)


def look_excel(content: bytes) -> bytes:
    """The workbook, when it is one and nothing more, its pictures without what is not seen of them."""
    return _look(content, EXCEL)


def _look(content: bytes, package: Package) -> bytes:
    _refuse_odd_ends(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_odd_archive(archive)
            parts = archive.infolist()
            _refuse_bomb(parts, len(content))
            for part in parts:
                _refuse_part(part.filename)
            _refuse_words(archive, parts, package, len(content))
            return bared.without_hidden(content, archive)
    except bared.PicturesHeavy:
        raise FileRefused(_BOMB) from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise FileRefused(_DAMAGED) from None


def _refuse_odd_ends(content: bytes) -> None:
    """Nothing before it, nothing after it, and a list of contents that is no heavier than its parts need."""
    ends = len(content) - 22
    if not content.startswith(b"PK\x03\x04") or content.rfind(b"PK\x05\x06") != ends:
        raise FileRefused(_DAMAGED)
    if content[ends - 20 : ends - 16] == b"PK\x06\x07":  # for files of more than 4 GB
        raise FileRefused(_DAMAGED)
    if int.from_bytes(content[ends + 12 : ends + 16], "little") > MOST_LISTED:
        raise FileRefused(_BOMB)


def _refuse_odd_archive(archive: zipfile.ZipFile) -> None:
    """No name twice, none of them locked, and the first part at the very beginning."""
    names = [part.filename.lower() for part in archive.infolist()]
    if len(set(names)) != len(names):
        raise FileRefused(_DAMAGED)
    if any(part.flag_bits & 0x1 for part in archive.infolist()):
        raise FileRefused(_LOCKED)
    if archive.infolist() and min(part.header_offset for part in archive.infolist()) != 0:
        raise FileRefused(_DAMAGED)


def _refuse_bomb(parts: list[zipfile.ZipInfo], size: int) -> None:
    """By what the list of contents says; what is read is held to it as it is read."""
    unpacked = sum(part.file_size for part in parts)
    words = sum(part.file_size for part in parts if _is_markup(part))
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or words > MOST_MARKUP:
        raise FileRefused(_BOMB)
    if unpacked > max(SMALL_WHOLE, MOST_RATIO * size):
        raise FileRefused(_BOMB)
    if any(
        part.file_size > SMALL and part.file_size > MOST_RATIO * max(1, part.compress_size) for part in parts
    ):
        raise FileRefused(_BOMB)


def _is_markup(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith(_MARKUP)


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


def _refuse_words(
    archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], package: Package, size: int
) -> None:
    """What the parts themselves say: the kind of file, where they point, what they would calculate or fetch."""
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or package.main not in names:
        raise FileRefused(_DAMAGED)
    work, bookmarks = markup.Work(size), fields.Bookmarks()
    for part in parts:
        if _is_markup(part):
            _refuse_markup(part.filename, b"".join(_read(archive, part)), package, work, bookmarks)
        elif _beginning(archive, part).startswith(_FILES):
            raise FileRefused(_OTHERS)
    _refuse_unknown(archive, parts, bookmarks.missing, work)


def _refuse_unknown(
    archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], missing: set[str], work: markup.Work
) -> None:
    """What a field has in its code's place is a bookmark, in whatever part: a letter's head may name one in it."""
    for part in parts if missing else ():
        words = b"".join(_read(archive, part)) if _is_markup(part) else b""
        if _HAS_BOOKMARKS in words.lower():
            with _refused():
                work.count_names(words)
                for each in markup.elements(words, {"bookmarkstart"}, work):
                    missing.discard(each.attributes.get("name", "").lower())
    if missing:
        raise FileRefused(_REACHES)


def _refuse_markup(
    name: str, words: bytes, package: Package, work: markup.Work, bookmarks: fields.Bookmarks
) -> None:
    with _refused():
        work.count_names(words)
        markup.refuse_odd(words)
        if name == "[Content_Types].xml":
            _refuse_types(words, package, work)
        if name.lower().endswith(".rels"):
            _refuse_relations(words, work)
        if _HAS_FIELDS in words.lower():
            fields.refuse_acting(words, work, bookmarks)
        if _HAS_FORMULAS.search(words):
            _refuse_formulas(words, work)


@contextmanager
def _refused() -> Iterator[None]:
    """What is wrong with the XML of a part, as its sender is told."""
    try:
        yield
    except markup.MarkupDamaged:
        raise FileRefused(_DAMAGED) from None
    except markup.MarkupHeavy:
        raise FileRefused(_BOMB) from None
    except fields.FieldActs:
        raise FileRefused(_REACHES) from None


def _refuse_types(words: bytes, package: Package, work: markup.Work) -> None:
    """The list of contents: no part runs or is a page, and the main one is what the file is named as.

    What a part is, office programs read here and not in its name: one that is called a picture and listed as markup
    would be opened as a page, and looked at by nobody.
    """
    listed = [each.attributes for each in markup.elements(words, _LISTED, work)]
    if any(map(_is_misnamed, listed)):
        raise FileRefused(_OTHERS)
    types = [each.get("contenttype", "") for each in listed]
    if any(_MACRO_TYPE.search(each) for each in types):
        raise FileRefused(_MACROS)
    if any(_OTHER_TYPE.search(each.strip()) for each in types):
        raise FileRefused(_OTHERS)
    if not any(package.declared in each for each in types):
        raise FileRefused(_DAMAGED)


def _is_misnamed(listed: Mapping[str, str]) -> bool:
    kind = listed.get("contenttype", "").partition(";")[0].strip().lower()
    name = (listed.get("partname") or f".{listed.get('extension', '')}").strip().lower()
    return kind.endswith(("xml", "vmldrawing")) and not name.endswith(_MARKUP)


def _refuse_relations(words: bytes, work: markup.Work) -> None:
    """A link that a person clicks may stay; anything a program would fetch by itself may not."""
    for relation in markup.elements(words, {"relationship"}, work):
        kind, target = (relation.attributes.get(name, "").strip() for name in ("type", "target"))
        if _MACRO_TYPE.search(kind) or _MACRO_TYPE.search(target):
            raise FileRefused(_MACROS)
        if _OTHER_TYPE.search(kind):
            raise FileRefused(_OTHERS)
        is_outside = relation.attributes.get("targetmode", "").strip().lower() == "external"
        is_link = kind.lower().endswith("/hyperlink") and targets.is_web(target)
        if _REACHING_TYPE.search(kind) or (is_outside or targets.is_outside(target)) and not is_link:
            raise FileRefused(_REACHES)


def _refuse_formulas(words: bytes, work: markup.Work) -> None:
    if any(reaches(each.text) for each in markup.elements(words, _FORMULAS, work)):
        raise FileRefused(_REACHES)


def _beginning(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """How a part begins; it is read to its end all the same, where its checksum is asked."""
    chunks = _read(archive, part)
    first = next(chunks, b"")
    for _ in chunks:
        pass
    return first


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part piece by piece, never more of it than the list of contents says."""
    left = part.file_size
    with archive.open(part) as opened:
        while chunk := opened.read(_STEP):
            left -= len(chunk)
            if left < 0:
                raise FileRefused(_BOMB)
            yield chunk
