"""What hangs on a case is written by who works on it, each part by whom its service lets, and in nobody else's name.

To see a case gives nothing to write on it: above all not in an emergency, which is for looking. What an assessment, a
decision or a note said is not written again. Asked of each row that is written: a page that only reads asks none of it.
"""

from django.db import migrations

from cse_portal.access.row_security import by_anybody, by_right, in_any_name, in_ones_own_name
from cse_portal.accounts.choices import HEALTH_KINDS

HEALTH = ", ".join(f"'{each.value}'" for each in HEALTH_KINDS)
RIGHTS = f"""
-- The case that a row hangs on. Asked as the owner, of a trigger that is: it would tell of rows that nobody may see.
CREATE FUNCTION gate.case_behind(row_ jsonb) RETURNS uuid
LANGUAGE plpgsql STABLE COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN row_ ? 'case_id' THEN (row_ ->> 'case_id')::uuid
        WHEN row_ ? 'assessment_id' THEN
            (SELECT a.case_id FROM cases_riskassessment a WHERE a.id = (row_ ->> 'assessment_id')::uuid)
        WHEN row_ ? 'episode_id' THEN
            (SELECT e.case_id FROM cases_missingepisode e WHERE e.id = (row_ ->> 'episode_id')::uuid)
        WHEN row_ ? 'address_id' THEN
            (SELECT a.case_id FROM cases_confidentialaddress a WHERE a.id = (row_ ->> 'address_id')::uuid)
        END;
END
$$;
REVOKE ALL ON FUNCTION gate.case_behind FROM PUBLIC;
-- The words of gate.works_on, asked as the owner of whoever was looked up once: it is asked of each row.
CREATE FUNCTION gate.works_on_as(me gate.person, which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN COALESCE('CASE_VIEW' = ANY (me.opens) AND gate.is_given(me, which, 'change_case')
                    AND gate.is_given(me, which, 'view_case'), false);
END
$$;
REVOKE ALL ON FUNCTION gate.works_on_as FROM PUBLIC;
-- Refuses whoever does not work on this case, with one of these permissions where any are named: to add a row or take it
-- away, or to write these columns of one again ('*': any). What changes nothing is written by anybody who sees it.
CREATE FUNCTION gate.refuse_unless_by_right(
    of_table text, which uuid, was jsonb, is_now jsonb, to_add text, to_change text, columns text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    changes boolean := COALESCE(was <> is_now, false);
    again text[] := string_to_array(columns, ' ');
    opened text[] := string_to_array(CASE WHEN changes THEN to_change ELSE to_add END, ' ');
BEGIN
    IF was = is_now THEN
        RETURN;
    ELSIF changes AND columns <> '*' AND is_now - again <> was - again THEN
        PERFORM gate.refuse(format('what stands in %s is not written again', of_table));
    ELSIF NOT COALESCE((cardinality(opened) = 0 OR me.opens && opened) AND gate.works_on_as(me, which), false) THEN
        PERFORM gate.refuse(format('only those who work on a case, and may, write %s', of_table));
    END IF;
END
$$;
REVOKE ALL ON FUNCTION gate.refuse_unless_by_right FROM PUBLIC;
CREATE FUNCTION gate.guard_work() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, gate.case_behind(COALESCE(is_now, was)), was, is_now,
                                        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]);
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
-- Some fifty come with an assessment, in one statement: to one's own, of a case that one works on.
CREATE FUNCTION gate.guard_assessment_answers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT n.assessment_id FROM added n) of_them WHERE NOT EXISTS (
            SELECT FROM cases_riskassessment a WHERE a.id = of_them.assessment_id AND a.author_id = me.user_id
            AND gate.works_on_as(me, a.case_id))) THEN
        PERFORM gate.refuse('only those who work on a case, and assess it, write their answers');
    END IF;
    RETURN NULL;
END
$$;
-- Of a child who has no case yet whoever decides on a concern writes: they are just being written down.
CREATE FUNCTION gate.guard_child() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    child uuid := COALESCE(is_now, was) ->> CASE TG_TABLE_NAME WHEN 'cases_child' THEN 'id' ELSE 'child_id' END;
    which uuid := (SELECT c.id FROM cases_case c WHERE c.child_id = child);
BEGIN
    IF which IS NOT NULL OR NOT gate.opens('CONCERN_TRIAGE') THEN
        PERFORM gate.refuse_unless_by_right(TG_TABLE_NAME, which, was, is_now, '', '', '*');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
-- A line is added by who does something there, as was asked to a meeting perhaps; its words stay. Who reads it is said with
-- the action that it tells of, by who runs what agreed that.
CREATE FUNCTION gate.guard_chronology() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT COALESCE(gate.sees_case_beyond_emergency(NEW.case_id), false) THEN
            PERFORM gate.refuse('only those who see a case beyond an emergency add to its chronology');
        END IF;
    ELSIF to_jsonb(NEW) - 'restricted' <> to_jsonb(OLD) - 'restricted' THEN
        PERFORM gate.refuse('what stands in a chronology is not written again');
    ELSIF NEW.restricted <> OLD.restricted
          AND NOT ((gate.opens('MEETING_CHAIR') OR gate.opens('CMOG_RUN'))
                   AND gate.sees_part(OLD.case_id, 'view_restricted_minutes', 'MINUTES_RESTRICTED_VIEW')
                   AND gate.sees_case_beyond_emergency(OLD.case_id)) THEN
        PERFORM gate.refuse('only those who have the restricted part say who reads a line');
    END IF;
    RETURN NEW;
END
$$;
-- The record of the health agencies, who need not work on the rest of the case.
CREATE FUNCTION gate.guard_health() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM gate.refuse('what stands in the health detail is not written again');
    ELSIF NOT COALESCE(gate.sees_part(NEW.case_id, 'view_health_detail', 'HEALTH_VIEW')
                       AND gate.sees_case_beyond_emergency(NEW.case_id)
                       AND EXISTS (SELECT FROM public.accounts_agency a
                                   WHERE a.id = gate.agency_id() AND a.kind IN ({HEALTH})), false) THEN
        PERFORM gate.refuse('only those who have the health detail, for a health agency, add to it');
    END IF;
    RETURN NEW;
END
$$;
"""
NO_RIGHTS = """
DROP FUNCTION gate.guard_health;
DROP FUNCTION gate.guard_chronology;
DROP FUNCTION gate.guard_child;
DROP FUNCTION gate.guard_assessment_answers;
DROP FUNCTION gate.guard_work;
DROP FUNCTION gate.refuse_unless_by_right;
DROP FUNCTION gate.works_on_as;
DROP FUNCTION gate.case_behind;
"""
# By which permissions a row is added, by which it is written again, and what of it. Whoever works on a case may do all but
# what names one: each role that opens cases opens the work on them.
ADDED = "guard_work('', '', '')"
CALLS = {
    "cases_assessmentanswer": ADDED,
    "cases_categorydecision": "guard_work('CATEGORY_CONFIRM', '', '')",
    "cases_child": "guard_child()",
    "cases_childalias": "guard_child()",
    "cases_chronologyentry": "guard_chronology()",
    "cases_confidentialaddress": "guard_work('', '', 'ended_at ended_by_id')",
    "cases_document": "guard_work('', '', 'removed_by_id removed_at removed_reason')",
    "cases_episode": (
        "guard_work('CASE_REOPEN CONCERN_TRIAGE', 'CASE_CLOSE',"
        " 'closed_at closed_by_id closing_code closing_reason checklist')"
    ),
    "cases_healthnote": "guard_health()",
    "cases_healthsummary": "guard_health()",
    "cases_missingepisode": (
        "guard_work('', '', 'returned_at found_where return_notes return_recorded_at return_recorded_by_id')"
    ),
    "cases_returnhomeinterview": ADDED,
    "cases_riskassessment": ADDED,
    "cases_sealedaddress": ADDED,
}
# Who may add a child is asked by its policy; that nobody takes one away, by rights.
WRITING = {
    "cases_assessmentanswer": "UPDATE OR DELETE",
    "cases_child": "UPDATE",
    **dict.fromkeys(("cases_chronologyentry", "cases_healthnote", "cases_healthsummary"), "INSERT OR UPDATE"),
}
AT_ONCE = {"cases_assessmentanswer": "guard_assessment_answers()"}
NAMES = {
    "cases_breakglass": "reviewed_by_id",
    "cases_categorydecision": "decided_by_id",
    "cases_chronologyentry": "recorded_by_id, agency_id",
    "cases_confidentialaddress": "marked_by_id, agency_id, ended_by_id",
    "cases_document": "uploaded_by_id, agency_id, removed_by_id",
    "cases_episode": "opened_by_id, closed_by_id",
    "cases_exclusion": "decided_by_id",
    "cases_healthnote": "recorded_by_id, agency_id",
    "cases_healthsummary": "written_by_id, agency_id",
    "cases_missingepisode": "recorded_by_id, agency_id, return_recorded_by_id",
    "cases_returnhomeinterview": "recorded_by_id, agency_id",
    "cases_riskassessment": "author_id, author_agency_id",
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_bundles")]
    operations = [
        migrations.RunSQL(RIGHTS, NO_RIGHTS),
        migrations.RunSQL(
            by_right(CALLS, writing=WRITING, at_once=AT_ONCE), by_anybody(CALLS, at_once=AT_ONCE)
        ),
        migrations.RunSQL(in_ones_own_name(NAMES), in_any_name(NAMES)),
    ]
