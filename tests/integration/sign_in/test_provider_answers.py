"""What is asked of a provider's server, over a real connection: short, secret in its place, and never led elsewhere."""

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from requests.adapters import HTTPAdapter

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
        said = {
            "/long": b"{" + b" " * web.LONGEST_ANSWER + b"}", "/text": b"<html>", "/list": b'["access_token"]',
            "/deep": b'{"a":' * 100_000,
        }.get(self.path, b'{"a": 1}')  # fmt: skip
        self.send_response({"/away": 302, "/no": 400, "/nothing": 204}.get(self.path, 200))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:
        """Quietly."""


class QuietServer(ThreadingHTTPServer):
    """Whoever does not trust it hangs up."""

    def handle_error(self, *_: object) -> None:
        """Quietly."""


@contextmanager
def serving(over_tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Its address, while it runs."""
    Server.asked.clear()
    running = QuietServer(("127.0.0.1", 0), Server)
    if over_tls:
        running.socket = over_tls.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http{'s' if over_tls else ''}://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


@pytest.fixture(autouse=True)
def no_proxy_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own server is asked itself, wherever they run."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[str]:
    """Its address."""
    with serving() as address:
        yield address


@pytest.fixture
def asking(server: str) -> Iterator[web.Session]:
    """The portal's session, let to this server without TLS."""
    with web.Session() as session:
        session.mount(server, HTTPAdapter())
        yield session


def test_an_answer_is_read(server: str, asking: web.Session) -> None:
    assert asking.get(f"{server}/keys").json() == {"a": 1}
    asking.post(f"{server}/token", data={"code": "a b&c"}, auth=("portal", "s"))
    assert Server.asked == [("/keys", b"", ""), ("/token", b"code=a+b%26c", "Basic cG9ydGFsOnM=")]


@pytest.mark.parametrize("path", ["/away", "/no", "/nothing", "/long", "/text", "/list", "/deep"])
def test_nothing_else_is_an_answer(server: str, asking: web.Session, path: str) -> None:
    with pytest.raises(requests.RequestException):
        asking.get(f"{server}{path}")
    with pytest.raises(requests.RequestException):
        asking.get(f"{server}{path}", allow_redirects=True, timeout=None)
    assert [asked[0] for asked in Server.asked] == [path, path]


def test_nothing_is_asked_in_the_open(server: str) -> None:
    with web.Session() as session:
        for address in (f"{server}/keys", "ftp://127.0.0.1/keys", "file:///etc/hostname", "https://[", ""):
            with pytest.raises(requests.RequestException):
                session.get(address)
    assert Server.asked == []


def certificate(path: Path) -> Path:
    """A key and its certificate, signed by itself, for this computer."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, path.stem)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = made.add_extension(here, critical=False).sign(key, SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


def test_nobody_there() -> None:
    with web.Session() as session, pytest.raises(requests.RequestException):
        session.get("https://127.0.0.1:1/keys")


def test_only_a_certificate_that_this_computer_trusts_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine, others = certificate(tmp_path / "mine.pem"), certificate(tmp_path / "others.pem")
    over_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    over_tls.load_cert_chain(mine)
    with serving(over_tls) as address:
        for trusted, is_taken in ((others, False), (mine, True)):
            monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
            with web.Session() as session:
                if is_taken:
                    assert session.get(f"{address}/keys").json() == {"a": 1}
                else:
                    with pytest.raises(requests.exceptions.SSLError):
                        session.get(f"{address}/keys")


def test_no_password_of_this_computer_goes_along(
    server: str, asking: web.Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    asking.get(f"{server}/keys")
    assert Server.asked == [("/keys", b"", "")]


def test_a_proxy_of_the_environment_is_asked(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Noting(HTTPAdapter):
        def send(self, *args: Any, **kwargs: Any) -> requests.Response:
            asked.append(kwargs["proxies"])
            raise requests.ConnectionError

    monkeypatch.setattr(web, "HTTPAdapter", Noting)
    monkeypatch.setenv("https_proxy", "http://proxy.example.org:3128")
    monkeypatch.delenv("no_proxy")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with web.Session() as session, pytest.raises(requests.ConnectionError):
        session.get("https://sign-in.example.org/keys")
    assert asked[0]["https"] == "http://proxy.example.org:3128"
