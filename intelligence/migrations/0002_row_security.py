"""PostgreSQL repeats the row rules of submissions and graded reports: see intelligence/querysets.py."""

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect

QUESTIONS = """
-- Asked as the owner: a report's links are seen with the report, and its rule cannot look through them.
CREATE FUNCTION gate.reads_a_linked_case(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM intelligence_link l WHERE l.report_id = which AND l.case_id IS NOT NULL
                   AND gate.sees_part(l.case_id, 'view_intelligence', 'CASE_INTELLIGENCE_VIEW'))
$$;
CREATE FUNCTION gate.reads_report(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM intelligence_intelligencereportreader r
                   WHERE r.report_id = which AND r.user_id = (SELECT gate.user_id())
                     AND r.named_at >= (SELECT gate.post_began()))
$$;
-- The submissions of which a report is linked with a case that somebody is excluded from, and all their reports.
CREATE FUNCTION gate.shut_reports() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(array_agg(k.id), '{}') FROM intelligence_intelligencereport r
    CROSS JOIN LATERAL (VALUES (r.id), (r.submission_id)) k (id)
    WHERE r.submission_id IN (
        SELECT o.submission_id FROM intelligence_intelligencereport o JOIN intelligence_link l ON l.report_id = o.id
        WHERE l.case_id = ANY (gate.shut_keys()))
$$;
-- The words of NOMINAL below about one person or place, for questions that are asked as the owner.
CREATE FUNCTION gate.sees_nominal(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    shut uuid[] := gate.shut_reports();
BEGIN
    RETURN COALESCE(me.is_system OR
        'INTELLIGENCE_GRADE' = ANY (me.opens)
        OR 'INTELLIGENCE_REPORT_VIEW' = ANY (me.opens) AND EXISTS (
            SELECT FROM intelligence_link l JOIN intelligence_intelligencereport r ON r.id = l.report_id
            WHERE (l.person_id = which OR l.place_id = which) AND r.id <> ALL (shut)
              AND (r.handling = 'P' AND gate.reads_a_linked_case(r.id)
                   OR r.handling = 'C' AND gate.reads_report(r.id))), false);
END
$$;
CREATE FUNCTION gate.sees_submission(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.intelligence_intelligencesubmission s WHERE s.id = which); END $$;
CREATE FUNCTION gate.sees_report(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.intelligence_intelligencereport r WHERE r.id = which); END $$;
-- Which child a report is about, besides what it says, is told where the intelligence of that child was given.
CREATE FUNCTION gate.tells_link(report uuid, child_case uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN child_case IS NULL OR (SELECT gate.opens('INTELLIGENCE_GRADE'))
        OR EXISTS (SELECT FROM public.intelligence_intelligencereport r WHERE r.id = report AND r.handling = 'C')
        OR gate.sees_part(child_case, 'view_intelligence', 'CASE_INTELLIGENCE_VIEW');
END
$$;
CREATE FUNCTION gate.sees_disruption(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.intelligence_disruption d WHERE d.id = which); END $$;
-- A line about one of these is read as long as the row is: whichever it is of.
CREATE FUNCTION gate.may_be_told_of(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN gate.sees_concern(which) OR gate.sees_submission(which) OR gate.sees_report(which)
        OR gate.sees_disruption(which);
END
$$;
"""
NO_QUESTIONS = """
DROP FUNCTION gate.may_be_told_of;
DROP FUNCTION gate.sees_disruption;
DROP FUNCTION gate.tells_link;
DROP FUNCTION gate.sees_report;
DROP FUNCTION gate.sees_submission;
DROP FUNCTION gate.sees_nominal;
DROP FUNCTION gate.shut_reports;
DROP FUNCTION gate.reads_report;
DROP FUNCTION gate.reads_a_linked_case;
"""

IN_THE_UNIT = "(SELECT gate.opens('INTELLIGENCE_GRADE'))"
NOT_SHUT_OUT = "id <> ALL ((SELECT gate.shut_reports())::uuid[])"
SUBMISSION = f"""
    (SELECT gate.opens('SUBMISSION_VIEW')) AND {NOT_SHUT_OUT} AND (
        author_id = (SELECT gate.user_id()) AND author_agency_id = (SELECT gate.agency_id())
        OR {IN_THE_UNIT} AND state <> 'draft')
"""
REPORT = f"""
    (SELECT gate.opens('INTELLIGENCE_REPORT_VIEW'))
    AND {NOT_SHUT_OUT}
    AND ({IN_THE_UNIT}
         OR handling = 'P' AND gate.reads_a_linked_case(id)
         OR handling = 'C' AND gate.reads_report(id))
"""
OF_SUBMISSION = "gate.sees_submission(submission_id)"
OF_REPORT = "gate.sees_report(report_id)"
NOMINAL = f"""
    ({IN_THE_UNIT} OR EXISTS (SELECT FROM intelligence_link l WHERE l.{{0}}_id = {{1}}.id))
"""
OF_TARGET = """
    (SELECT gate.opens('INTELLIGENCE_REPORT_VIEW'))
    AND (person_id IS NULL OR EXISTS (SELECT FROM intelligence_personofconcern n WHERE n.id = person_id))
    AND (place_id IS NULL OR EXISTS (SELECT FROM intelligence_locationofconcern n WHERE n.id = place_id))
"""
RULES = {
    "intelligence_intelligencesubmission": SUBMISSION,
    "intelligence_submissionsource": OF_SUBMISSION,
    "intelligence_submissionsubject": OF_SUBMISSION,
    "intelligence_submissionvehicle": OF_SUBMISSION,
    "intelligence_submissionplace": OF_SUBMISSION,
    "intelligence_submissioncontact": OF_SUBMISSION,
    "intelligence_intelligenceline": OF_SUBMISSION,
    "intelligence_detailrequest": OF_SUBMISSION,
    "intelligence_intelligencefeedback": OF_SUBMISSION,
    "intelligence_intelligencereport": REPORT,
    "intelligence_reportline": OF_REPORT,
    "intelligence_intelligencereportreader": OF_REPORT,
    "intelligence_link": f"{OF_REPORT} AND gate.tells_link(report_id, case_id)",
    "intelligence_personofconcern": NOMINAL.format("person", "intelligence_personofconcern"),
    "intelligence_locationofconcern": NOMINAL.format("place", "intelligence_locationofconcern"),
    "intelligence_vehicleofconcern": NOMINAL.format("vehicle", "intelligence_vehicleofconcern"),
    "intelligence_disruption": OF_TARGET,
    "intelligence_disruptionupdate": "gate.sees_disruption(disruption_id)",
}
# Who may read a report is said by the unit alone: in it, in whom it names, in the case it is linked with.
OF_THE_UNIT = f"{IN_THE_UNIT} AND {OF_REPORT}"
WRITING = {
    "intelligence_intelligencereport": f"{IN_THE_UNIT} AND {NOT_SHUT_OUT}",
    "intelligence_reportline": OF_THE_UNIT,
    "intelligence_intelligencereportreader": OF_THE_UNIT,
    "intelligence_link": OF_THE_UNIT,
}
# What a floor below tells of these rows.
TOLD_BELOW = """
CREATE POLICY about_what_they_may_see ON jobs_notification AS RESTRICTIVE FOR SELECT TO cse_app USING (
    about_id IS NULL OR (SELECT gate.is_system()) OR gate.may_be_told_of(about_id));
SELECT gate.note_policies('jobs_notification');
"""
# The audit names records by key alone. An event is not read by who is shut out of any it names: what it was done to, what
# that is about, and what a list showed. A change names no more than its row, so none is read of what hangs on such rows.
KEPT_FROM_AUDITORS = """
CREATE POLICY of_nothing_shut ON audit_auditevent AS RESTRICTIVE FOR SELECT TO cse_app USING (
    (SELECT gate.is_system())
    OR (object_id IS NULL OR object_id <> ALL ((SELECT gate.shut_keys())::uuid[]))
       AND NOT COALESCE(detail -> 'about' ?| (SELECT gate.shut_keys())::text[], false)
       AND NOT COALESCE(detail -> 'cases' ?| (SELECT gate.shut_keys())::text[], false)
       AND NOT COALESCE(detail -> 'shown' ?| (SELECT gate.shut_keys())::text[], false));
SELECT gate.note_policies('audit_auditevent');
CREATE POLICY of_nothing_shut ON audit_change AS RESTRICTIVE FOR SELECT TO cse_app USING (
    (SELECT gate.is_system()) OR (SELECT gate.shut_keys() = '{}')
    OR row_key <> ALL ((SELECT gate.shut_keys())::text[])
       AND of_table !~ '^(intelligence_|mase_cmog|cases_concern)' AND (case_id IS NOT NULL OR of_table !~ '^mase_'));
SELECT gate.note_policies('audit_change');
"""
NOT_KEPT_FROM_AUDITORS = """
DROP POLICY of_nothing_shut ON audit_change;
SELECT gate.note_policies('audit_change');
DROP POLICY of_nothing_shut ON audit_auditevent;
SELECT gate.note_policies('audit_auditevent');
"""
NOT_TOLD_BELOW = """
DROP POLICY about_what_they_may_see ON jobs_notification;
SELECT gate.note_policies('jobs_notification');
"""
# What became of a disruption is history from the moment it is said.
HISTORY = "REVOKE UPDATE, DELETE ON intelligence_disruptionupdate FROM cse_app"
NO_HISTORY = "GRANT UPDATE, DELETE ON intelligence_disruptionupdate TO cse_app"


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0001_initial"), ("cases", "0002_row_security"), ("access", "0003_audit_rows"),
    ]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(protect(RULES, writing=WRITING), unprotect(RULES)),
        migrations.RunSQL(TOLD_BELOW, NOT_TOLD_BELOW),
        migrations.RunSQL(KEPT_FROM_AUDITORS, NOT_KEPT_FROM_AUDITORS),
        migrations.RunSQL(HISTORY, NO_HISTORY),
    ]
