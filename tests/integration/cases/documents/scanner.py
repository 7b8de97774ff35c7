"""A virus scanner of our own for tests: it speaks ClamAV's line, and may be well, slow, confused or silent."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.factories.documents import EICAR


class FakeClamd:
    """Answers on a free port of this machine, in the mood it is put in."""

    def __init__(self) -> None:
        self.mood = "well"
        self.scanned: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.1)
        self._going = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def stop(self) -> None:
        """Hang up."""
        self._going = False
        self._thread.join()
        self._server.close()

    def _serve(self) -> None:
        while self._going:
            try:
                line, _ = self._server.accept()
            except TimeoutError:
                continue
            with line:
                line.settimeout(5)
                try:
                    self._answer(line)
                except OSError:
                    continue

    def _answer(self, line: socket.socket) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += line.recv(1)
        if command == b"zPING\0":
            line.sendall(b"PONG\0")
            return
        if self.mood == "hangs up":
            return
        content = b""
        while length := struct.unpack("!L", _exactly(line, 4))[0]:
            content += _exactly(line, length)
        self.scanned.append(content)
        line.sendall(self._words(content))

    def _words(self, content: bytes) -> bytes:
        if self.mood == "slow":
            time.sleep(1.5)
        return {
            "error": b"INSTREAM size limit exceeded. ERROR\0",
            "other error": b"stream: Can't allocate memory ERROR\0",
            "half": b"stream: O",
            "nonsense": b"\xff\xfe\0",
            "empty": b"\0",
            "flood": b"stream: OK" * 2000,
        }.get(self.mood, b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@contextmanager
def fake_clamd() -> Iterator[FakeClamd]:
    """One that runs for a while."""
    scanner = FakeClamd()
    try:
        yield scanner
    finally:
        scanner.stop()


def _exactly(line: socket.socket, length: int) -> bytes:
    heard = b""
    while len(heard) < length:
        more = line.recv(length - len(heard))
        if not more:
            raise OSError("hung up")
        heard += more
    return heard
