"""Whether the database still notes everything: its triggers, functions and rights are as the migrations made them.

What it must be like is read from the migrations themselves, never from the database that is being checked.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from cse_portal.audit import changes
from cse_portal.audit.standalone import Problem

APPEND_ONLY = ("audit_auditevent", "audit_change", "audit_seal")
NEVER_WRITTEN = (*APPEND_ONLY, "audit_reason")
HIDDEN = ("audit.fresh_payload", "audit.payload", "audit.subject_key")
FUNCTION = re.compile(r"CREATE FUNCTION (\w+(?:\.\w+)?)\(.*?\$\$(.*?)\$\$", re.DOTALL)
AFTER_EACH_ROW = 1 | 4 | 8 | 16  # pg_trigger.tgtype: for each row; insert, delete, update; not before
BEFORE_EACH_CHANGE = 1 | 2 | 8 | 16
BEFORE_EACH_UPDATE = 1 | 2 | 16
BEFORE_TRUNCATE = 2 | 32
TRIGGERS = """
SELECT c.relname, t.tgname, t.tgenabled::text, t.tgtype::int, t.tgfoid::regproc::text,
       t.tgqual IS NULL AND t.tgattr = ''
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relname = ANY (%s) AND NOT t.tgisinternal
"""
FUNCTIONS = """
SELECT p.pronamespace::regnamespace || '.' || p.proname, p.prosrc FROM pg_proc p
WHERE p.pronamespace = 'audit'::regnamespace OR p.proname = 'audit_refuse'
"""
WRITABLE = """
SELECT c.relname, p.privilege FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p (privilege)
WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace
AND has_table_privilege('cse_app', c.oid, privilege)
"""
READABLE = "SELECT t.name FROM unnest(%s) AS t (name) WHERE has_table_privilege('cse_app', t.name, 'SELECT')"
OPEN = """
SELECT c.relname FROM pg_class c WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace
AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
"""
RULES = "SELECT tablename, rulename FROM pg_rules WHERE tablename = ANY (%s)"


def problems() -> list[Problem]:
    """Whatever would let something pass unnoted."""
    tables = [*watched(), *APPEND_ONLY]
    found = [*_triggers(tables), *_functions()]
    for table, privilege in _ask(WRITABLE, list(NEVER_WRITTEN)):
        found.append(Problem(f"table {table}", f"the application may {privilege} its rows"))
    for (table,) in _ask(READABLE, list(HIDDEN)):
        found.append(Problem(f"table {table}", "the application may read it"))
    for (table,) in _ask(OPEN, list(NEVER_WRITTEN)):
        found.append(Problem(f"table {table}", "its row-level security is off"))
    for table, name in _ask(RULES, tables):
        found.append(Problem(f"table {table}", f"the rule {name} stands between a statement and its rows"))
    return found


@cache
def watched() -> dict[str, changes.Watched]:
    """Every watched table, as each app's migration says."""
    return {
        table: told
        for app in apps.get_app_configs()
        for file in sorted((Path(app.path) / "migrations").glob("*_watched.py"))
        for table, told in import_module(f"{app.name}.migrations.{file.stem}").TABLES.items()
    }


@cache
def _expected_functions() -> dict[str, str]:
    written = import_module("cse_portal.audit.migrations.0002_append_only")
    statements = "".join([written.REFUSE, written.STORES, written.APPEND, written.KEEPING])
    found = FUNCTION.findall(statements + changes.watch(watched()))
    return {name if "." in name else f"public.{name}": body for name, body in found}


def _functions() -> Iterator[Problem]:
    there = dict(_ask(FUNCTIONS))
    for name, body in _expected_functions().items():
        if name not in there:
            yield Problem(f"function {name}", "is missing")
        elif there[name] != body:
            yield Problem(f"function {name}", "is not as it was made")


def _expected_triggers() -> Iterator[tuple[str, str, int, str]]:
    for table in watched():
        yield table, "audit_change", AFTER_EACH_ROW, f"audit.changed_{table}"
        yield table, "audit_never_emptied", BEFORE_TRUNCATE, "audit_refuse"
    for table in APPEND_ONLY:
        yield table, "audit_append_only", BEFORE_EACH_CHANGE, "audit_refuse"
        yield table, "audit_never_emptied", BEFORE_TRUNCATE, "audit_refuse"
    yield "audit_reason", "audit_append_only", BEFORE_EACH_UPDATE, "audit_refuse"


def _triggers(tables: list[str]) -> Iterator[Problem]:
    there = {(row[0], row[1]): row[2:] for row in _ask(TRIGGERS, tables)}
    for table, name, kind, function in _expected_triggers():
        found = there.get((table, name))
        if found is None:
            yield Problem(f"table {table}", f"its trigger {name} is missing")
        elif found[0] not in ("O", "A"):
            yield Problem(f"table {table}", f"its trigger {name} is disabled")
        elif found[1:] != (kind, function, True):
            yield Problem(f"table {table}", f"its trigger {name} is not as it was made")


def _ask(statement: str, *words: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, words or None)
        return list(cursor.fetchall())
