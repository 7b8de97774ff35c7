"""Documents as PDF: one function draws a template of `templates/pdf/` and lets nothing in from outside.

What people wrote is in these documents. Whatever it pretends to be, nothing is fetched but our own assets:
no file of the machine, no address of the network, no redirect.
"""

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousOperation
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

ASSET = "asset:"
TAGGED = "pdf/ua-1"  # headings, tables and pictures that a screen reader finds its way by
ASSET_KINDS = frozenset({".css", ".svg", ".png"})


class AddressRefused(ValueError):
    """A document asked for something that is not ours."""


class OwnAssetsOnly(URLFetcher):
    """Serves `asset:css/pdf.css` from our static files, and `data:` addresses; refuses everything else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The asset or the data; AddressRefused, which WeasyPrint notes and leaves out."""
        scheme = url[:6].lower()
        if scheme == ASSET:
            return _asset(url)
        if scheme.startswith("data:"):
            return super().fetch(url, headers)
        raise AddressRefused("Only the portal's own assets load in a document.")


@dataclass(frozen=True)
class Rendered:
    """A finished document."""

    pdf: bytes
    pages: int


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """The document as a tagged PDF."""
    return render_document(template, context).pdf


def render_document(template: str, context: dict[str, Any]) -> Rendered:
    """The document as a tagged PDF, and how many pages it has."""
    return draw(compose(template, context))


def compose(template: str, context: dict[str, Any]) -> str:
    """The document before it is drawn."""
    service = {
        "board_name": settings.BOARD_NAME,
        "board_area": settings.BOARD_AREA,
        "service_name": settings.SERVICE_NAME,
    }
    return render_to_string(template, {**service, **context})


def draw(page: str) -> Rendered:
    """A composed document as a tagged PDF, and how many pages it has."""
    document = HTML(string=page, url_fetcher=OwnAssetsOnly()).render(pdf_variant=TAGGED)
    return Rendered(document.write_pdf(pdf_variant=TAGGED), len(document.pages))


def _asset(url: str) -> URLFetcherResponse:
    name = url[len(ASSET) :]
    try:
        found = finders.find(name) if Path(name).suffix in ASSET_KINDS else None
    except SuspiciousOperation:
        found = None
    if not isinstance(found, str):
        raise AddressRefused("There is no such asset.")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": kind})
