"""Sixty things somebody might write into a document to make it fetch: none fetches, none takes a file along."""

import io
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from weasyprint.urls import URLFetcherResponse, URLFetchingError

from cse_portal.ui import pdf
from tests.unit.ui.test_pdf import rendered, texts

SECRET = "the-words-of-a-file-of-this-machine"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
PLACES = {
    "a file": "file://{secret}",
    "a file by another name": "FILE://localhost{secret}",
    "a file with blanks": " file://{secret} ",
    "a page of the network": "http://{server}/x",
    "a redirect to a file": "http://{server}/redirect",
    "a page without its scheme": "//{server}/x",
    "an asset that climbs": "asset:../../../../../../../../{secret}",
    "an archive of Java": "jar:file://{secret}!/x",
    "the other transfer": "ftp://{server}/x",
}
HOLDERS = {
    "a picture": '<img alt="" src="{0}">',
    "a choice of pictures": '<picture><source srcset="{0}"><img alt="" src="{0}"></picture>',
    "an object": '<object data="{0}"></object>',
    "an embedded thing": '<embed src="{0}">',
    "an attachment": '<link rel="attachment" href="{0}">',
    "a link to an attachment": '<a rel="attachment" href="{0}">a</a>',
    "a style sheet": '<link rel="stylesheet" href="{0}">',
    "an imported style": '<style>@import "{0}";</style>',
    "an imported style by address": "<style>@import url({0});</style>",
    "a background": '<p style="background: url({0})">x</p>',
    "a list's mark": '<ul style="list-style-image: url({0})"><li>x</li></ul>',
    "a font": '<style>@font-face {{ font-family: x; src: url({0}) }} p {{ font-family: x }}</style><p>x</p>',
    "content of its own": "<style>p::before {{ content: url({0}) }}</style><p>x</p>",
    "a border's picture": '<p style="border: 9px solid; border-image: url({0}) 9">x</p>',
    "the page's edge": '<style>@page {{ @top-left {{ content: url({0}) }} background: url({0}) }}</style>',
    "a picture in a drawing": SVG.replace("{}", "<image href='{0}' width='9' height='9'/>"),
    "an old picture in a drawing": SVG.replace("{}", "<image xlink:href='{0}' width='9' height='9'/>"),
    "a use in a drawing": SVG.replace("{}", "<use href='{0}#x'/>"),
    "a style in a drawing": SVG.replace("{}", "<style>@import url({0});</style><rect width='9' height='9'/>"),
    "a frame": '<iframe src="{0}"></iframe>',
    "a base": '<base href="{0}"><img alt="" src="x.png">',
}  # fmt: skip
CASES = [
    (holder, place)
    for holder in HOLDERS
    for place in ("a file", "a page of the network", "a redirect to a file")
]
CASES += [(holder, place) for holder in ("a picture", "an attachment", "a style sheet") for place in PLACES]


class Counting(BaseHTTPRequestHandler):
    """A server of the network, which notes who comes."""

    visits: list[str] = []
    secret = ""

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(302 if "redirect" in self.path else 200)
        self.send_header("Location", f"file://{self.secret}")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A secret file, and a server of this machine."""
    secret = tmp_path_factory.mktemp("machine") / "secret.txt"
    secret.write_text(SECRET)
    server = HTTPServer(("127.0.0.1", 0), Counting)
    Counting.secret = str(secret)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"secret": str(secret), "server": f"127.0.0.1:{server.server_port}"}
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that was really given something."""
    given: list[str] = []
    real = pdf.OwnAssetsOnly.fetch

    def noting(
        self: pdf.OwnAssetsOnly, url: str, headers: dict[str, str] | None = None
    ) -> URLFetcherResponse:
        answer = real(self, url, headers)
        given.append(url)
        return answer

    monkeypatch.setattr(pdf.OwnAssetsOnly, "fetch", noting)
    return given


@pytest.mark.parametrize(("holder", "place"), sorted(set(CASES)))
def test_nothing_is_fetched_and_nothing_taken_along(
    network: dict[str, str], fetched: list[str], holder: str, place: str
) -> None:
    Counting.visits.clear()
    drawn = rendered(HOLDERS[holder].format(PLACES[place].format(**network)) + "<p>Still here</p>")
    assert Counting.visits == []
    assert [
        url for url in fetched if not url.startswith(("asset:css/pdf.css", "asset:board.css", "data:"))
    ] == []
    words = " ".join(texts(drawn))
    assert "Still here" in words
    assert SECRET not in words
    assert not PdfReader(io.BytesIO(drawn.pdf)).attachments
    assert SECRET.encode() not in drawn.pdf


@pytest.mark.parametrize("place", ["a file", "a page of the network", "a redirect to a file"])
def test_what_cannot_be_drawn_without_it_is_not_drawn(
    network: dict[str, str], fetched: list[str], place: str
) -> None:
    Counting.visits.clear()
    profile = f"<style>@color-profile --x {{ src: url({PLACES[place].format(**network)}) }}</style>"
    with pytest.raises(URLFetchingError):
        rendered(profile)
    assert Counting.visits == []


def test_the_server_would_have_been_reached(network: dict[str, str]) -> None:
    """So that the tests above do not pass because nothing listens."""
    Counting.visits.clear()
    host, port = network["server"].split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"GET /here HTTP/1.0\r\n\r\n")
        line.recv(10)
    assert Counting.visits == ["/here"]
    assert Path(network["secret"]).read_text() == SECRET
