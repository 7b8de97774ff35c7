"""Reading documents: what a PDF says, or the page that it would be drawn from."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from io import BytesIO
from unittest import mock

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


@contextmanager
def undrawn() -> Iterator[None]:
    """No document is drawn inside, nor measured."""
    drawing = "reporting.board.presenters.drawing"
    with (
        mock.patch("cse_portal.ui.pdf.HTML", Undrawn),
        mock.patch(f"{drawing}.HTML", Undrawn),
        mock.patch(f"{drawing}._overflowing", return_value=""),
    ):
        yield


def pages_of(document: bytes) -> list[str]:
    """The text of each page; of a document that was not drawn, all of it."""
    if document.startswith(b"%PDF-"):
        return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(document)).pages]
    page = re.sub("<(style|script).*?</\\1>", " ", document.decode(), flags=re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]+>", " ", page)).split())]


def words_of(document: bytes) -> str:
    """The text of the whole."""
    return " ".join(pages_of(document))
