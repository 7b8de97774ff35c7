"""`make demo`: every part of the portal as children of one supervisor, which leaves none of them behind."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil

from cse_portal.demo import services
from cse_portal.demo.people import CAST
from cse_portal.settings.clock import AUDIT_QUEUE

ROOT = services.ROOT
VAR = services.VAR
PROCESSES = VAR / "demo.json"
STATIC_MANIFEST = ROOT / "staticfiles" / "staticfiles.json"
WRITTEN = VAR / "board-written"
SECONDS_TO_STOP = 10
SECONDS_TO_ANSWER = 60


class CannotStart(Exception):
    """Something a person can put right; the message says what."""


class Stopped(BaseException):
    """Someone asked the demo to end."""


@dataclass
class Child:
    """One program of the demo, restarted if it dies while the demo runs."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0

    @property
    def log(self) -> Path:
        """Where it writes what it says."""
        return VAR / "log" / f"{self.name}.log"

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone, which ends it in order."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.started_at = time.monotonic()

    def has_died(self) -> bool:
        """Whether it ended although nobody asked."""
        return self.process is not None and self.process.poll() is not None

    def died_at_once(self) -> bool:
        """Whether starting it again would be of no use."""
        return time.monotonic() - self.started_at < 5


def serve(port: int) -> None:
    """Start everything, say where it is, and watch over it until asked to stop."""
    _refuse_second_demo()
    _refuse_taken_port(port)
    (VAR / "log").mkdir(parents=True, exist_ok=True)
    children: list[Child] = []
    own_servers = "DATABASE_URL" not in os.environ
    try:
        print("Starting the CSE Portal.", flush=True)
        if own_servers:
            with _undisturbed():
                os.environ.update(services.start().as_environment())
        _prepare_board(own_servers=own_servers)
        web, *others = _children(port)
        _start([web], children)
        _wait_for_answer(children, port)
        _start(others, children)  # now: what they load would keep the first page waiting
        _announce(port)
        _watch(children)
    except (Stopped, KeyboardInterrupt):
        print("\nStopping the CSE Portal.", flush=True)
    finally:
        _on_signals(signal.SIG_IGN)
        _end([child.process.pid for child in children if child.process is not None])
        if own_servers:
            services.stop()
        PROCESSES.unlink(missing_ok=True)


def stop() -> None:
    """Stop a running demo, and whatever one that was killed has left behind."""
    if (supervisor := _running_demo()) is not None:
        supervisor.terminate()
        psutil.wait_procs([supervisor], timeout=4 * SECONDS_TO_STOP)
    _end([process.pid for process in _remembered()])
    PROCESSES.unlink(missing_ok=True)
    for folder in (VAR, VAR / "test"):
        services.stop(folder)


def _prepare_board(*, own_servers: bool) -> None:
    """Bring static files, the database and the fictional board up to date; nothing where they are."""
    if _is_older(STATIC_MANIFEST, [*(ROOT / "static").rglob("*"), ROOT / "requirements-dev.lock"]):
        _manage("collectstatic", "--no-input", "--clear", "--verbosity", "0")
    migrations = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("cse_portal/*/migrations/*.py")]
    if own_servers and not _is_older(WRITTEN, migrations):
        return
    as_owner = {"USE_OWNER_ROLE": "1"} if "DATABASE_OWNER_URL" in os.environ else {}
    _manage("migrate", "--verbosity", "0", **as_owner)
    # Nobody's sight is asked about while the board is written, and the owner's answers come sooner.
    _manage("load_demo", **as_owner)
    WRITTEN.touch()


def _is_older(made: Path, sources: Iterable[Path]) -> bool:
    """Whether something was not made yet, or before one of its sources."""
    return not made.exists() or max(path.stat().st_mtime for path in sources) > made.stat().st_mtime


def _start(new: list[Child], children: list[Child]) -> None:
    children += new
    with _undisturbed():
        for child in new:
            child.start()
        _remember(children)


def _manage(*arguments: str, **environment: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=_environment(**environment), check=False)
    if done.returncode < 0:
        raise Stopped
    if done.returncode:
        raise CannotStart(f"`manage.py {arguments[0]}` failed; its own words are above.")


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "cse_portal.settings.demo", **more}


def _children(port: int) -> list[Child]:
    """The web server, the worker and the clock, as in docker-compose.yml but smaller: its worker is the keeper, too."""
    celery = [sys.executable, "-m", "celery", "--app", "cse_portal", "--quiet"]
    commands = {
        "web": [sys.executable, "-m", "gunicorn", "--config", "python:cse_portal.gunicorn"],
        "worker": [
            *celery,
            "worker",
            "--queues",
            f"celery,{AUDIT_QUEUE}",
            "--concurrency",
            "1",
            "--loglevel",
            "INFO",
        ],
        "beat": [*celery, "beat", "--loglevel", "INFO"],
    }
    environment = _environment(BIND=f"127.0.0.1:{port}", PORTAL_ADDRESS=f"http://127.0.0.1:{port}")
    return [Child(name, command, environment) for name, command in commands.items()]


def _wait_for_answer(children: list[Child], port: int) -> None:
    until = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < until:
        _refuse_dead(children)
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise CannotStart(f"The portal does not answer. Its own words are in {VAR / 'log'}.")


def _announce(port: int) -> None:
    print(f"\nThe CSE Portal is at http://127.0.0.1:{port}/demo/\nSign in there as:\n")
    for member in CAST:
        print(f"  {member.key:<14} {member.full_name}, {member.job_title}. {member.sees}")
    print(
        "\nEverybody and every child in it is invented. Ctrl-C stops it; `make reset` starts afresh.",
        flush=True,
    )


def _watch(children: list[Child]) -> None:
    """Restart what dies; end when asked, or when the person who started the demo is gone."""
    parent = os.getppid()
    while not ("MAKELEVEL" in os.environ and os.getppid() != parent):
        for child in children:
            if child.has_died():
                _refuse_dead([child] if child.died_at_once() else [])
                print(f"The {child.name} ended; starting it again.", flush=True)
                child.start()
                _remember(children)
        time.sleep(0.5)


def _refuse_dead(children: list[Child]) -> None:
    for child in children:
        if child.has_died():
            last_words = "\n".join(child.log.read_text(errors="replace").splitlines()[-15:])
            raise CannotStart(f"The {child.name} does not start. The end of {child.log}:\n{last_words}")


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotStart(
                f"Port {port} is in use by another program. Choose another: PORT={port + 1} make demo"
            ) from None


def _refuse_second_demo() -> None:
    if (supervisor := _running_demo()) is not None:
        raise CannotStart(
            f"A demo of this checkout is running already (process {supervisor.pid}). Stop it: make stop"
        )
    _end([process.pid for process in _remembered()])


def _remember(children: list[Child]) -> None:
    """Note who runs, and since when: a number used again is not one of them."""
    own = [psutil.Process()]
    theirs = [psutil.Process(child.process.pid) for child in children if child.process is not None]
    PROCESSES.write_text(json.dumps([[process.pid, process.create_time()] for process in own + theirs]))


def _remembered() -> list[psutil.Process]:
    """Those of the last demo that still run; the supervisor, if it does, comes first."""
    try:
        noted = json.loads(PROCESSES.read_text())
    except (FileNotFoundError, ValueError):
        return []
    alive = []
    for pid, created in noted:
        if psutil.pid_exists(pid) and abs(psutil.Process(pid).create_time() - created) < 1:
            alive.append(psutil.Process(pid))
    return alive


def _running_demo() -> psutil.Process | None:
    alive = _remembered()
    return alive[0] if alive and any("cse_portal.demo.serve" in word for word in alive[0].cmdline()) else None


def _end(pids: list[int]) -> None:
    """Ask politely, wait, then insist; with everything they started."""
    processes = []
    for pid in pids:
        if psutil.pid_exists(pid):
            process = psutil.Process(pid)
            processes += [process, *process.children(recursive=True)]
    for pid in pids:
        _signal(pid, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=SECONDS_TO_STOP)
    for process in alive:
        _signal(process.pid, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=SECONDS_TO_STOP)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _on_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let what starts programs come to its end first: half a start would leave one behind."""
    asked: list[int] = []
    _on_signals(lambda number, frame: asked.append(number))
    try:
        yield
    finally:
        _on_signals(_raise_stopped)
        if asked:
            raise Stopped


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--stop", action="store_true", help="stop a demo that runs")
    arguments = parser.parse_args()
    _on_signals(_raise_stopped)
    try:
        stop() if arguments.stop else serve(arguments.port)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
