"""PostgreSQL repeats the row rules of submissions and graded reports: see intelligence/querysets.py."""

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect

QUESTIONS = """
-- Asked as the owner: a report's links are seen with the report, and its rule cannot look through them.
CREATE FUNCTION gate.linked_cases(which uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT COALESCE(array_agg(l.case_id), '{}') FROM intelligence_link l
    WHERE l.report_id = which AND l.case_id IS NOT NULL
$$;
CREATE FUNCTION gate.reads_report(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT FROM intelligence_intelligencereportreader r
                   WHERE r.report_id = which AND r.user_id = (SELECT gate.user_id())
                     AND r.named_at <@ (SELECT gate.posts_here()))
$$;
CREATE FUNCTION gate.shut_out_of_submission(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT FROM intelligence_link l
                   JOIN intelligence_intelligencereport r ON r.id = l.report_id
                   WHERE r.submission_id = which AND l.case_id = ANY ((SELECT gate.excluded_cases())::uuid[]))
$$;
CREATE FUNCTION gate.sees_submission(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.intelligence_intelligencesubmission s WHERE s.id = which); END $$;
CREATE FUNCTION gate.sees_report(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.intelligence_intelligencereport r WHERE r.id = which); END $$;
-- Asked as the owner: whoever is shut out of a child's case sees neither that, nor what leads to it.
CREATE FUNCTION gate.cases_of_nominal(person uuid DEFAULT NULL, place uuid DEFAULT NULL, vehicle uuid DEFAULT NULL) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT COALESCE(array_agg(o.case_id), '{}')
    FROM intelligence_link n JOIN intelligence_link o ON o.report_id = n.report_id
    WHERE (n.person_id = person OR n.place_id = place OR n.vehicle_id = vehicle) AND o.case_id IS NOT NULL
$$;
CREATE FUNCTION gate.sees_disruption(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.intelligence_disruption d WHERE d.id = which); END $$;
"""
NO_QUESTIONS = """
DROP FUNCTION gate.sees_disruption;
DROP FUNCTION gate.cases_of_nominal;
DROP FUNCTION gate.sees_report;
DROP FUNCTION gate.sees_submission;
DROP FUNCTION gate.shut_out_of_submission;
DROP FUNCTION gate.reads_report;
DROP FUNCTION gate.linked_cases;
"""

IN_THE_UNIT = "(SELECT gate.opens('INTELLIGENCE_GRADE'))"
SUBMISSION = f"""
    (SELECT gate.opens('SUBMISSION_VIEW')) AND (
        author_id = (SELECT gate.user_id()) AND author_agency_id = (SELECT gate.agency_id())
        OR {IN_THE_UNIT} AND state <> 'draft' AND NOT gate.shut_out_of_submission(id))
"""
REPORT = f"""
    (SELECT gate.opens('INTELLIGENCE_REPORT_VIEW'))
    AND NOT gate.linked_cases(id) && (SELECT gate.excluded_cases())::uuid[]
    AND ({IN_THE_UNIT}
         OR handling = 'P' AND EXISTS (SELECT FROM cases_case c WHERE c.id = ANY (gate.linked_cases(intelligence_intelligencereport.id)))
         OR handling = 'C' AND gate.reads_report(id))
"""
OF_SUBMISSION = "gate.sees_submission(submission_id)"
OF_REPORT = "gate.sees_report(report_id)"
# Whose links lead to no excluded case; most people are excluded from none, and then no link is looked through.
NOMINAL = f"""
    ({IN_THE_UNIT} OR EXISTS (SELECT FROM intelligence_link l WHERE l.{{0}}_id = {{1}}.id))
    AND ((SELECT gate.excluded_cases())::uuid[] = '{{{{}}}}'
         OR NOT gate.cases_of_nominal({{0}} => {{1}}.id) && (SELECT gate.excluded_cases())::uuid[])
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
    "intelligence_link": OF_REPORT,
    "intelligence_personofconcern": NOMINAL.format("person", "intelligence_personofconcern"),
    "intelligence_locationofconcern": NOMINAL.format("place", "intelligence_locationofconcern"),
    "intelligence_vehicleofconcern": NOMINAL.format("vehicle", "intelligence_vehicleofconcern"),
    "intelligence_disruption": OF_TARGET,
    "intelligence_disruptionupdate": "gate.sees_disruption(disruption_id)",
}
# What became of a disruption is history from the moment it is said.
HISTORY = "REVOKE UPDATE, DELETE ON intelligence_disruptionupdate FROM cse_app"
NO_HISTORY = "GRANT UPDATE, DELETE ON intelligence_disruptionupdate TO cse_app"


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0001_initial"), ("cases", "0002_row_security")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(protect(RULES), unprotect(RULES)),
        migrations.RunSQL(HISTORY, NO_HISTORY),
    ]
