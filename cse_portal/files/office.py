"""Word and Excel files: their list of contents, and nothing in it that runs, reaches out, or hides another file."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from cse_portal.files import markup
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
_SOMEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|//|\\)", re.IGNORECASE)
_WEB_TARGET = re.compile(r"^(?:https?:|mailto:|tel:|#)", re.IGNORECASE)
# Names of elements and attributes cannot be written in numbers: only parts with one of these are read as XML.
_HAS_FIELDS = re.compile(rb"instr", re.IGNORECASE)
_HAS_FORMULAS = re.compile(
    rb"[<:](?:f|formula[12]?|definedName|calculatedColumnFormula|totalsRowFormula)[\s/>]"
)
_FIELD = re.compile(r"DDE|INCLUDETEXT|INCLUDEPICTURE|QUOTE\s+\d", re.IGNORECASE)
_FORMULA_REACHES = re.compile(r"\b(WEBSERVICE|CALL|REGISTER|REGISTER\.ID|RTD|DDE)\s*\(", re.IGNORECASE)
_FIELDS = frozenset({"instrtext", "delinstrtext", "fldsimple"})
_FORMULAS = frozenset(
    {"f", "formula", "formula1", "formula2", "definedname", "calculatedcolumnformula", "totalsrowformula"}
)
_LISTED = frozenset({"default", "override"})


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
    try:
        markup.refuse_odd(words)
        if name == "[Content_Types].xml":
            _refuse_types(words, package)
        if name.lower().endswith(".rels"):
            _refuse_relations(words)
        if _HAS_FIELDS.search(words):
            _refuse_fields(words)
        if _HAS_FORMULAS.search(words):
            _refuse_formulas(words)
    except markup.MarkupDamaged:
        raise FileRefused(_DAMAGED) from None


def _refuse_types(words: bytes, package: Package) -> None:
    """The list of contents: no part runs or is a page, and the main one is what the file is named as."""
    types = [each.attributes.get("contenttype", "") for each in markup.elements(words, _LISTED)]
    if any(_MACRO_TYPE.search(each) for each in types):
        raise FileRefused(_MACROS)
    if any(_OTHER_TYPE.search(each.strip()) for each in types):
        raise FileRefused(_OTHERS)
    if not any(package.declared in each for each in types):
        raise FileRefused(_DAMAGED)


def _refuse_relations(words: bytes) -> None:
    """A link that a person clicks may stay; anything a program would fetch by itself may not."""
    for relation in markup.elements(words, {"relationship"}):
        kind, target = (relation.attributes.get(name, "").strip() for name in ("type", "target"))
        if _MACRO_TYPE.search(kind) or _MACRO_TYPE.search(target):
            raise FileRefused(_MACROS)
        if _OTHER_TYPE.search(kind):
            raise FileRefused(_OTHERS)
        is_outside = relation.attributes.get("targetmode", "").strip().lower() == "external"
        is_link = kind.lower().endswith("/hyperlink") and _WEB_TARGET.search(target)
        if _REACHING_TYPE.search(kind) or (is_outside or _SOMEWHERE.search(target)) and not is_link:
            raise FileRefused(_REACHES)


def _refuse_fields(words: bytes) -> None:
    """A field may stand in pieces: they are read as one."""
    found = markup.elements(words, _FIELDS)
    fields = "".join(
        each.text if "instr" in each.name else each.attributes.get("instr", "") for each in found
    )
    if _FIELD.search(fields):
        raise FileRefused(_REACHES)


def _refuse_formulas(words: bytes) -> None:
    if any(_FORMULA_REACHES.search(each.text) for each in markup.elements(words, _FORMULAS)):
        raise FileRefused(_REACHES)


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part, never more of it than the list of contents says."""
    with archive.open(part) as opened:
        words = opened.read(part.file_size + 1)
    if len(words) > part.file_size:
        raise FileRefused(_BOMB)
    return words
