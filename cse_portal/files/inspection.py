"""What a file really is: its name and its content must agree, and it is cleaned before it is kept.

PDF, Word, Excel, JPEG, PNG and plain text are taken. A refusal is a sentence for the person who sent the file.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import magic
from django.template.defaultfilters import filesizeformat

from cse_portal.files import office, pdf, pictures
from cse_portal.files.errors import Fault, FileRefused

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 120
_SNIFFED = 64 * 1024
_PACKAGE = frozenset({"application/zip", "application/octet-stream"})  # what libmagic may call an office file
# Text that a program runs or draws. Any other text is a note.
_RUN = frozenset(
    {
        "text/html", "text/xml", "text/rtf", "text/x-shellscript", "text/x-msdos-batch", "text/x-php",
        "text/javascript", "text/vbscript",
    }
)  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_UNFIT = re.compile(r'[<>:"|?*\\/]')


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: its bytes as they will be kept, its type, and the ending that goes with it."""

    content: bytes
    content_type: str
    extension: str


@dataclass(frozen=True)
class Kind:
    """One kind of file: what libmagic calls it, and what cleans it."""

    words: str
    content_type: str
    extension: str
    sniffed: frozenset[str]
    clean: Callable[[bytes], bytes]


def inspect(name: str, content: bytes) -> Inspected:
    """The file as it may be kept; FileRefused with what to do otherwise."""
    kind = _KINDS.get(_extension_of(name))
    if kind is None:
        raise FileRefused(Fault.KIND, "Choose a PDF, Word, Excel, JPEG, PNG or plain text file")
    if not content:
        raise FileRefused(Fault.EMPTY, "Choose a file that is not empty")
    if len(content) > LARGEST:
        raise FileRefused(Fault.LARGE, "Choose a file smaller than 20 MB")
    sniffed = magic.from_buffer(content[:_SNIFFED], mime=True)
    if not (_is_note(sniffed) if kind is _TEXT else sniffed in kind.sniffed):
        raise _misnamed(kind)
    return Inspected(kind.clean(content), kind.content_type, kind.extension)


def safe_name(name: str, extension: str) -> str:
    """The name without path, control or direction marks, with the ending that the file really has."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rpartition(".")[0] if _extension_of(last) else last
    spaced = re.sub(r"\s+", " ", _UNFIT.sub(" ", stem))
    seen = "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C").strip(" .")
    return f"{seen[:LONGEST_NAME].strip(' .') or 'document'}.{extension}"


def _extension_of(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def _is_note(sniffed: str) -> bool:
    return sniffed not in _RUN and sniffed.startswith(("text/", "application/json", "application/csv"))


def _misnamed(kind: Kind) -> FileRefused:
    words = f"This file is named as {kind.words} but is something else. Save it again as {kind.words}, and choose that"
    return FileRefused(Fault.OTHERWISE, words)


def _clean_text(content: bytes) -> bytes:
    """The text in UTF-8; it may have come in Windows' own code."""
    for code in ("utf-8-sig", "cp1252"):
        try:
            words = content.decode(code)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS.search(words):
            return words.encode()
    raise _misnamed(_TEXT)


_JPEG = Kind("a JPEG picture", "image/jpeg", "jpg", frozenset({"image/jpeg"}), pictures.redrawn_jpeg)
_TEXT = Kind("plain text", "text/plain; charset=utf-8", "txt", frozenset(), _clean_text)
_KINDS = {
    "pdf": Kind("a PDF", "application/pdf", "pdf", frozenset({"application/pdf"}), pdf.cleaned),
    "docx": Kind("a Word document", office.WORD, "docx", _PACKAGE | {office.WORD}, office.cleaned_word),
    "xlsx": Kind("an Excel workbook", office.EXCEL, "xlsx", _PACKAGE | {office.EXCEL}, office.cleaned_excel),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": Kind("a PNG picture", "image/png", "png", frozenset({"image/png"}), pictures.redrawn_png),
    "txt": _TEXT,
}
EXTENSIONS = tuple(_KINDS)
_SHORT = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel", "jpg": "JPEG", "png": "PNG", "txt": "Text"}


def described(name: str, size: int) -> str:
    """PDF, 2.1 MB."""
    extension = _extension_of(name)
    return f"{_SHORT.get(extension, extension)}, {filesizeformat(size)}".replace("\xa0", " ")
