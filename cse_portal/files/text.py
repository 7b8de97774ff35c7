"""Plain text: letters in UTF-8, or in Windows' own code and turned into it; nothing a program would run."""

import re

from cse_portal.files.errors import Fault, FileRefused, Refusal

# Text that some program runs or draws. Everything else of letters is a note, whatever it resembles.
_RUN = frozenset(
    {
        "text/html", "text/xml", "text/rtf", "text/x-shellscript", "text/x-msdos-batch", "text/x-php",
        "text/javascript", "text/vbscript",
    }
)  # fmt: skip
_NOT_PLAIN = Refusal(
    Fault.OTHERWISE,
    "This is not plain text. Open it, choose “Save as” and “plain text”, and choose that file",
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BEGINS_LIKE_A_PROGRAM = re.compile(
    r"\s*(#!|<\?|<!doctype|<html|<script|<svg|%pdf-|mz.\x00|\{\\rtf)", re.IGNORECASE
)


def may_be(sniffed: str) -> bool:
    """Whether what the first bytes resemble is text that only people read."""
    return sniffed not in _RUN and sniffed.startswith(("text/", "application/json", "application/csv"))


def look(content: bytes) -> bytes:
    """The text in UTF-8."""
    words = _decoded(content)
    if words is None or _CONTROLS.search(words) or _BEGINS_LIKE_A_PROGRAM.match(words):
        raise FileRefused(_NOT_PLAIN)
    return words.encode()


def _decoded(content: bytes) -> str | None:
    for code in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(code)
        except UnicodeDecodeError:
            continue
    return None
