"""ClamAV, asked over its own line: is there something bad in these bytes? Only a plain OK is a no.

An error, a silence, half an answer or no answer at all is ScannerSilent: the file waits and is asked about again.
"""

import socket
import struct
import time
from dataclasses import dataclass

from django.conf import settings

from cse_portal.files.errors import Fault, FileRefused, ScannerSilent

CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


@dataclass(frozen=True)
class Verdict:
    """What the scanner found; nothing means clean."""

    found: str = ""

    @property
    def clean(self) -> bool:
        """Nothing was found."""
        return not self.found


def is_configured() -> bool:
    """Whether this portal has a scanner at all."""
    return bool(settings.CLAMD_ADDRESS)


def answers(*, within: float | None = None) -> bool:
    """Whether the scanner is there; a busy one may take as long as for a file, unless somebody waits for the answer."""
    seconds = settings.CLAMD_TIMEOUT_SECONDS
    try:
        return _ask(b"zPING\0", seconds if within is None else min(within, seconds)) == "PONG"
    except ScannerSilent:
        return False


def scan(content: bytes) -> Verdict:
    """The scanner's verdict on these bytes; ScannerSilent unless it is a clear one."""
    chunks = (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    body = b"".join(struct.pack("!L", len(chunk)) + chunk for chunk in chunks)
    answer = _ask(b"zINSTREAM\0" + body + struct.pack("!L", 0), settings.CLAMD_TIMEOUT_SECONDS)
    if answer == "stream: OK":
        return Verdict()
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(answer.removeprefix("stream: ").removesuffix(" FOUND") or "something")
    raise ScannerSilent(answer[:100])


def require_clean(content: bytes) -> bool:
    """Whether a scanner found these bytes clean; False where there is none. FileRefused unless its answer is clear."""
    if not is_configured():
        return False
    try:
        verdict = scan(content)
    except ScannerSilent:
        words = "The virus scanner does not answer now. Try again in a few minutes"
        raise FileRefused(Fault.UNSCANNED, words) from None
    if not verdict.clean:
        raise FileRefused(Fault.VIRUS, "A virus was found in this file. Tell your IT support")
    return True


def _ask(question: bytes, seconds: float) -> str:
    """One question on a line of its own: `host:port`, or the path of a socket."""
    address = settings.CLAMD_ADDRESS
    ends = time.monotonic() + seconds
    try:
        with _line(address, seconds) as line:
            line.sendall(question)
            return _answer(line, ends)
    except (OSError, UnicodeDecodeError, ValueError) as problem:
        raise ScannerSilent(type(problem).__name__) from problem


def _line(address: str, seconds: float) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(seconds)
        line.connect(address)
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=seconds)


def _answer(line: socket.socket, ends: float) -> str:
    """Everything up to the null byte that ends it, in the time there is."""
    heard = b""
    while not heard.endswith(b"\0"):
        line.settimeout(max(0.01, ends - time.monotonic()))
        more = line.recv(LONGEST_ANSWER)
        if not more or len(heard) > LONGEST_ANSWER:
            raise ScannerSilent("half an answer")
        heard += more
    return heard.rstrip(b"\0\n").decode()
