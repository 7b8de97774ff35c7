"""What is asked of a provider's server, over a real connection: short, secret in its place, and never led elsewhere."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from cse_portal.sign_in.single_sign_on import web


class Server(BaseHTTPRequestHandler):
    """Answers, sends elsewhere, says too much or nothing that can be read."""

    asked: ClassVar[list[tuple[str, bytes, str]]] = []

    def do_GET(self) -> None:
        """By the path."""
        self.answer(b"")

    def do_POST(self) -> None:
        """With what was sent."""
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, sent: bytes) -> None:
        """One of the ways."""
        self.asked.append((self.path, sent, self.headers.get("Authorization", "")))
        said = {"/long": b"[" + b" " * web.LONGEST_ANSWER + b"]", "/text": b"<html>"}.get(
            self.path, b'{"a": 1}'
        )
        self.send_response({"/away": 302, "/no": 400}.get(self.path, 200))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:
        """Quietly."""


@pytest.fixture
def server() -> Iterator[str]:
    """Its address."""
    Server.asked.clear()
    running = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


def test_an_answer_is_read(server: str) -> None:
    assert web.ask(f"{server}/keys", None, {}) == json.loads('{"a": 1}')
    web.ask(f"{server}/token", {"code": "a b&c"}, web.basic("portal:x", "s/1"))
    assert Server.asked == [
        ("/keys", b"", ""),
        ("/token", b"code=a+b%26c", "Basic cG9ydGFsJTNBeDpzJTJGMQ=="),
    ]


@pytest.mark.parametrize("path", ["/away", "/no", "/long", "/text"])
def test_nothing_else_is_an_answer(server: str, path: str) -> None:
    with pytest.raises(web.NoAnswer):
        web.ask(f"{server}{path}", None, {})
    assert [asked[0] for asked in Server.asked] == [path]


def test_nothing_is_asked_in_the_open(server: str) -> None:
    for address in (f"{server}/keys", "ftp://127.0.0.1/keys", "file:///etc/hostname", ""):
        with pytest.raises(web.NoAnswer):
            web.fetch(address)
    assert Server.asked == []


def test_nobody_there(server: str) -> None:
    with pytest.raises(web.NoAnswer):
        web.fetch("https://127.0.0.1:1/keys")
