"""Whether the database still notes everything: its triggers, functions and rights are as the migrations made them.

What it must be like is read from what the release ships (shape.json, the lists of watched tables), never from the
database that is being checked.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from cse_portal.audit import changes, shape
from cse_portal.audit.standalone import Problem

APPEND_ONLY = ("audit_auditevent", "audit_change", "audit_seal")
NEVER_WRITTEN = (*APPEND_ONLY, "audit_reason")
HIDDEN = ("audit.fresh_payload", "audit.payload", "audit.subject_key")
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
# In any other mode this application's own statements pass the triggers by: a role can be given one for good.
PAST_TRIGGERS = """
SELECT m.mode FROM current_setting('session_replication_role') AS m (mode) WHERE m.mode <> 'origin'
"""


def problems() -> list[Problem]:
    """Whatever would let something pass unnoted."""
    tables = [*watched(), *APPEND_ONLY]
    found = [
        *_triggers(),
        *_compared("function", shape.shipped()["functions"], shape.functions()),
        *_policies(),
    ]
    for (mode,) in _ask(PAST_TRIGGERS):
        found.append(Problem("the application", f"its statements pass the triggers by, as {mode}"))
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


def _compared(kind: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[Problem]:
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs:
            yield Problem(f"{kind} {name}", "is missing")
        elif name not in ours:
            yield Problem(f"{kind} {name}", "is not this release's")
        elif ours[name] != theirs[name]:
            yield Problem(f"{kind} {name}", "is not as it was made")


def _policies() -> Iterator[Problem]:
    """Compared where this PostgreSQL puts an expression into the same words as the one the release was made with."""
    if shape.server() == shape.shipped()["server"]:
        yield from _compared("policies of", shape.shipped()["policies"], shape.policies())


def _triggers() -> Iterator[Problem]:
    ours, theirs = shape.shipped()["triggers"], shape.triggers()
    for name in sorted(ours.keys() | theirs.keys()):
        table, _, trigger = name.partition(".")
        digest, fires = theirs.get(name, ("", False))
        if name not in theirs:
            yield Problem(f"table {table}", f"its trigger {trigger} is missing")
        elif name not in ours:
            yield Problem(f"table {table}", f"the trigger {trigger} is not this release's")
        elif not fires:
            yield Problem(f"table {table}", f"its trigger {trigger} is disabled")
        elif digest != ours[name]:
            yield Problem(f"table {table}", f"its trigger {trigger} is not as it was made")


def _ask(statement: str, *words: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, words or None)
        return list(cursor.fetchall())
