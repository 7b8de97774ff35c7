"""docker-compose.yml: each service's own command runs here, natively, with production's settings."""

import dbm
import os
import re
import shelve
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
import yaml
from django.conf import settings

from cse_portal.demo import services
from tests.database import drop_database, superuser

COMPOSE = yaml.safe_load((services.ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
KEPT_FOR_THE_AUDIT = {"audit_signing_key"}
HOST = "portal.example.org"
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in ("root", "0", "0:0")


def test_only_the_web_server_has_a_port_and_only_for_this_machine() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }


def test_the_servers_reach_nothing_outside() -> None:
    assert COMPOSE["networks"]["internal"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["internal"]


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_files(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        words = ("KEY", "URL", "PASSWORD", "SECRET", "SINGLE_SIGN_ON")
        secret = any(word in variable for word in words) and "PUBLIC" not in variable
        assert not secret or (variable.endswith("_FILE") and value.startswith("/run/secrets/"))
        if secret:
            assert value.removeprefix("/run/secrets/") in SERVICES[name]["secrets"]


def test_the_keeper_alone_has_the_keys_of_the_audit_and_it_has_neither_files_nor_a_way_outside() -> None:
    holders = [name for name, each in SERVICES.items() if KEPT_FOR_THE_AUDIT & set(each.get("secrets", []))]
    mounted = {name: each.get("volumes", []) for name, each in SERVICES.items()}
    assert holders == [name for name in mounted if "seals:/seals" in mounted[name]] == ["keeper"]
    assert mounted["keeper"] == ["seals:/seals"]
    assert SERVICES["keeper"]["networks"] == ["internal"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Secrets and folders like a container's, around an empty database of the local server."""
    folder = tmp_path_factory.mktemp("compose")
    name = f"{settings.TEST_DATABASE}_compose_{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    services.prepare_database(os.environ["DATABASE_SUPERUSER_URL"], name)
    # Production refuses the local server's own folder, so it is reached by another name.
    local = parse_qs(urlsplit(os.environ["DATABASE_URL"]).query)["host"][0]
    (folder / "socket").symlink_to(local)
    address = f"postgres://{{}}@/{name}?host={str(folder / 'socket').replace('/', '%2F')}"
    values = {
        "secret_key": "a-key-of-a-test-" + "0123456789abcdef" * 4,
        "database_context_key": "another-key-of-a-test-" + "0123456789abcdef" * 4,
        "field_encryption_keys": "a-key-of-a-test-" + "0123456789abcdef" * 4,
        "database_url": address.format(services.APPLICATION_ROLE),
        "database_owner_url": address.format(services.OWNER_ROLE),
        "redis_url": urlsplit(os.environ["REDIS_URL"])._replace(path="/9").geturl(),
        "email_url": "smtp://127.0.0.1:9",
        "audit_signing_key": "5e" * 32,
    }
    (folder / "secrets").mkdir()
    for secret, value in values.items():
        (folder / "secrets" / secret).write_text(value)
    yield folder
    with superuser() as cursor:
        drop_database(cursor, name)


def environment_of(name: str, place: Path, port: int = 0) -> dict[str, str]:
    """A service's environment, its container's paths replaced by the test's."""
    inherited = {key: os.environ[key] for key in ("HOME", "LANG") if key in os.environ}
    inherited["PATH"] = f"{services.ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    own = {
        key: DEFAULT.sub(r"\1", str(value)).replace("/run/secrets", str(place / "secrets"))
        for key, value in SERVICES[name]["environment"].items()
    }
    changed = {
        "ALLOWED_HOSTS": HOST,
        "MASH_PHONE": "0121 000 0000",
        "DEFAULT_FROM_EMAIL": "portal@board.gov.uk",
        "BIND": f"127.0.0.1:{port}",
        "BEAT_SCHEDULE_FILE": str(place / "beat"),
        "FILES_FOLDER": str(place / "files"),
        "AUDIT_SEAL_SINK": str(place / "seals"),
        "LOG_LEVEL": "INFO",
    }
    return {**inherited, **own, **changed}


@contextmanager
def running(name: str, place: Path, port: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A service's own command, for the length of a block."""
    with (place / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            SERVICES[name]["command"],
            cwd=services.ROOT,
            env=environment_of(name, place, port),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def wait_until(condition: Callable[[], bool], log: Path, seconds: float = 30) -> None:
    """Until it holds; a service that never gets there shows what it said."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)


def answer(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and body of a page of the web service, 0 while nobody answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": HOST, **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except urllib.error.URLError:
        return 0, b""


@pytest.fixture(scope="module")
def migrated(place: Path) -> Path:
    """The place, after the migrate service has done its work as the owner."""
    done = subprocess.run(
        SERVICES["migrate"]["command"],
        cwd=services.ROOT,
        env=environment_of("migrate", place),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return place


@pytest.mark.long
def test_web_answers_and_is_ready(migrated: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running("web", migrated, port):
        wait_until(lambda: answer(port, "/livez")[0] == 200, migrated / "web.log")
        assert answer(port, "/readyz") == (
            200,
            b'{"status": "ok", "problems": [], '
            b'"notes": ["no virus scanner: files are checked by what is in them alone"]}',
        )
        check = SERVICES["web"]["healthcheck"]["test"][1:]
        subprocess.run(check, cwd=services.ROOT, env=environment_of("web", migrated, port), check=True)


@pytest.mark.long
def test_worker_answers_a_ping(migrated: Path) -> None:
    ping = ["celery", "--app", "cse_portal", "inspect", "ping", "--timeout", "2"]

    def answers() -> bool:
        asked = subprocess.run(
            ping, cwd=services.ROOT, env=environment_of("worker", migrated), capture_output=True, check=False
        )
        return b"pong" in asked.stdout

    with running("worker", migrated):
        wait_until(answers, migrated / "worker.log", seconds=60)


def ask_for(task: str, migrated: Path, *more: str) -> None:
    """Put a task into its queue, or another, as the clock does or as somebody who can write into Redis."""
    call = ["celery", "--app", "cse_portal", "call", task, *more]
    subprocess.run(
        call, cwd=services.ROOT, env=environment_of("beat", migrated), capture_output=True, check=True
    )


def waiting(queue: str, migrated: Path) -> int:
    """How many messages nobody has taken."""
    with redis.from_url((migrated / "secrets" / "redis_url").read_text()) as store:
        return int(store.llen(queue))


def succeeded(name: str, migrated: Path) -> set[str]:
    """The tasks that a service says it has done."""
    return set(re.findall(r"Task ([\w.]+)\[[\w-]+\] succeeded", (migrated / f"{name}.log").read_text()))


def seals(migrated: Path) -> list[str]:
    """The lines of the sink."""
    files = sorted((migrated / "seals").glob("*.jsonl"))
    return [line for file in files for line in file.read_text().splitlines()]


@pytest.fixture
def empty_queues(migrated: Path) -> Iterator[None]:
    """Nothing of an earlier test waits, nor is anything left for a later one."""
    with redis.from_url((migrated / "secrets" / "redis_url").read_text()) as store:
        store.flushdb()
        yield
        store.flushdb()


@pytest.mark.long
@pytest.mark.usefixtures("empty_queues")
def test_the_keeper_seals_and_the_worker_never_does(migrated: Path) -> None:
    ask_for("audit.seal", migrated)
    with running("worker", migrated):
        ask_for("audit.seal", migrated, "--queue", "celery")  # by somebody who would have the worker do it
        ask_for("jobs.sweep", migrated)
        wait_until(lambda: "jobs.sweep" in succeeded("worker", migrated), migrated / "worker.log", seconds=60)
    assert "audit.seal" not in succeeded("worker", migrated)
    assert (waiting("audit", migrated), seals(migrated)) == (1, [])
    with running("keeper", migrated):
        wait_until(lambda: "audit.seal" in succeeded("keeper", migrated), migrated / "keeper.log", seconds=60)
    assert seals(migrated) != []


@pytest.mark.long
def test_a_worker_that_does_other_work_does_not_start_with_a_key_of_the_audit(migrated: Path) -> None:
    for queues in ([], ["--queues", "celery"], ["--queues", "celery,audit"]):
        done = subprocess.run(
            ["celery", "--app", "cse_portal", "worker", "--concurrency", "1", *queues],
            cwd=services.ROOT,
            env={**environment_of("worker", migrated), "AUDIT_SIGNING_KEY": "5e" * 32},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode != 0
        assert "give it to the keeper alone" in done.stderr


@pytest.mark.long
def test_beat_has_taken_up_its_schedule(migrated: Path) -> None:
    """It writes it down a moment after it has said that it starts."""

    def taken_up() -> bool:
        try:
            with shelve.open(str(migrated / "beat"), flag="r") as schedule:  # noqa: S301 - written by our own beat
                return set(schedule["entries"]) >= set(settings.CELERY_BEAT_SCHEDULE)
        except (KeyError, *dbm.error):  # not there yet, or being written
            return False

    with running("beat", migrated):
        wait_until(taken_up, migrated / "beat.log", seconds=60)
