"""`make demo`: one command on a fresh checkout gives a portal to walk about in, and leaves nothing behind."""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cse_portal.demo.services import ROOT

NOT_OF_THE_CHECKOUT = {".git", ".venv", "node_modules", "var", "staticfiles", "mutants", "tests", "docs"}
LAST_WORDS = "Ctrl-C stops it; `make reset` starts afresh."
MINUTES = 45.0  # on a machine with both cores full; a minute or two otherwise
PROGRAMS = ("gunicorn", "worker", "beat", "postgres", "redis")


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A fresh copy of the portal, which has no data yet, where PostgreSQL's own user can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    folder.chmod(0o755)
    shutil.copytree(ROOT, folder / "cse", ignore=_left_out)
    try:
        yield folder / "cse"
    finally:
        shutil.rmtree(folder)


def _left_out(folder: str, names: list[str]) -> set[str]:
    gone = {name for name in names if name.startswith(".") or name == "__pycache__"}
    return gone | (NOT_OF_THE_CHECKOUT & set(names) if Path(folder) == ROOT else set())


def a_free_port() -> int:
    """One that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running_in(checkout: Path) -> list[str]:
    """The command of every process that was started from there or over data that lie there."""
    found = []
    for process in psutil.process_iter():
        try:
            words, place = process.cmdline(), process.cwd()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if Path(place).is_relative_to(checkout) or any(str(checkout) in word for word in words):
            found.append(" ".join(words))
    return found


def wait_for_seals(checkout: Path) -> None:
    """The demo's one worker keeps the audit, too: with its clock's second minute it has sealed."""
    until = time.monotonic() + 180
    while not list((checkout / "var" / "seals").glob("*.jsonl")):
        assert time.monotonic() < until, (checkout / "var" / "log" / "worker.log").read_text()[-3000:]
        time.sleep(1)


class Visitor:
    """A browser without scripts: it keeps cookies and sends forms."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def reads(self, path: str, **words: str) -> str:
        """A page, or what comes back of a form."""
        form = urllib.parse.urlencode(words).encode() if words else None
        headers = {"Referer": f"{self.base}{path}", "Origin": self.base}
        request = urllib.request.Request(f"{self.base}{path}", form, headers)
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def becomes(self, person: str) -> str:
        """Presses this person's button on the demo's own page; returns their first page."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.reads("/demo/"))
        assert token is not None
        return self.reads("/demo/", csrfmiddlewaretoken=token[1], person=person)


@pytest.mark.long
def test_one_command_starts_a_portal_to_walk_about_in_and_ctrl_c_leaves_nothing_running(
    checkout: Path,
) -> None:
    port = a_free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    demo = subprocess.Popen(
        [sys.executable, "-m", "cse_portal.demo.serve", "--port", str(port)],
        cwd=checkout, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    patience = threading.Timer(60 * MINUTES, demo.terminate)
    patience.start()
    try:
        assert demo.stdout is not None
        said: list[str] = []
        for line in demo.stdout:
            said.append(line)
            if LAST_WORDS in line:
                break
        assert LAST_WORDS in "".join(said[-1:]), "".join(said)
        running = "\n".join(running_in(checkout))
        assert [name for name in PROGRAMS if name not in running] == []
        practitioner = Visitor(port)
        assert "Priya" in practitioner.becomes("practitioner")
        assert re.search(
            r'<th scope="row"><a class="govuk-link" href="/cases/[\w-]+/"', practitioner.reads("/cases/")
        )
        wait_for_seals(checkout)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=90) == 0, demo.stdout.read()
        assert running_in(checkout) == []
    finally:
        patience.cancel()
        demo.terminate()  # if it still runs
        demo.communicate(timeout=90)
