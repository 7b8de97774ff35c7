"""PostgreSQL's functions of disposal, made from the models' foreign keys after each migration.

`rows_of` finds what goes with a record, `is_valid_on` what keeps it, and `dispose_of` deletes it as the owner.
"""

import json
from typing import Any

from django.db import connection
from django.db.models import ForeignKey, Model

from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal.access.records import dependent_models, links_to
from cse_portal.reference.choices import RecordKind
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import Subject
from intelligence.submissions.models import IntelligenceSubmission
from mase.meetings.models.agenda import AgendaItem

KINDS: dict[RecordKind, type[Model]] = {
    RecordKind.CASE: Case,
    RecordKind.CONCERN: Concern,
    RecordKind.SUBMISSION: IntelligenceSubmission,
    RecordKind.PERSON: Subject,
}
# A subject of concern goes with the last of these rows that names it.
NAMING = (Link, Disruption, AgendaItem)
ROOTS: tuple[type[Model], ...] = (Child, *KINDS.values(), IntelligenceReport)
REFUSED = "CSE14"
ROWS_OF = """
CREATE OR REPLACE FUNCTION gate.keys(known jsonb, of_table text) RETURNS text[] LANGUAGE sql IMMUTABLE AS
    $$ SELECT ARRAY(SELECT jsonb_array_elements_text(known -> of_table)) $$;
-- Every row that goes with a record, parents first. With a case go its child and intelligence that tells of no other.
CREATE OR REPLACE FUNCTION gate.rows_of(kind text, which uuid) RETURNS TABLE (of_table text, keys text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    known jsonb := jsonb_build_object({kinds}::jsonb ->> kind, ARRAY[which]);
    step text[];
    found jsonb;
    links uuid[];
BEGIN
    IF NOT (gate.is_system() OR gate.opens('RETENTION_MANAGE') OR gate.opens('RETENTION_APPROVE'))
       OR which = ANY (gate.excluded()) THEN
        RAISE EXCEPTION 'this record is not theirs to dispose of' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF kind = 'case' THEN
        known := known || jsonb_build_object(
            'cases_child', ARRAY(SELECT c.child_id FROM cases_case c WHERE c.id = which
                AND NOT EXISTS (SELECT FROM cases_case o WHERE o.child_id = c.child_id AND o.id <> which)),
            'intelligence_intelligencereport', ARRAY(SELECT l.report_id FROM intelligence_link l
                WHERE l.case_id IS NOT NULL AND l.report_id IN (
                    SELECT o.report_id FROM intelligence_link o WHERE o.case_id = which)
                GROUP BY 1 HAVING bool_and(l.case_id = which)),
            'intelligence_intelligencesubmission', ARRAY(SELECT r.submission_id FROM intelligence_intelligencereport r
                JOIN intelligence_link l ON l.report_id = r.id AND l.case_id IS NOT NULL
                WHERE r.submission_id IN (SELECT q.submission_id FROM intelligence_intelligencereport q
                    JOIN intelligence_link o ON o.report_id = q.id AND o.case_id = which)
                GROUP BY 1 HAVING bool_and(l.case_id = which)));
    END IF;
    IF kind IN ('case', 'submission') THEN
        links := ARRAY(SELECT l.id FROM intelligence_link l JOIN intelligence_intelligencereport r ON r.id = l.report_id
            WHERE l.case_id = which OR r.id::text = ANY (gate.keys(known, 'intelligence_intelligencereport'))
            OR r.submission_id::text = ANY (gate.keys(known, 'intelligence_intelligencesubmission')));
        known := known || jsonb_build_object({named});
    END IF;
    FOREACH step SLICE 1 IN ARRAY {steps} LOOP
        EXECUTE format('SELECT jsonb_agg(t.id) FROM %I t WHERE %s', step[1], step[2]) INTO found USING known;
        known := jsonb_set(known, step[1:1], COALESCE(found, '[]'));
        of_table := step[1];
        keys := gate.keys(known, of_table);
        IF keys <> '{{}}' THEN RETURN NEXT; END IF;
    END LOOP;
END
$$;
-- The holds on a record: on its class, on anything that goes with it, and on what loses a link to intelligence by it.
CREATE OR REPLACE FUNCTION gate.holds_on(kind text, which uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH going AS MATERIALIZED (SELECT r.of_table, r.keys FROM gate.rows_of(kind, which) r),
    beside AS (SELECT o.case_id, o.subject_id, s.kind AS of_kind, r.submission_id FROM intelligence_link l
        JOIN intelligence_link o USING (report_id) JOIN intelligence_intelligencereport r ON r.id = report_id
        LEFT JOIN intelligence_subject s ON s.id = o.subject_id
        WHERE l.id::text IN (SELECT unnest(g.keys) FROM going g WHERE g.of_table = 'intelligence_link'))
    SELECT ARRAY(SELECT h.id FROM reporting_legalhold h WHERE h.lifted_at IS NULL AND (h.scope IN ('all', kind)
        OR EXISTS (SELECT FROM going g WHERE h.record_id::text = ANY (g.keys))
        OR EXISTS (SELECT FROM beside b WHERE h.record_id IN (b.case_id, b.subject_id, b.submission_id)
            OR h.scope = 'case' AND b.case_id IS NOT NULL OR h.scope = b.of_kind)))
$$;
"""
DISPOSE_OF = """
CREATE OR REPLACE FUNCTION gate.dispose_of(disposal uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d public.reporting_disposal;
    known jsonb;
    tables text[];
    link text[];
    each text;
    refusal text;
BEGIN
    IF NOT gate.is_system() THEN
        RAISE EXCEPTION 'only the system disposes of records' USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE reporting_legalhold IN SHARE MODE;
    SELECT r.* INTO STRICT d FROM reporting_disposal r WHERE r.id = disposal FOR UPDATE;
    refusal := CASE
        WHEN d.done_at IS NOT NULL OR d.stopped_at IS NOT NULL THEN 'it is over'
        WHEN d.approved_by_id IS NULL OR d.approved_by_id = d.proposed_by_id THEN 'two people have not signed'
        WHEN d.approved_at + interval '30 days' > gate.moment() OR d.due_on > gate.moment()::date
            THEN 'its day has not come'
        WHEN gate.holds_on(d.record, d.record_id) <> '{{}}' THEN 'a legal hold covers it' END;
    IF refusal IS NOT NULL THEN
        RAISE EXCEPTION '%', refusal USING ERRCODE = 'CSE14';
    END IF;
    SELECT jsonb_object_agg(r.of_table, r.keys), array_agg(r.of_table ORDER BY r.n DESC) INTO known, tables
    FROM gate.rows_of(d.record, d.record_id) WITH ORDINALITY r (of_table, keys, n);
    FOREACH link SLICE 1 IN ARRAY {links} LOOP
        EXECUTE format('UPDATE %1$I t SET %2$I = NULL WHERE t.%2$I = ANY (gate.keys($1, %3$L)::uuid[])'
                       ' AND t.id::text <> ALL (gate.keys($1, %1$L))', link[1], link[2], link[3]) USING known;
    END LOOP;
    FOREACH each IN ARRAY tables LOOP
        EXECUTE format('DELETE FROM %1$I t WHERE t.id = ANY (gate.keys($1, %1$L)::%2$s[])', each, (
            SELECT a.atttypid::regtype FROM pg_attribute a WHERE a.attrelid = each::regclass AND a.attname = 'id'))
        USING known;
    END LOOP;
    DELETE FROM audit_reason r WHERE r.case_id = d.record_id OR r.object_id::text IN (
        SELECT jsonb_array_elements_text(e.value) FROM jsonb_each(known) e);
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    UPDATE reporting_disposal SET done_at = gate.moment(), done_counts = (
        SELECT jsonb_object_agg(e.key, jsonb_array_length(e.value)) FROM jsonb_each(known) e) WHERE id = disposal;
    RETURN known;
END
$$;
"""


def write_functions(**_: Any) -> None:
    """As the owner, after each migration: the functions, with the tables and foreign keys of the models of now."""
    hanging = dependent_models(*ROOTS)
    words = {
        "kinds": _quoted(json.dumps({kind: model._meta.db_table for kind, model in KINDS.items()})),
        "named": _last_named(),
        "steps": _array([(model._meta.db_table, _going(model, fields)) for model, fields in hanging.items()]),
        "links": _array(
            [(f.model._meta.db_table, f.column, f.related_model._meta.db_table) for f in links_to(*ROOTS)]
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(ROWS_OF.format(**words) + DISPOSE_OF.format(**words))


def _going(model: type[Model], fields: list["ForeignKey[Model, Model]"]) -> str:
    """SQL: that a row of this table goes, by what is known to go of the tables above it."""
    own = [("id", model, "uuid")] if model in ROOTS else []
    hangs = [(field.column, field.related_model, field.db_type(connection)) for field in fields]
    return " OR ".join(
        f"t.{column} = ANY (gate.keys($1, '{to._meta.db_table}')::{kind}[])"
        for column, to, kind in [*own, *hangs]
    )


def _last_named() -> str:
    """SQL: the subjects that links which go name, and that no other row does."""
    others = "".join(
        f" AND NOT EXISTS (SELECT FROM {each._meta.db_table} o"
        " WHERE o.subject_id = l.subject_id AND o.id <> ALL (links))"
        for each in NAMING
    )
    return (
        f"'{Subject._meta.db_table}', ARRAY(SELECT DISTINCT l.subject_id FROM intelligence_link l"  # noqa: S608
        f" WHERE l.id = ANY (links) AND l.subject_id IS NOT NULL{others})"
    )


def _array(rows: list[tuple[str, ...]]) -> str:
    return f"ARRAY[{', '.join('ARRAY[' + ', '.join(map(_quoted, row)) + ']' for row in rows)}]"


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
