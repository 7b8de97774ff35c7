"""The functions, triggers and policies of the portal's database as this release makes them, and what is there.

`shape.json` has the SHA-256 of each one's words and rights, taken from a database made by this release's migrations
(`python -m tests.security.print_shape`); a test holds the two together. So the database that is checked is never asked
what it ought to be like.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

FILE = Path(__file__).with_name("shape.json")
# In every schema but PostgreSQL's own; what an extension brought, and what is made for foreign keys, is their affair.
FUNCTIONS = """
SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       encode(sha256(convert_to(jsonb_build_array(
           p.prosrc, p.proconfig, p.prosecdef, p.provolatile, p.proisstrict, p.prokind, l.lanname,
           pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
           p.proowner = (SELECT c.relowner FROM pg_class c WHERE c.oid = 'public.audit_auditevent'::regclass),
           has_function_privilege('cse_app', p.oid, 'EXECUTE'), has_function_privilege('public', p.oid, 'EXECUTE')
       )::text, 'UTF8')), 'hex')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
TRIGGERS = """
SELECT c.relname || '.' || t.tgname,
       encode(sha256(convert_to(jsonb_build_array(
           cn.nspname, t.tgtype, fn.nspname || '.' || f.proname, t.tgattr::text,
           substring(pg_get_triggerdef(t.oid) FROM 'WHEN (.*) EXECUTE'), encode(t.tgargs, 'hex'),
           t.tgdeferrable, t.tgoldtable, t.tgnewtable
       )::text, 'UTF8')), 'hex'),
       t.tgenabled IN ('O', 'A')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace fn ON fn.oid = f.pronamespace
WHERE cn.nspname !~ '^pg_' AND NOT t.tgisinternal
UNION ALL
SELECT 'every table.' || e.evtname, encode(sha256(convert_to(jsonb_build_array(
           e.evtevent, e.evttags, e.evtfoid::regproc)::text, 'UTF8')), 'hex'),
       e.evtenabled IN ('O', 'A')
FROM pg_event_trigger e
"""
POLICIES = """
SELECT c.relname, encode(sha256(convert_to(jsonb_build_array(
           c.relrowsecurity, c.relforcerowsecurity, gate.policy_words(c.oid))::text, 'UTF8')), 'hex')
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace
  AND (c.relrowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
"""


@cache
def shipped() -> dict[str, Any]:
    """`functions`, `triggers` and `policies`: name and digest of each; and `server`, which put policies into words."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def server() -> int:
    """PostgreSQL's major version: each may put the same expression in other words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        return int(cursor.fetchone()[0])


def functions() -> dict[str, str]:
    """Every function there, with its digest."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        return dict(cursor.fetchall())


def triggers() -> dict[str, tuple[str, bool]]:
    """Every trigger there, with its digest and whether it fires."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        return {name: (digest, fires) for name, digest, fires in cursor.fetchall()}


def policies() -> dict[str, str]:
    """Every table with row-level security, with the digest of its policies."""
    with connection.cursor() as cursor:
        cursor.execute(POLICIES)
        return dict(cursor.fetchall())
