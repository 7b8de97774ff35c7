"""Reading documents: what a PDF says, or the page that it would be drawn from."""

import re
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader


class Undrawn:
    """In place of WeasyPrint's HTML: the page itself, in tests that look at words alone. Drawing takes a second."""

    pages: tuple[object, ...] = ()

    def __init__(self, string: str, **_: object) -> None:
        self.string = string

    def render(self, **_: object) -> "Undrawn":
        """As it is."""
        return self

    def write_pdf(self, **_: object) -> bytes:
        """As it is."""
        return self.string.encode()


def leave_packs_undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A board pack is kept as the page it would be drawn from: drawing it for each board takes five seconds."""
    monkeypatch.setattr("reporting.board.presenters.drawing.HTML", Undrawn)
    monkeypatch.setattr("reporting.board.presenters.drawing._overflowing", lambda *_: "")


def pages_of(document: bytes) -> list[str]:
    """The text of each page; of a document that was not drawn, all of it."""
    if document.startswith(b"%PDF-"):
        return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(document)).pages]
    page = re.sub("<(style|script).*?</\\1>", " ", document.decode(), flags=re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]+>", " ", page)).split())]


def words_of(document: bytes) -> str:
    """The text of the whole."""
    return " ".join(pages_of(document))
