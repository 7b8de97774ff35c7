"""What a file really is: its name, what its first bytes say and what is inside must agree, and nothing in it may act.

PDF, Word, Excel, JPEG, PNG and plain text are taken. Whatever is found is a sentence for the person who sent it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import magic

from cse_portal.files import office, pdf, pictures, text
from cse_portal.files.errors import Fault, FileRefused, Refusal
from cse_portal.files.names import extension_of

LARGEST = 20 * 1024 * 1024
SNIFFED = 64 * 1024
EXTENSIONS = ("pdf", "docx", "xlsx", "jpg", "jpeg", "png", "txt")
# What python-magic may say of an office file; the rest is asked of its list of contents.
_PACKAGE = frozenset({"application/zip", "application/octet-stream"})


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: its bytes as they will be kept, what they are, and the ending that goes with it."""

    content: bytes
    content_type: str
    extension: str


@dataclass(frozen=True)
class Kind:
    """One kind of file: how it is recognised, and what looks into it and returns the bytes to keep."""

    words: str
    content_type: str
    extension: str
    sniffed: frozenset[str]
    look: Callable[[bytes], bytes]


_PDF = Kind("a PDF", "application/pdf", "pdf", frozenset({"application/pdf"}), pdf.look)
_WORD = Kind(
    "a Word document",
    office.WORD.content_type,
    "docx",
    _PACKAGE | {office.WORD.content_type},
    office.look_word,
)
_EXCEL = Kind(
    "an Excel workbook",
    office.EXCEL.content_type,
    "xlsx",
    _PACKAGE | {office.EXCEL.content_type},
    office.look_excel,
)
_JPEG = Kind("a JPEG picture", "image/jpeg", "jpg", frozenset({"image/jpeg"}), pictures.look_jpeg)
_PNG = Kind("a PNG picture", "image/png", "png", frozenset({"image/png"}), pictures.look_png)
_NO_KIND = Refusal(Fault.KIND, "Choose a PDF, Word, Excel, JPEG, PNG or plain text file")
_EMPTY = Refusal(Fault.EMPTY, "Choose a file that is not empty")
_LARGE = Refusal(Fault.LARGE, "Choose a file smaller than 20 MB")
_TEXT = Kind("plain text", "text/plain; charset=utf-8", "txt", frozenset(), text.look)
KINDS = {"pdf": _PDF, "docx": _WORD, "xlsx": _EXCEL, "jpg": _JPEG, "jpeg": _JPEG, "png": _PNG, "txt": _TEXT}


def inspect(name: str, content: bytes) -> Inspected:
    """The file as it may be kept; FileRefused with what to do otherwise."""
    kind = KINDS.get(extension_of(name))
    if kind is None:
        raise FileRefused(_NO_KIND)
    if not content:
        raise FileRefused(_EMPTY)
    if len(content) > LARGEST:
        raise FileRefused(_LARGE)
    if not _agrees(kind, content):
        words = (
            f"This file is named as {kind.words} but is something else. Open it, save it again as {kind.words}, "
            "and choose that"
        )
        raise FileRefused(Refusal(Fault.OTHERWISE, words))
    return Inspected(kind.look(content), kind.content_type, kind.extension)


def _agrees(kind: Kind, content: bytes) -> bool:
    """Whether the file's own bytes say what its name says."""
    sniffed = magic.from_buffer(content[:SNIFFED], mime=True)
    return text.may_be(sniffed) if kind is _TEXT else sniffed in kind.sniffed
