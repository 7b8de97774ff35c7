"""The words in which each floor's migration has PostgreSQL write down every change of its tables.

A trigger notes who, in which request, changed which columns of which row of which case; never what they held. The
values go aside, where the application cannot read them, until the sealer has encrypted them: see values.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

WATCH = """
CREATE FUNCTION audit.changed_{table}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE r public.{table};
BEGIN
    IF TG_OP = 'DELETE' THEN r := OLD; ELSE r := NEW; END IF;
    PERFORM audit.note('{table}', TG_OP, r.id::text, {case}, {subject},
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD){hidden_old} END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW){hidden_new} END);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit.changed_{table}() FROM PUBLIC;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit.changed_{table}();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
-- Rows that are not as the last noted change left them: somebody wrote past the trigger. A row whose last change has
-- no salt left can be compared with nothing, and is one of them, unless an erasure told that it emptied that change.
CREATE FUNCTION audit.strays_{table}(erased int8multirange) RETURNS TABLE (row_key text, what text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    RETURN QUERY
    WITH last AS (
        SELECT DISTINCT ON (c.row_key)
               c.row_key AS key, c.id, c.operation, c.row_state, COALESCE(p.salt, f.salt) AS salt
        FROM public.audit_change c
        LEFT JOIN audit.payload p ON p.change_id = c.id LEFT JOIN audit.fresh_payload f ON f.change_id = c.id
        WHERE c.of_table = '{table}' ORDER BY c.row_key, c.id DESC)
    SELECT COALESCE(l.key, r.id::text)::text,
           CASE WHEN r.id IS NULL THEN 'removed' WHEN l.key IS NULL OR l.operation = 'DELETE' THEN 'added'
                WHEN l.salt IS NULL THEN 'unsalted' ELSE 'changed' END
    FROM public.{table} r FULL JOIN last l ON l.key = r.id::text
    WHERE r.id IS NULL AND l.operation <> 'DELETE'
       OR r.id IS NOT NULL AND (l.key IS NULL OR l.operation = 'DELETE'
          OR CASE WHEN l.salt IS NULL THEN NOT COALESCE(l.id <@ erased, false)
             ELSE sha256(l.salt || convert_to((to_jsonb(r){hidden_r})::text, 'UTF8')) IS DISTINCT FROM l.row_state END);
END
$$;
"""
UNWATCH = """
DROP TRIGGER audit_never_emptied ON {table};
DROP TRIGGER audit_change ON {table};
DROP FUNCTION audit.strays_{table}(int8multirange);
DROP FUNCTION audit.changed_{table}();
"""
HIDDEN = " || jsonb_build_object('{column}', encode(sha256(convert_to({row}.{column}::text, 'UTF8')), 'hex'))"
NO_CASE = "NULL::uuid"


@dataclass(frozen=True)
class Watched:
    """SQL over the changed row `r`: its case, where there is one, and the record under whose key its values are kept.

    Of a hidden column it is known that it changed, and nothing that anybody could sign in with.
    """

    case: str = NO_CASE
    subject: str = NO_CASE
    hidden: tuple[str, ...] = ()


def watch(tables: Mapping[str, Watched]) -> str:
    """SQL that notes every change of these tables from now on."""
    return "".join(_filled(WATCH, table, watched) for table, watched in tables.items())


def unwatch(tables: Mapping[str, Watched]) -> str:
    """The way back."""
    return "".join(_filled(UNWATCH, table, watched) for table, watched in reversed(list(tables.items())))


def _filled(template: str, table: str, watched: Watched) -> str:
    hidden = {
        f"hidden_{row.lower()}": "".join(HIDDEN.format(column=column, row=row) for column in watched.hidden)
        for row in ("OLD", "NEW", "r")
    }
    return template.format(table=table, case=watched.case, subject=watched.subject, **hidden)
