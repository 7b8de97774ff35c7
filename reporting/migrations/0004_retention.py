"""Retention in PostgreSQL: who reads and writes it, and the one function through which a record can go.

The application's role may delete no row of a closed case. `retention.dispose` may, as the owner, once two different
people have signed, the month is over, nothing holds the record, and exactly what they signed is still what would go.
"""

import datetime as dt
from typing import Any

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect
from intelligence.choices import SUBSTANTIATED
from reporting.models.fates import ABOUT, FILES, GOES, MOVING

READS = "((SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE')))"
MANAGES = "(SELECT gate.opens('RETENTION_MANAGE'))"
# Of a record that its reader is shut out of, not even the reference.
NOT_SHUT_OUT = (
    "(record_id IS NULL OR record_id <> ALL ((SELECT gate.shut_keys())::uuid[]))"
)
TABLES = ("reporting_legalhold", "reporting_keptlonger", "reporting_disposal")
RULES = {table: f"{READS} AND {NOT_SHUT_OUT}" for table in TABLES}
WRITING = {
    "reporting_legalhold": f"{MANAGES} AND {NOT_SHUT_OUT}",
    "reporting_keptlonger": f"{MANAGES} AND {NOT_SHUT_OUT}",
}
NO_DELETING = """
REVOKE DELETE ON reporting_legalhold, reporting_keptlonger, reporting_disposal FROM cse_app;
REVOKE UPDATE ON reporting_keptlonger FROM cse_app;
"""
DELETING_AGAIN = """
GRANT UPDATE ON reporting_keptlonger TO cse_app;
GRANT DELETE ON reporting_legalhold, reporting_keptlonger, reporting_disposal TO cse_app;
"""

# Rows that a person rightly deletes while a record is being written: drafts, a plan before its meeting ends, grants.
WRITTEN_AND_DELETED = {
    "cases_childalias",
    "cases_caseuserobjectpermission",
    "cases_casegroupobjectpermission",
    "cases_exclusion",
    "cases_redaction",
    "cases_concern",
    "cases_concernindicator",
    "cases_concernmention",
    "mase_invitation",
    "mase_invitationanswer",
    "mase_attendance",
    "mase_scalescore",
    "mase_mapentry",
    "mase_dangerstatement",
    "mase_safetygoal",
    "mase_dissent",
    "mase_planaction",
    "mase_actionupdate",
    "mase_textsetaside",
    "mase_assent",
    "mase_stepdownpoint",
    "mase_cmogitem",
    "mase_cmogtextaside",
    "intelligence_intelligencesubmission",
    "intelligence_submissionsource",
    "intelligence_submissionsubject",
    "intelligence_submissionvehicle",
    "intelligence_submissionplace",
    "intelligence_submissioncontact",
    "intelligence_intelligenceline",
    "jobs_job",
    "jobs_notification",
    "jobs_outboxmessage",
}
KEPT = ", ".join(each.table for each in GOES if each.table not in WRITTEN_AND_DELETED | set(TABLES))
# What was sent is no longer its author's to delete, nor any part of it; of dangers neither what an earlier meeting wrote or this one ended.
RUNNING = "SELECT m.id FROM mase_masemeeting m WHERE m.state = 'in_progress'"
OWN_DANGER = f"earlier_id IS NULL AND ended_at IS NULL AND meeting_id IN ({RUNNING})"
OF_DRAFT = "EXISTS (SELECT FROM {0} d WHERE d.id = {1} AND d.state = 'draft')"
OF_DRAFT_CONCERN = OF_DRAFT.format("cases_concern", "concern_id")
OF_DRAFT_SUBMISSION = OF_DRAFT.format("intelligence_intelligencesubmission", "submission_id")
DRAFTS = {
    "cases_concern": "state = 'draft'",
    "cases_concernindicator": OF_DRAFT_CONCERN,
    "cases_concernmention": OF_DRAFT_CONCERN,
    "intelligence_intelligencesubmission": "state = 'draft'",
    "intelligence_submissionsource": OF_DRAFT_SUBMISSION,
    "intelligence_submissionsubject": OF_DRAFT_SUBMISSION,
    "intelligence_submissionvehicle": OF_DRAFT_SUBMISSION,
    "intelligence_submissionplace": OF_DRAFT_SUBMISSION,
    "intelligence_submissioncontact": OF_DRAFT_SUBMISSION,
    "intelligence_intelligenceline": OF_DRAFT_SUBMISSION,
    "mase_dangerstatement": OWN_DANGER,
    "mase_safetygoal": f"danger_id IN (SELECT d.id FROM mase_dangerstatement d WHERE {OWN_DANGER})",
}
ONLY_DRAFTS = "".join(
    f"CREATE POLICY only_drafts_go ON {table} AS RESTRICTIVE FOR DELETE TO cse_app USING ({rule});\n"
    f"SELECT gate.note_policies('{table}');\n"
    for table, rule in DRAFTS.items()
)
NOT_ONLY_DRAFTS = "".join(
    f"DROP POLICY only_drafts_go ON {table};\nSELECT gate.note_policies('{table}');\n" for table in DRAFTS
)

_STANDINGS = ", ".join(f"'{each}'" for each in SUBSTANTIATED)

STEPS = """
CREATE SCHEMA retention;
GRANT USAGE ON SCHEMA retention TO cse_app;

-- Each step of a disposal is taken by the person who takes it, and what was signed stays as it was.
CREATE FUNCTION retention.keep_to_the_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    steps text[] := ARRAY['state', 'decided_by_id', 'decided_at', 'decision_note', 'goes_at', 'withdrawn_by_id',
                          'withdrawn_at', 'withdrawn_why', 'stopped_why', 'files_left'];
    me uuid := gate.user_id();
BEGIN
    IF current_user = 'cse_owner' THEN
        RETURN NEW;
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' OR NEW.proposed_by_id IS DISTINCT FROM me OR NOT gate.opens('RETENTION_MANAGE') THEN
            RAISE EXCEPTION 'a disposal begins with a proposal of one''s own' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    ELSIF to_jsonb(NEW) - steps <> to_jsonb(OLD) - steps THEN
        RAISE EXCEPTION 'what was signed cannot be changed' USING ERRCODE = 'insufficient_privilege';
    ELSIF (OLD.state, NEW.state) IN (('proposed', 'approved'), ('proposed', 'refused')) THEN
        IF me IS NULL OR NEW.decided_by_id IS DISTINCT FROM me OR me = OLD.proposed_by_id
           OR NOT gate.opens('RETENTION_APPROVE') THEN
            RAISE EXCEPTION 'another person decides, for themselves' USING ERRCODE = 'insufficient_privilege';
        ELSIF NEW.state = 'approved' AND NEW.goes_at < gate.moment() + interval '30 days' THEN
            RAISE EXCEPTION 'thirty days pass before a record goes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    ELSIF (OLD.state, NEW.state) IN (('proposed', 'withdrawn'), ('approved', 'withdrawn')) THEN
        IF me IS NULL OR NEW.withdrawn_by_id IS DISTINCT FROM me
           OR (NEW.decided_by_id, NEW.goes_at) IS DISTINCT FROM (OLD.decided_by_id, OLD.goes_at) THEN
            RAISE EXCEPTION 'one withdraws it for oneself' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    ELSIF gate.is_system() AND to_jsonb(NEW) - ARRAY['state', 'stopped_why', 'files_left']
                             = to_jsonb(OLD) - ARRAY['state', 'stopped_why', 'files_left']
          AND ((OLD.state, NEW.state) = ('approved', 'stopped')
               OR OLD.state = 'done' AND NEW.state = 'done' AND NEW.files_left <@ OLD.files_left) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a disposal does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER retention_steps BEFORE INSERT OR UPDATE ON reporting_disposal
    FOR EACH ROW EXECUTE FUNCTION retention.keep_to_the_steps();

-- A hold is set for good but for its lifting, by whoever lifts it.
CREATE FUNCTION retention.only_lift() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lifting text[] := ARRAY['lifted_by_id', 'lifted_at', 'lifted_why'];
BEGIN
    IF current_user <> 'cse_owner' AND (OLD.lifted_at IS NOT NULL OR to_jsonb(NEW) - lifting <> to_jsonb(OLD) - lifting
                                        OR NEW.lifted_by_id IS DISTINCT FROM gate.user_id()) THEN
        RAISE EXCEPTION 'a hold can be lifted once, by whoever lifts it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER retention_only_lift BEFORE UPDATE ON reporting_legalhold
    FOR EACH ROW EXECUTE FUNCTION retention.only_lift();
"""
NO_STEPS = """
DROP TRIGGER retention_only_lift ON reporting_legalhold;
DROP TRIGGER retention_steps ON reporting_disposal;
DROP SCHEMA retention CASCADE;
"""


def _plan() -> str:
    """SQL: the keys of every row that goes with a record, table by table, and the files beside them."""
    declared, found = [], []
    for each in GOES:
        keys = f"v_{each.table}"
        declared.append(f"    {keys} {each.key}[] := '{{}}';")
        if each.table == "jobs_job":
            found += ["    IF v_whole THEN", NAMES]
        found.append(
            f"    {keys} := ARRAY(SELECT t.id::{each.key} FROM public.{each.table} t WHERE {each.rule} ORDER BY 1);"
        )
        if each.key == "uuid":
            found.append(f"    v_every := v_every || {keys};")
        if each.file:
            found.append(
                f"    v_files := v_files || ARRAY(SELECT t.{each.file}::text FROM public.{each.table} t"
                f" WHERE t.id = ANY ({keys}) AND t.{each.file} <> '' ORDER BY 1);"
            )
    found.append("    END IF;")
    pairs = " || ".join(f"jsonb_build_object('{each.table}', to_jsonb(v_{each.table}))" for each in GOES)
    about = ABOUT.format(this="r.submission_id = s.id", which="IS NOT NULL")
    pairs += f" || jsonb_build_object('{FILES}', v_files)"
    words = {"pairs": pairs, "about": about, "substantiated": _STANDINGS}
    return PLAN.format(declared="\n".join(declared), found="\n".join(found), **words)


NAMES = """    v_names := v_every::text[]
        || ARRAY(SELECT reference::text FROM public.cases_case WHERE id = ANY (v_cases_case))
        || ARRAY(SELECT reference::text FROM public.cases_concern WHERE id = ANY (v_cases_concern))
        || ARRAY(SELECT reference::text FROM public.intelligence_intelligencesubmission
                 WHERE id = ANY (v_intelligence_intelligencesubmission))
        || ARRAY(SELECT reference::text FROM public.intelligence_intelligencereport
                 WHERE id = ANY (v_intelligence_intelligencereport))
        || ARRAY(SELECT reference::text FROM public.intelligence_personofconcern
                 WHERE id = ANY (v_intelligence_personofconcern));"""
PLAN = """
CREATE FUNCTION retention.refuse_all_but_the_system() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT gate.is_system() THEN
        RAISE EXCEPTION 'only the system does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
-- The dry run and the disposal both ask this and nothing else. Not `v_whole`: without what leads to the record, which
-- nobody holds and which is looked for in every line and job there is.
CREATE FUNCTION retention.plan(v_kind text, v_which uuid, v_whole boolean DEFAULT true) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_every uuid[] := '{{}}';
    v_files text[] := '{{}}';
    v_names text[];
{declared}
BEGIN
    PERFORM retention.refuse_all_but_the_system();
{found}
    RETURN {pairs};
END
$$;
CREATE FUNCTION retention.counted(plan jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
    $$ SELECT COALESCE(jsonb_object_agg(p.key, jsonb_array_length(p.value)), '{{}}') FROM jsonb_each(plan) p
       WHERE jsonb_array_length(p.value) > 0 $$;
CREATE FUNCTION retention.keys(plan jsonb, of_table text) RETURNS text[] LANGUAGE sql IMMUTABLE AS
    $$ SELECT COALESCE(array_agg(k), '{{}}') FROM jsonb_array_elements_text(plan -> of_table) k $$;
-- What else there is about the record: what is destroyed with its key, and what stays by key and reference.
CREATE FUNCTION retention.beside(plan jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_cases uuid[] := retention.keys(plan, 'cases_case')::uuid[];
    v_reports uuid[] := retention.keys(plan, 'intelligence_intelligencereport')::uuid[];
    v_links uuid[] := retention.keys(plan, 'intelligence_link')::uuid[];
BEGIN
    PERFORM retention.refuse_all_but_the_system();
    RETURN jsonb_build_object(
        'values', (SELECT count(*) FROM audit.payload p WHERE p.subject = ANY (retention.subjects(plan)) AND p.salt IS NOT NULL)
                  + (SELECT count(*) FROM audit.fresh_payload p WHERE p.subject = ANY (retention.subjects(plan))),
        'events', (SELECT count(*) FROM audit_auditevent e WHERE e.case_id = ANY (v_cases)),
        'changes', (SELECT count(*) FROM audit_change c WHERE c.case_id = ANY (v_cases)),
        'copies', (SELECT count(*) FROM cases_peopleexport x WHERE x.cases && v_cases),
        'files_of_copies', (SELECT count(*) FROM cases_peopleexport x WHERE x.cases && v_cases AND x.stored_as <> ''),
        'reports', (SELECT count(DISTINCT l.report_id) FROM intelligence_link l
                    WHERE l.id = ANY (v_links) AND l.report_id <> ALL (v_reports)),
        'named', (SELECT count(DISTINCT COALESCE(l.person_id, l.place_id, l.vehicle_id)) FROM intelligence_link l
                  WHERE l.report_id = ANY (v_reports) AND l.case_id IS NULL AND NOT (
                      COALESCE(l.person_id, l.place_id, l.vehicle_id) = ANY (retention.subjects(plan)))));
END
$$;
-- What holds or keeps any of it, also what goes along with the record: one named itself, or of a class that is held. And,
-- as `around`, what holds or keeps a record that it is part of: the submission of every report that goes, or that names
-- somebody who goes, and the cases of all its reports, since it goes whole with the last child it tells of; and whoever
-- is named by a link that goes. What is told of them there would be told of nobody. And what is still done against
-- somebody, or a place, that would go along: nobody would know against whom. A person of concern is kept for a year from
-- the end of it, as where they go by themselves.
CREATE FUNCTION retention.holding(plan jsonb) RETURNS TABLE (how text, which uuid, around boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_every uuid[] := retention.subjects(plan);
    v_people uuid[] := retention.keys(plan, 'intelligence_personofconcern')::uuid[];
    v_reports uuid[] := retention.keys(plan, 'intelligence_intelligencereport')::uuid[]
        || ARRAY(SELECT l.report_id FROM intelligence_link l WHERE l.person_id = ANY (v_people));
    v_whole uuid[] := ARRAY(SELECT r.submission_id FROM intelligence_intelligencereport r WHERE r.id = ANY (v_reports));
    v_submissions uuid[] := ARRAY(SELECT s.id FROM intelligence_intelligencesubmission s
                                  WHERE s.id = ANY (v_whole) AND s.id <> ALL (v_every));
    v_cases uuid[] := ARRAY(SELECT l.case_id FROM intelligence_link l
                            JOIN intelligence_intelligencereport r ON r.id = l.report_id
                            WHERE r.submission_id = ANY (v_whole) AND l.case_id <> ALL (v_every));
    v_named uuid[] := ARRAY(SELECT l.person_id FROM intelligence_link l
                            WHERE l.id = ANY (retention.keys(plan, 'intelligence_link')::uuid[])
                            AND l.person_id <> ALL (v_every));
BEGIN
    PERFORM retention.refuse_all_but_the_system();
    RETURN QUERY SELECT 'hold', f.id, NOT f.within FROM (
        SELECT h.id, COALESCE(h.scope = 'all' OR h.record_id = ANY (v_every)
            OR h.scope = 'case' AND cardinality(retention.keys(plan, 'cases_case')) > 0
            OR h.scope = 'concern' AND EXISTS (SELECT FROM cases_concern c WHERE c.id = ANY (v_every) AND c.case_id IS NULL)
            OR h.scope = 'submission' AND EXISTS (SELECT FROM intelligence_intelligencesubmission s WHERE s.id = ANY (v_every)
                AND NOT {about})
            OR h.scope = 'person' AND EXISTS (SELECT FROM intelligence_personofconcern n WHERE n.id = ANY (v_every)
                AND n.standing NOT IN ({substantiated})), false) AS within,
            COALESCE(h.record_id = ANY (v_cases || v_submissions || v_named) OR h.scope = 'case' AND cardinality(v_cases) > 0
            OR h.scope = 'submission' AND EXISTS (SELECT FROM intelligence_intelligencesubmission s
                WHERE s.id = ANY (v_submissions) AND NOT {about})
            OR h.scope = 'person' AND EXISTS (SELECT FROM intelligence_personofconcern n
                WHERE n.id = ANY (v_named) AND n.standing NOT IN ({substantiated})), false) AS beyond
        FROM reporting_legalhold h WHERE h.lifted_at IS NULL) f
    WHERE f.within OR f.beyond;
    RETURN QUERY SELECT 'kept', k.id, k.record_id <> ALL (v_every) FROM reporting_keptlonger k
        WHERE k.record_id = ANY (v_every || v_cases || v_submissions || v_named) AND k.until > gate.moment()::date
        AND k.decided_at = (SELECT max(n.decided_at) FROM reporting_keptlonger n WHERE n.record_id = k.record_id);
    RETURN QUERY SELECT 'done', u.id, false FROM intelligence_disruption u
        WHERE u.id = ANY (retention.keys(plan, 'intelligence_disruption')::uuid[])
        AND (u.ended_on IS NULL
             OR u.person_id IS NOT NULL AND u.ended_on > gate.moment()::date - interval '1 year');
END
$$;
-- The keys under which the audit may have kept what these rows held.
CREATE FUNCTION retention.subjects(plan jsonb) RETURNS uuid[] LANGUAGE sql IMMUTABLE AS
    $$ SELECT COALESCE(array_agg(DISTINCT k::uuid), '{{}}') FROM jsonb_each(plan) p, jsonb_array_elements_text(p.value) k
       WHERE k ~ '^[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}$' $$;
"""


def _dispose() -> str:
    """SQL: the one way out for a record."""
    gone = "\n".join(
        f"    DELETE FROM public.{each.table} t WHERE t.id = ANY (retention.keys(v_plan, '{each.table}')::{each.key}[]);\n"
        f"    GET DIAGNOSTICS gone = ROW_COUNT;\n"
        f"    PERFORM retention.reconcile('{each.table}', gone, v_plan);"
        for each in reversed(GOES)
    )
    moving = ", ".join(f"'{table}'" for table in MOVING)
    return DISPOSE.format(gone=gone, moving=moving, substantiated=_STANDINGS)


DISPOSE = """
CREATE FUNCTION retention.refuse(why text) RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '%', why USING ERRCODE = 'CSE14'; END $$;
CREATE FUNCTION retention.reconcile(of_table text, gone integer, plan jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF gone <> jsonb_array_length(plan -> of_table) THEN
        PERFORM retention.refuse(format('%s rows of %s went instead of %s', gone, of_table,
                                        jsonb_array_length(plan -> of_table)));
    END IF;
END
$$;
CREATE FUNCTION retention.refuse_unless_signed_and_due(d public.reporting_disposal) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF d.state IS DISTINCT FROM 'approved' OR d.decided_by_id IS NULL OR d.decided_by_id = d.proposed_by_id THEN
        PERFORM retention.refuse('two people have not signed');
    ELSIF d.goes_at > gate.moment() OR d.goes_at < d.decided_at + interval '30 days' THEN
        PERFORM retention.refuse('the thirty days are not over');
    ELSIF d.due_on > gate.moment()::date THEN
        PERFORM retention.refuse('the record is not due');
    ELSIF EXISTS (SELECT FROM reporting_legalhold h WHERE h.lifted_at IS NULL
                  AND (h.record_id = d.record_id OR h.scope IN ('all', d.record))) THEN
        PERFORM retention.refuse('a legal hold covers the record');
    ELSIF EXISTS (SELECT FROM reporting_keptlonger k WHERE k.record_id = d.record_id AND k.until > gate.moment()::date
                  AND k.decided_at = (SELECT max(n.decided_at) FROM reporting_keptlonger n
                                      WHERE n.record_id = d.record_id)) THEN
        PERFORM retention.refuse('the record is kept longer');
    ELSIF d.record = 'case' AND NOT EXISTS (
            SELECT FROM cases_case c WHERE c.id = d.record_id AND c.status = 'closed'
            AND NOT EXISTS (SELECT FROM cases_episode e WHERE e.case_id = c.id
                            AND (e.closed_at IS NULL OR e.closed_at > d.due_on::timestamptz))) THEN
        PERFORM retention.refuse('the case is not closed');
    ELSIF d.record = 'person' AND NOT EXISTS (
            SELECT FROM intelligence_personofconcern n WHERE n.id = d.record_id AND n.standing_since <= d.due_on
            AND n.standing NOT IN ({substantiated})
            AND NOT EXISTS (SELECT FROM intelligence_disruption u WHERE u.person_id = n.id
                            AND (u.ended_on IS NULL OR u.ended_on > d.ended_on))
            AND NOT EXISTS (SELECT FROM intelligence_link l WHERE l.person_id = n.id
                            AND l.linked_at::date > d.ended_on)) THEN
        PERFORM retention.refuse('more is known of the person since it was signed');
    ELSIF d.record = 'submission' AND EXISTS (
            SELECT FROM intelligence_link l JOIN intelligence_intelligencereport r ON r.id = l.report_id
            WHERE r.submission_id = d.record_id AND l.linked_at::date > d.ended_on) THEN
        PERFORM retention.refuse('more is known of whom the intelligence names since it was signed');
    ELSIF EXISTS (SELECT FROM cases_subjectaccessrequest s WHERE s.case_id = d.record_id
                  AND s.state NOT IN ('disclosed', 'closed')) THEN
        PERFORM retention.refuse('somebody has asked to see the record');
    END IF;
END
$$;
CREATE FUNCTION retention.dispose(disposal uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d public.reporting_disposal;
    v_plan jsonb;
    v_counts jsonb;
    gone integer;
BEGIN
    PERFORM retention.refuse_all_but_the_system();
    SELECT r.* INTO d FROM reporting_disposal r WHERE r.id = disposal FOR UPDATE;
    IF d.state = 'done' THEN
        RETURN NULL;
    END IF;
    -- A hold that is being set meanwhile is waited for, and one that comes later waits.
    LOCK TABLE reporting_legalhold, reporting_keptlonger IN SHARE ROW EXCLUSIVE MODE;
    PERFORM retention.refuse_unless_signed_and_due(d);
    PERFORM FROM cases_case c WHERE c.id = d.record_id FOR UPDATE;
    PERFORM FROM cases_concern c WHERE c.id = d.record_id FOR UPDATE;
    PERFORM FROM intelligence_intelligencesubmission s WHERE s.id = d.record_id FOR UPDATE;
    PERFORM FROM intelligence_personofconcern n WHERE n.id = d.record_id FOR UPDATE;
    v_plan := retention.plan(d.record, d.record_id);
    v_counts := retention.counted(v_plan);
    IF EXISTS (SELECT FROM retention.holding(v_plan) h WHERE h.how = 'done') THEN
        PERFORM retention.refuse('something is done against what would go with the record, or ended within the year');
    ELSIF EXISTS (SELECT FROM retention.holding(v_plan) h WHERE NOT h.around) THEN
        PERFORM retention.refuse('what would go with the record is held or kept longer');
    ELSIF EXISTS (SELECT FROM retention.holding(v_plan)) THEN
        PERFORM retention.refuse('a record that this is part of is held or kept longer');
    END IF;
    IF v_counts - ARRAY[{moving}] IS DISTINCT FROM d.counts - ARRAY[{moving}] THEN
        PERFORM retention.refuse('the record has changed since it was signed');
    END IF;
{gone}
    -- Whatever still hangs on a row that went is found now, and nothing goes.
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    UPDATE reporting_disposal SET state = 'done', done_at = gate.moment(), done_counts = v_counts,
           files_left = retention.keys(v_plan, 'files') WHERE id = disposal;
    RETURN jsonb_build_object('subjects', to_jsonb(ARRAY(
        SELECT p.subject FROM audit.payload p WHERE p.subject = ANY (retention.subjects(v_plan))
        UNION SELECT p.subject FROM audit.fresh_payload p WHERE p.subject = ANY (retention.subjects(v_plan)))));
END
$$;
"""


def hold_everything(apps: Any, schema_editor: Any) -> None:
    """As delivered, nothing is disposed of while the national inquiry is prepared."""
    apps.get_model("reporting", "LegalHold").objects.create(
        scope="all",
        authority="The national inquiry into group-based child sexual exploitation",
        reason="Relevant records must not be destroyed while the inquiry is prepared (National Audit on Group-based "
        "Child Sexual Exploitation and Abuse, June 2025).",
        review_on=dt.date(2027, 4, 1),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0003_watched"),
        ("cases", "0005_disclosed"),
        ("mase", "0003_watched"),
        ("intelligence", "0003_watched"),
        ("jobs", "0001_initial"),
        ("access", "0003_audit_rows"),
    ]
    operations = [
        migrations.RunSQL(protect(RULES, writing=WRITING), unprotect(RULES)),
        migrations.RunSQL(NO_DELETING, DELETING_AGAIN),
        migrations.RunSQL(f"REVOKE DELETE ON {KEPT} FROM cse_app", f"GRANT DELETE ON {KEPT} TO cse_app"),
        migrations.RunSQL(ONLY_DRAFTS, NOT_ONLY_DRAFTS),
        migrations.RunSQL(STEPS, NO_STEPS),
        migrations.RunSQL(_plan(), migrations.RunSQL.noop),
        migrations.RunSQL(_dispose(), migrations.RunSQL.noop),
        migrations.RunPython(hold_everything, migrations.RunPython.noop),
    ]
