"""Row-level security: the words in which each floor's migration repeats its row rules to PostgreSQL.

The gate asks first; PostgreSQL asks again. A query that forgot `visible_to` finds no row that its asker may not see.
"""

import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from cse_portal import acting

POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY the_owner ON {table} TO cse_owner USING (true) WITH CHECK (true);
CREATE POLICY the_system ON {table} TO cse_app
    USING ((SELECT gate.is_system())) WITH CHECK ((SELECT gate.is_system()));
CREATE POLICY a_person ON {table} TO cse_app USING ({rule}) WITH CHECK ({check});
"""
UNDO = """
DROP POLICY a_person ON {table};
DROP POLICY the_system ON {table};
DROP POLICY the_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
BLOCK = 64  # bytes of SHA-256
# Every table of these apps hangs on a child's case, a concern or a submission.
FLOORS = ("cases", "intelligence", "mase")
UNPROTECTED = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND split_part(c.relname, '_', 1) = ANY(%s)
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'a_person'))
ORDER BY 1
"""
TOO_POWERFUL = "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"


def protect(rules: Mapping[str, str], *, writing: Mapping[str, str] | None = None) -> str:
    """SQL that lets a person reach, and write, only the rows for which the rule of the table holds.

    `writing` has the tables whose rows are written before their writer can see them, and under what condition.
    """
    checks = writing or {}
    return "".join(
        POLICY.format(table=table, rule=rule, check=checks.get(table, rule)) for table, rule in rules.items()
    )


def unprotect(rules: Mapping[str, str]) -> str:
    """The way back."""
    return "".join(UNDO.format(table=table) for table in reversed(list(rules)))


def set_context_key() -> None:
    """As the owner: the key of the settings, kept as the two pads of HMAC-SHA256 (RFC 2104)."""
    key = settings.DATABASE_CONTEXT_KEY.encode()
    padded = (key if len(key) <= BLOCK else hashlib.sha256(key).digest()).ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ mark for byte in padded) for mark in (0x36, 0x5C))
    with connection.cursor() as cursor:
        cursor.execute("SELECT gate.set_key(%s, %s)", [inner, outer])


class UnfitDatabase(Exception):
    """People would see more than they may."""


def refuse_unfit_database() -> None:
    """Asked by every process that serves people or works for the system, before its first request or job."""
    if found := problems():
        raise UnfitDatabase("This database is not fit to serve people: " + "; ".join(found) + ".")


def problems() -> list[str]:
    """What makes this database unfit to serve people: a table without policies, a role they do not bind, a lost key."""
    with acting.acting(acting.NOBODY), connection.cursor() as cursor:
        cursor.execute(UNPROTECTED, [list(FLOORS)])
        found = [f"{name} has no row-level security" for (name,) in cursor.fetchall()]
        cursor.execute(TOO_POWERFUL)
        found += [f"{name} is not bound by row-level security" for (name,) in cursor.fetchall()]
    return found if _knows_our_key() else [*found, "it does not know this portal's DATABASE_CONTEXT_KEY"]


def _knows_our_key() -> bool:
    try:
        with transaction.atomic(), acting.for_the_system(), connection.cursor() as cursor:
            cursor.execute("SELECT gate.is_system()")
            return cursor.fetchone() == (True,)
    except ProgrammingError:
        return False
