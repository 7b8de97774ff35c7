"""PDFs: our marking and page numbers on every page, and nothing fetched from anywhere."""

import io
from typing import Any
from unittest.mock import patch

import pytest
from django.template import engines
from pypdf import PdfReader

from cse_portal.ui.pdf import AddressRefused, OwnAssetsOnly, Rendered, render_document

SAMPLE = (
    '{% extends "pdf/base.html" %}{% block title %}Sample{% endblock %}'
    "{% block content %}{{ body|safe }}{% endblock %}"
)
HOSTILE = [
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "http://127.0.0.1/",
    "https://example.org/x.png",
    "ftp://example.org/x",
    "asset:../pyproject.toml",
    "asset:/etc/passwd",
    "asset:css/../../manage.py",
    "asset:js/portal.js",
    "asset:css/none.css",
    "//example.org/x.css",
    "x.css",
    "",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_that_is_not_our_asset_is_refused(address: str) -> None:
    with pytest.raises((AddressRefused, ValueError)):
        OwnAssetsOnly().fetch(address)


def test_our_stylesheet_and_data_load() -> None:
    assert b"@page" in OwnAssetsOnly().fetch("asset:css/pdf.css").read()
    assert OwnAssetsOnly().fetch("data:text/plain,hello").read() == b"hello"


def test_every_page_is_marked_and_numbered() -> None:
    drawn = rendered("<h2>One</h2>" + 2 * '<h2 class="break-before">More</h2>')
    pages = texts(drawn)
    assert drawn.pages == len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert "OFFICIAL-SENSITIVE" in page
        assert f"Page {number} of 3" in page
        assert "Copy 7K3P" in page


def test_the_document_is_tagged_and_titled() -> None:
    reader = PdfReader(io.BytesIO(rendered("<h1>Minutes</h1>").pdf))
    assert reader.metadata is not None
    assert "Sample" in str(reader.metadata.title)
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def rendered(body: str) -> Rendered:
    """A document with this body, which is not escaped, as if a template had forgotten to."""

    def draw(_: str, context: dict[str, Any]) -> str:
        return engines["django"].from_string(SAMPLE).render(context)

    with patch("cse_portal.ui.pdf.render_to_string", draw):
        return render_document("", {"body": body, "copy_id": "Copy 7K3P"})


def texts(drawn: Rendered) -> list[str]:
    """What is on each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(drawn.pdf)).pages]
