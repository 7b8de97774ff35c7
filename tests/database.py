"""The test database: migrated by the owner, cleaned by the superuser, used by the application role.

A template is migrated once for a given set of migrations; each test process works on its own copy of it.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from cse_portal import acting
from cse_portal.demo import services

TEMPLATE = "test_template"
# What decides the content of a freshly migrated database.
MIGRATED_FROM = (
    "*/migrations/*.py", "cse_portal/*/migrations/*.py", "cse_portal/reference/**/*", "**/*.sql",
    "cse_portal/row_security.py", "cse_portal/audit/*.py", "cse_portal/access/records.py",
    "reporting/retention/services/disposal_sql.py",
)  # fmt: skip
KEPT_TABLES = "reference_%|auth_permission|django_content_type|django_migrations"

DELETE_ALL_ROWS = f"""
SET lock_timeout = '20s';
SET session_replication_role = replica;
DO $$
DECLARE
    name regclass;
    filled boolean;
BEGIN
    FOR name IN
        SELECT c.oid::regclass FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          AND c.relname NOT SIMILAR TO '{KEPT_TABLES}'
          AND pg_relation_size(c.oid) > 0
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %s', name);
        END IF;
    END LOOP;
END $$;
"""


def start_services() -> None:
    """Start the tests' own servers, unless the environment names others; they stay for the next run."""
    if "DATABASE_URL" not in os.environ:
        os.environ.update(services.start(services.VAR / "test", durable=False).as_environment())


def make(*, keep: bool = False) -> None:
    """This process's own migrated database, in which Django is the application role; kept, it is only emptied."""
    name = connection.settings_dict["TEST"]["NAME"]
    with superuser() as cursor:
        # Held while the template is made and copied: no other test process may look at it meanwhile.
        cursor.execute("SELECT pg_advisory_lock(20260327)")
        if not _is_current(cursor, TEMPLATE):
            _make_template(cursor)
        if not (keep and _is_current(cursor, name)):
            _copy_template(cursor, name)
    if keep:
        empty(name)
    _point_at(name)
    TransactionTestCase._fixture_teardown = _delete_all_rows  # type: ignore[method-assign]


def empty(name: str) -> None:
    """No row is left but reference data.

    A browser that is still open may ask on: what it saves and this can wait for each other, and then this begins again.
    """
    for is_last in (False, False, True):
        with superuser(name) as cursor:
            try:
                cursor.execute(DELETE_ALL_ROWS)
            except psycopg2.errors.DeadlockDetected:
                if is_last:
                    raise
            else:
                return


def drop(name: str | None = None) -> None:
    """Remove this process's database, or another of its own."""
    connection.close()
    with superuser() as cursor:
        drop_database(cursor, name or connection.settings_dict["NAME"])


@contextmanager
def another(kind: str, *, keep: bool = False) -> Iterator[str]:
    """One more freshly migrated database of this process, in which Django works inside the block; then it goes."""
    name = f"{connection.settings_dict['TEST']['NAME']}_{kind}"
    with superuser() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20260327)")
        _copy_template(cursor, name)
    with at(name):
        yield name
    if not keep:
        drop(name)


@contextmanager
def at(name: str) -> Iterator[None]:
    """Django works in this database of the process, and afterwards in the one before."""
    before = connection.settings_dict["NAME"]
    _point_at(name)
    try:
        yield
    finally:
        _point_at(before)


def process_environment() -> dict[str, str]:
    """The environment in which a program a test starts works on the same database."""
    return {
        **os.environ,
        "DB_NAME": connection.settings_dict["NAME"],
        "DJANGO_SETTINGS_MODULE": "cse_portal.settings.test",
    }


@contextmanager
def superuser(name: str = "postgres") -> Iterator[Cursor]:
    """A cursor no part of the product has: for making, cleaning and breaking databases in tests."""
    url = urlsplit(os.environ["DATABASE_SUPERUSER_URL"])._replace(path=f"/{name}").geturl()
    with closing(psycopg2.connect(url)) as opened:
        opened.autocommit = True
        yield opened.cursor()


@contextmanager
def heard_from_the_server() -> Iterator[list[str]]:
    """What PostgreSQL writes into its own log inside the block, whole, once the block is over."""
    said: list[str] = []
    with superuser() as cursor:
        cursor.execute("SELECT size FROM pg_stat_file('log')")
        ((begin,),) = cursor.fetchall()
        yield said
        cursor.execute("SELECT pg_read_binary_file('log', %s, 100000000)", [begin])
        ((text,),) = cursor.fetchall()
        said.append(bytes(text).decode(errors="replace"))


def _delete_all_rows(test: TransactionTestCase) -> None:
    """Django's flush needs TRUNCATE, which the application role must not have."""
    connection.close()
    empty(connection.settings_dict["NAME"])


def _fingerprint() -> str:
    digest = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    root = services.ROOT
    for path in sorted({path for pattern in MIGRATED_FROM for path in root.glob(pattern) if _counts(path)}):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    return (
        path.is_file()
        and path.suffix in {".py", ".json", ".sql"}
        and not {"node_modules", "mutants"} & set(path.relative_to(services.ROOT).parts)
    )


def _is_current(cursor: Cursor, name: str) -> bool:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() == (_fingerprint(),)


def _note_fingerprint(cursor: Cursor, name: str) -> None:
    said = sql.SQL("COMMENT ON DATABASE {} IS {}")
    cursor.execute(said.format(sql.Identifier(name), sql.Literal(_fingerprint())))


def _copy_template(cursor: Cursor, name: str) -> None:
    drop_database(cursor, name)
    cursor.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
            sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(services.OWNER_ROLE)
        )
    )
    # A copy has all that is in its template, and not what is said of the database itself.
    cursor.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    _note_fingerprint(cursor, name)


def _make_template(cursor: Cursor) -> None:
    drop_database(cursor, TEMPLATE)
    services.prepare_database(os.environ["DATABASE_SUPERUSER_URL"], TEMPLATE)
    _point_at(TEMPLATE, role=services.OWNER_ROLE)
    try:
        # Nobody asks the gate, which is not there yet; a process forked from running tests acts as the system by now.
        with acting.acting(acting.NOBODY):
            call_command("migrate", verbosity=0)
    finally:
        connection.close()
    _note_fingerprint(cursor, TEMPLATE)


def _point_at(name: str, *, role: str = services.APPLICATION_ROLE) -> None:
    """Django's connection, in this and every later thread."""
    connection.close()
    address = os.environ["DATABASE_OWNER_URL" if role == services.OWNER_ROLE else "DATABASE_URL"]
    parts = urlsplit(address)
    connection.settings_dict.update(NAME=name, USER=parts.username or "", PASSWORD=parts.password or "")


def drop_database(cursor: Cursor, name: str) -> None:
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
