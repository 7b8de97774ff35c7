"""Row-level security: the words in which each floor's migration repeats its row rules to PostgreSQL.

The gate asks first; PostgreSQL asks again. A query that forgot `visible_to` finds no row that its asker may not see.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping

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
{a_person}
CREATE TRIGGER keeps_its_key BEFORE UPDATE OF {key} ON {table}
    FOR EACH ROW WHEN (OLD.{key} IS DISTINCT FROM NEW.{key} AND gate.is_bound())
    EXECUTE FUNCTION gate.refuse_to_move();
SELECT gate.note_policies('{table}');
"""
# By this column the rows of a protected table are named in others; of every table that is not here, `id`.
KEYS = {"audit_seal": "number"}
# Whoever sees a row may write it, or as `check` says.
ONE_RULE = "CREATE POLICY a_person ON {table} TO cse_app USING ({rule}) WITH CHECK ({check});"
# PostgreSQL asks a rule for everything of whoever removes a row about what they may read alone, so each is said.
A_RULE_EACH = """
CREATE POLICY a_person ON {table} FOR SELECT TO cse_app USING ({rule});
CREATE POLICY a_person_adds ON {table} FOR INSERT TO cse_app WITH CHECK ({check});
CREATE POLICY a_person_changes ON {table} FOR UPDATE TO cse_app USING ({changing}) WITH CHECK ({check});
CREATE POLICY a_person_removes ON {table} FOR DELETE TO cse_app USING ({removing});
""".strip()
UNDO = """
SELECT gate.forget_policies('{table}');
DROP TRIGGER keeps_its_key ON {table};
DROP POLICY a_person ON {table};
DROP POLICY IF EXISTS a_person_adds ON {table};
DROP POLICY IF EXISTS a_person_changes ON {table};
DROP POLICY IF EXISTS a_person_removes ON {table};
DROP POLICY the_system ON {table};
DROP POLICY the_owner ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
# Everybody reads these rows; a trigger says who writes which of their columns.
GUARD = """
CREATE TRIGGER gate_guard BEFORE {writing} ON {table}
    FOR EACH ROW WHEN (gate.is_bound()) EXECUTE FUNCTION gate.{function}();
"""
ANY_WAY = "INSERT OR UPDATE OR DELETE"
# Whoever could take a row to another parent would have it, and what hangs on it, read by that one's rules.
STAYS = """
CREATE TRIGGER stays_where_written BEFORE UPDATE OF {columns} ON {table}
    FOR EACH ROW WHEN (({moved}) AND gate.is_bound()) EXECUTE FUNCTION gate.refuse_to_move();
"""
# Who may write a row is asked as it is written, and of none that is read: what locks rows to read them passes by it.
# After the guards and what holds a row in its place: PostgreSQL calls triggers by their names' order.
BY_RIGHT = """
CREATE TRIGGER written_by_right BEFORE {writing} ON {table}
    FOR EACH ROW WHEN (gate.is_bound()) EXECUTE FUNCTION gate.{call};
"""
# Of the many rows of one statement it can be asked at once.
AT_ONCE = """
CREATE TRIGGER written_by_right_at_once AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT WHEN (gate.is_bound()) EXECUTE FUNCTION gate.{call};
"""
OWN_NAME = """
CREATE TRIGGER written_in_ones_own_name BEFORE INSERT OR UPDATE OF {columns} ON {table}
    FOR EACH ROW WHEN (({anothers}) AND gate.is_bound()) EXECUTE FUNCTION gate.refuse_another_name({names});
"""
# What stands there already is looked at by the function.
ANOTHERS = "NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM gate.{whose}_id()"
BLOCK = 64  # bytes of SHA-256
# Every table of these apps hangs on a child's case, a concern or a submission.
FLOORS = ("cases", "intelligence", "mase")
# Tables of other apps whose rows not everybody may read. One that names a case, or hangs on a protected row, is found
# without being named here. What no column says it cannot find: the payload of a job, which holds ids alone.
BESIDES = (
    "audit_auditevent", "audit_change", "audit_finding", "audit_reason", "audit_seal",
    "jobs_dailymail", "jobs_noticechoice", "jobs_notification",
    "reporting_disposal", "reporting_legalhold",
)  # fmt: skip
# Tables in which it stands who somebody is and what that gives them, who reads a row, or what was sent, agreed to or
# released, and by whom: with a trigger `gate_guard`.
GUARDED = (
    "account_emailaddress", "accounts_agency", "accounts_membership", "accounts_user", "accounts_user_groups",
    "accounts_user_user_permissions", "audit_finding", "auth_group", "auth_group_permissions", "auth_permission",
    "cases_case", "cases_concern", "cases_concernaddendum", "cases_concerndecision", "cases_concernindicator",
    "cases_concernmention", "cases_disclosure", "cases_othername", "cases_peopleexport", "cases_redaction",
    "cases_subjectaccessitem", "cases_subjectaccesspassage", "cases_subjectaccessrequest", "django_content_type",
    "guardian_groupobjectpermission", "guardian_userobjectpermission", "intelligence_detailrequest",
    "intelligence_intelligencefeedback", "intelligence_intelligenceline", "intelligence_intelligencesubmission",
    "intelligence_submissioncontact", "intelligence_submissionplace", "intelligence_submissionsource",
    "intelligence_submissionsubject", "intelligence_submissionvehicle", "mase_cmogminutes", "mase_invitation",
    "mase_masemeeting", "mase_planaction", "people_invitation", "sign_in_apitoken", "sign_in_connectedaccount",
)  # fmt: skip
UNPROTECTED = """
SELECT name FROM (
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND split_part(c.relname, '_', 1) = ANY(%s)
    UNION SELECT unnest(%s::text[]) UNION SELECT n.table_name FROM gate.noted_policies n
    UNION SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (
        EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'case_id' AND NOT a.attisdropped)
        OR EXISTS (SELECT FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid
                   WHERE f.conrelid = c.oid AND f.contype = 'f'
                     AND (t.relrowsecurity OR t.relname = 'cases_case')))) expected(name)
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
UNGUARDED = """
SELECT name FROM unnest(%s::text[]) guarded(name)
WHERE NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = to_regclass('public.' || name) AND t.tgname = 'gate_guard'
                  AND t.tgenabled IN ('O', 'A'))
ORDER BY 1
"""
# The keys of protected rows by which a policy decides, its own table's or another's: that of what a row hangs on, its
# own, which could be given to another, and of whose it is, where by that it is read. What a function asks besides, no
# catalogue says: migrations name that too.
MOVABLE = """
SELECT c.relname, a.attname
FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
  AND has_column_privilege('cse_app', c.oid, a.attnum, 'UPDATE')
  AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'keeps_its_key'
                  AND t.tgenabled IN ('O', 'A') AND a.attnum = ANY (t.tgattr))
UNION SELECT c.relname, a.attname
FROM pg_depend d JOIN pg_class c ON c.oid = d.refobjid AND c.relnamespace = 'public'::regnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
JOIN pg_class parent ON parent.oid = f.confrelid AND parent.relrowsecurity
WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_class'::regclass
  AND has_column_privilege('cse_app', c.oid, a.attnum, 'UPDATE')
  AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'stays_where_written'
                  AND t.tgenabled IN ('O', 'A') AND a.attnum = ANY (t.tgattr))
UNION SELECT c.relname, a.attname
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid AND c.relnamespace = 'public'::regnamespace
JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refobjid = c.oid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
WHERE p.polcmd IN ('r', '*') AND f.confrelid::regclass::text IN ('accounts_user', 'accounts_agency', 'auth_group')
  AND has_column_privilege('cse_app', c.oid, a.attnum, 'UPDATE')
  AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname IN ('stays_where_written', 'gate_guard')
                  AND t.tgenabled IN ('O', 'A') AND (a.attnum = ANY (t.tgattr) OR cardinality(t.tgattr) = 0))
ORDER BY 1, 2
"""
# What a role is, or may become by SET ROLE: a member of the owner could switch the policies off.
TOO_POWERFUL = """
SELECT current_user, r.rolname FROM pg_roles r
WHERE pg_has_role(current_user, r.oid, 'MEMBER') AND (r.rolsuper OR r.rolbypassrls)
ORDER BY 2
"""
# What it could leave on a connection for the next person's request, or read of other connections' questions.
TOO_FREE = """
SELECT what FROM (VALUES
    ('make tables of its own', has_database_privilege(current_database(), 'TEMPORARY, CREATE')
                               OR has_schema_privilege('public', 'CREATE')),
    ('read what other connections ask', has_table_privilege('pg_stat_activity', 'SELECT')
        OR has_function_privilege('pg_stat_get_activity(integer)', 'EXECUTE')
        OR has_function_privilege('pg_stat_get_backend_activity(integer)', 'EXECUTE')),
    ('hold a lock beyond its transaction', EXISTS (
        SELECT FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
        AND p.proname ~ '^pg_(try_)?advisory_lock' AND has_function_privilege(p.oid, 'EXECUTE'))),
    ('read the names of prepared questions', has_table_privilege('pg_prepared_statements', 'SELECT')
        OR has_function_privilege('pg_prepared_statement()', 'EXECUTE'))) free(what, is_so)
WHERE is_so
"""
OWNS = """
SELECT DISTINCT current_user, c.relowner::regrole::text FROM pg_class c
WHERE c.relnamespace IN ('public'::regnamespace, 'gate'::regnamespace)
  AND pg_has_role(current_user, c.relowner, 'MEMBER')
ORDER BY 2
"""


def protect(
    rules: Mapping[str, str],
    *,
    writing: Mapping[str, str] | None = None,
    changing: Mapping[str, str] | None = None,
    removing: Mapping[str, str] | None = None,
) -> str:
    """SQL that lets a person reach, and write, only the rows for which the rule of the table holds.

    `writing` has the tables whose rows are read and written by different rules: it holds for the row as it is after.
    As it was, it must be one they see and could have written, unless `changing` says otherwise; to take it away, the
    same, unless `removing` does. No person gives a row another key: what hangs on it would be read by the rules of
    whatever they wrote in its place.
    PostgreSQL notes the words it has understood: a portal whose policies say anything else does not start. A migration
    that changes a policy, or renames a column one speaks of, ends with `SELECT gate.note_policies('table')` as well.
    """
    checks, olds, gone = writing or {}, changing or {}, removing or {}
    return "".join(
        POLICY.format(
            table=table,
            key=KEYS.get(table, "id"),
            a_person=_a_person(table, rule, checks.get(table), olds.get(table), gone.get(table)),
        )  # fmt: skip
        for table, rule in rules.items()
    )


def _a_person(table: str, rule: str, check: str | None, changing: str | None, removing: str | None) -> str:
    if check is None or (changing == rule and removing is None):
        # One policy for all says the same, and PostgreSQL plans a rule once where two would have it twice.
        return ONE_RULE.format(table=table, rule=rule, check=check or rule)
    old = changing or f"({rule}) AND ({check})"
    return A_RULE_EACH.format(table=table, rule=rule, check=check, changing=old, removing=removing or old)


def unprotect(rules: Mapping[str, str]) -> str:
    """The way back."""
    return "".join(UNDO.format(table=table) for table in reversed(list(rules)))


def guard(functions: Mapping[str, str], *, writing: Mapping[str, str] | None = None) -> str:
    """SQL that has a function of the gate asked before a person, or nobody, writes any row of the table.

    Or only how `writing` says: by which statements, of which columns.
    """
    return "".join(
        GUARD.format(table=table, function=name, writing=(writing or {}).get(table, ANY_WAY))
        for table, name in functions.items()
    )


def unguard(functions: Mapping[str, str]) -> str:
    """The way back."""
    return "".join(f"DROP TRIGGER gate_guard ON {table};\n" for table in functions)


def stay(parents: Mapping[str, str], *, once: Collection[str] = ()) -> str:
    """SQL that keeps each row of these tables with the parents in whose columns it was written, whatever a person says.

    A row of a table of `once` may be written without its parent, and be given one later.
    """
    return "".join(
        STAYS.format(table=table, columns=columns, moved=_moved(columns.split(", "), once=table in once))
        for table, columns in parents.items()
    )


def _moved(columns: Iterable[str], *, once: bool) -> str:
    first = "OLD.{0} IS NOT NULL AND " if once else ""
    return " OR ".join(f"{first}OLD.{{0}} IS DISTINCT FROM NEW.{{0}}".format(each) for each in columns)


def move_again(parents: Mapping[str, str]) -> str:
    """The way back."""
    return "".join(f"DROP TRIGGER stays_where_written ON {table};\n" for table in parents)


def by_right(
    calls: Mapping[str, str],
    *,
    writing: Mapping[str, str] | None = None,
    at_once: Mapping[str, str] | None = None,
) -> str:
    """SQL that has a function of the gate, called with what the table needs, let a person write a row, or refuse it.

    `at_once`: of these what a statement adds is asked about once.
    """
    each = "".join(
        BY_RIGHT.format(table=table, call=call, writing=(writing or {}).get(table, ANY_WAY))
        for table, call in calls.items()
    )
    return each + "".join(AT_ONCE.format(table=table, call=call) for table, call in (at_once or {}).items())


def by_anybody(calls: Mapping[str, str], *, at_once: Iterable[str] = ()) -> str:
    """The way back."""
    undone = "".join(f"DROP TRIGGER written_by_right_at_once ON {table};\n" for table in at_once)
    return undone + "".join(f"DROP TRIGGER written_by_right ON {table};\n" for table in calls)


def in_ones_own_name(columns: Mapping[str, str]) -> str:
    """SQL that takes nobody else's name, or agency, in these columns of a table: of who wrote, decided or took back."""
    return "".join(_own_name(table, theirs.split(", ")) for table, theirs in columns.items())


def _own_name(table: str, columns: list[str]) -> str:
    whose = {each: "agency" if each.endswith("agency_id") else "user" for each in columns}
    return OWN_NAME.format(
        table=table,
        columns=", ".join(columns),
        anothers=" OR ".join(ANOTHERS.format(column=each, whose=who) for each, who in whose.items()),
        names=", ".join(f"'{each}'" for each in columns),
    )


def in_any_name(columns: Mapping[str, str]) -> str:
    """The way back."""
    return "".join(f"DROP TRIGGER written_in_ones_own_name ON {table};\n" for table in columns)


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
    if found := problems() or [*server_log.problems(), *map(str, catalogue.problems())]:
        raise UnfitDatabase("This database is not fit to serve people: " + "; ".join(found) + ".")


def problems() -> list[str]:
    """What makes this database unfit to serve people.

    A table without policies or its guard, with others than its migration wrote, or whose rows can be moved past them; a
    role they do not bind, or that may do more on its connection than ask; a lost key.
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
        cursor.execute(UNGUARDED, [list(GUARDED)])
        found += [f"nothing guards who writes {name}" for (name,) in cursor.fetchall()]
        cursor.execute(MOVABLE)
        found += [f"a row of {name} can be moved by its {column}" for name, column in cursor.fetchall()]
        cursor.execute(TOO_POWERFUL)
        found += [_not_bound(me, other) for me, other in cursor.fetchall()]
        cursor.execute(OWNS)
        found += [f"{me} owns tables, or may become {owner}, which does" for me, owner in cursor.fetchall()]
        cursor.execute(TOO_FREE)
        found += [
            f"the portal's role may {what}: run cse_portal/prepare.sql" for (what,) in cursor.fetchall()
        ]
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
