"""Row-level security: the words in which each floor's migration repeats its row rules to PostgreSQL.

The gate asks first; PostgreSQL asks again. A query that forgot `visible_to` finds no row that its asker may not see.
"""

import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from cse_portal import acting
from cse_portal.access import server_log
from cse_portal.audit import catalogue

POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY the_owner ON {table} TO cse_owner USING (true) WITH CHECK (true);
CREATE POLICY the_system ON {table} TO cse_app
    USING ((SELECT gate.is_system())) WITH CHECK ((SELECT gate.is_system()));
CREATE POLICY a_person ON {table} TO cse_app USING ({rule}) WITH CHECK ({check});
SELECT gate.note_policies('{table}');
"""
UNDO = """
SELECT gate.forget_policies('{table}');
DROP POLICY a_person ON {table};
DROP POLICY the_system ON {table};
DROP POLICY the_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
BLOCK = 64  # bytes of SHA-256
# Every table of these apps hangs on a child's case, a concern or a submission.
FLOORS = ("cases", "intelligence", "mase")
# Tables of other apps whose rows not everybody may read.
BESIDES = (
    "audit_auditevent", "audit_change", "audit_finding", "audit_reason", "audit_seal",
    "jobs_dailymail", "jobs_noticechoice", "jobs_notification",
    "reporting_disposal", "reporting_keptlonger", "reporting_legalhold",
)  # fmt: skip
UNPROTECTED = """
SELECT name FROM (
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND split_part(c.relname, '_', 1) = ANY(%s)
    UNION SELECT unnest(%s::text[]) UNION SELECT n.table_name FROM gate.noted_policies n) expected(name)
WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = name
                  AND c.relrowsecurity AND c.relforcerowsecurity)
ORDER BY 1
"""
LOOSENED = """
SELECT c.relname FROM pg_class c LEFT JOIN gate.noted_policies n ON n.table_name = c.relname
WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND c.relforcerowsecurity
  AND n.words IS DISTINCT FROM gate.policy_words(c.oid)
ORDER BY 1
"""
# What a role is, or may become by SET ROLE: a member of the owner could switch the policies off.
TOO_POWERFUL = """
SELECT current_user, r.rolname FROM pg_roles r
WHERE pg_has_role(current_user, r.oid, 'MEMBER') AND (r.rolsuper OR r.rolbypassrls)
ORDER BY 2
"""
OWNS = """
SELECT DISTINCT current_user, c.relowner::regrole::text FROM pg_class c
WHERE c.relnamespace IN ('public'::regnamespace, 'gate'::regnamespace)
  AND pg_has_role(current_user, c.relowner, 'MEMBER')
ORDER BY 2
"""


def protect(rules: Mapping[str, str], *, writing: Mapping[str, str] | None = None) -> str:
    """SQL that lets a person reach, and write, only the rows for which the rule of the table holds.

    `writing` has the tables whose rows are written before their writer can see them, and under what condition.
    PostgreSQL notes the words it has understood: a portal whose policies say anything else does not start. A migration
    that changes a policy, or renames a column one speaks of, ends with `SELECT gate.note_policies('table')` as well.
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
    """People would see more than they may, or the server would write down what they wrote."""


def refuse_unfit_database() -> None:
    """Asked by every process that serves people or works for the system, before its first request or job.

    Also of the audit: functions, triggers and policies that are not this release's would let somebody act unseen.
    """
    unfit = [*problems(), *server_log.problems()]
    if found := unfit or [str(each) for each in catalogue.problems()]:
        raise UnfitDatabase("This database is not fit to serve people: " + "; ".join(found) + ".")


def problems() -> list[str]:
    """What makes this database unfit to serve people.

    A table without policies, or with others than its migration wrote; a role they do not bind; a lost key.
    """
    with acting.acting(acting.NOBODY), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('gate.noted_policies') IS NULL")
        if cursor.fetchone() == (True,):
            return ["its migrations have not been applied"]
        cursor.execute(UNPROTECTED, [list(FLOORS), list(BESIDES)])
        found = [f"{name} has no row-level security" for (name,) in cursor.fetchall()]
        cursor.execute(LOOSENED)
        found += [
            f"the policies of {name} are not those its migration wrote" for (name,) in cursor.fetchall()
        ]
        cursor.execute(TOO_POWERFUL)
        found += [_not_bound(me, other) for me, other in cursor.fetchall()]
        cursor.execute(OWNS)
        found += [f"{me} owns tables, or may become {owner}, which does" for me, owner in cursor.fetchall()]
    return found if _knows_our_key() else [*found, "it does not know this portal's DATABASE_CONTEXT_KEY"]


def _not_bound(me: str, other: str) -> str:
    return f"{me} is not bound by row-level security" + ("" if me == other else f": it may become {other}")


def _knows_our_key() -> bool:
    try:
        with transaction.atomic(), acting.for_the_system(), connection.cursor() as cursor:
            cursor.execute("SELECT gate.is_system()")
            return cursor.fetchone() == (True,)
    except ProgrammingError:
        return False
