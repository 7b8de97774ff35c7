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
-- Everything that intelligence knows and this person, at this agency, may not, whoever they are. What may be about
-- themselves; every report about that, or about a case from which they are excluded, with the others made of the same
-- submission; and all that is in them.
CREATE FUNCTION gate.shut_intelligence_of(who uuid, at_agency uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    shut_cases uuid[] := ARRAY(SELECT x.case_id FROM cases_exclusion x WHERE x.user_id = who OR x.agency_id = at_agency);
    targets uuid[] := ARRAY(
        SELECT COALESCE(c.submission_id, c.person_id, c.place_id) FROM intelligence_staffconflict c
        WHERE c.user_id = who AND c.outcome <> 'dismissed');
    reports uuid[];
BEGIN
    IF shut_cases = '{}' AND targets = '{}' THEN
        RETURN targets;
    END IF;
    reports := ARRAY(
        SELECT r.id FROM intelligence_intelligencereport r
        WHERE r.submission_id = ANY (targets) OR r.submission_id IN (
            SELECT o.submission_id FROM intelligence_intelligencereport o JOIN intelligence_link l ON l.report_id = o.id
            WHERE l.case_id = ANY (shut_cases) OR l.person_id = ANY (targets) OR l.place_id = ANY (targets)));
    RETURN targets || reports
        || ARRAY(SELECT r.submission_id FROM intelligence_intelligencereport r WHERE r.id = ANY (reports))
        || ARRAY(SELECT COALESCE(l.person_id, l.place_id, l.vehicle_id) FROM intelligence_link l
                 WHERE l.report_id = ANY (reports) AND l.case_id IS NULL);
END
$$;
REVOKE ALL ON FUNCTION gate.shut_intelligence_of FROM PUBLIC;
-- Asked as the owner, once a question: of whoever asks.
CREATE FUNCTION gate.shut_intelligence() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT gate.shut_intelligence_of(me.user_id, me.agency_id) FROM gate.me() me $$;
-- Of that what may be about somebody by itself, as keys, for the portal's own rules: of whoever asks; and of somebody else
-- what whoever asks decides on. Nobody reads of themselves why.
CREATE FUNCTION gate.intelligence_close_to(who uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE me gate.person := gate.me();
BEGIN
    RETURN ARRAY(
        SELECT COALESCE(c.submission_id, c.person_id, c.place_id) FROM intelligence_staffconflict c
        WHERE c.user_id = who AND c.outcome <> 'dismissed'
          AND (me.is_system OR who = me.user_id
               OR 'EXCLUSION_DECIDE' = ANY (me.opens)
                  AND COALESCE(c.submission_id, c.person_id, c.place_id) <> ALL (gate.shut_intelligence())));
END
$$;
-- The words of NOMINAL below about one person or place, for questions that are asked as the owner.
CREATE FUNCTION gate.sees_nominal(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    shut uuid[] := gate.shut_intelligence();
BEGIN
    RETURN COALESCE(me.is_system OR which <> ALL (shut) AND (
        'INTELLIGENCE_GRADE' = ANY (me.opens)
        OR 'INTELLIGENCE_REPORT_VIEW' = ANY (me.opens) AND EXISTS (
            SELECT FROM intelligence_link l JOIN intelligence_intelligencereport r ON r.id = l.report_id
            WHERE (l.person_id = which OR l.place_id = which) AND r.id <> ALL (shut)
              AND (r.handling = 'P' AND gate.reads_a_linked_case(r.id)
                   OR r.handling = 'C' AND gate.reads_report(r.id)))), false);
END
$$;
-- All of it, whatever it is: what a row that may be about anything is asked for. As words too, as an event says keys.
CREATE FUNCTION gate.shut_keys() RETURNS uuid[] LANGUAGE sql STABLE AS
    $$ SELECT gate.excluded_cases() || gate.shut_concerns() || gate.shut_intelligence() $$;
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
-- What the portal found of somebody who may be too close to a concern, or whom intelligence may be about.
CREATE FUNCTION gate.may_judge(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN gate.opens('EXCLUSION_DECIDE') AND (
        EXISTS (SELECT FROM public.cases_concernconflict f
                WHERE f.id = which AND f.concern_id <> ALL (gate.shut_concerns()))
        OR EXISTS (SELECT FROM public.intelligence_staffconflict f
                   WHERE f.id = which
                     AND COALESCE(f.submission_id, f.person_id, f.place_id) <> ALL (gate.shut_intelligence())));
END
$$;
-- A line about one of these is read as long as the row is: whichever it is of.
CREATE FUNCTION gate.may_be_told_of(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN gate.sees_concern(which) OR gate.sees_submission(which) OR gate.sees_report(which)
        OR gate.sees_disruption(which) OR gate.may_judge(which);
END
$$;
"""
NO_QUESTIONS = """
DROP FUNCTION gate.may_be_told_of;
DROP FUNCTION gate.may_judge;
DROP FUNCTION gate.sees_disruption;
DROP FUNCTION gate.tells_link;
DROP FUNCTION gate.sees_report;
DROP FUNCTION gate.sees_submission;
DROP FUNCTION gate.shut_keys;
DROP FUNCTION gate.sees_nominal;
DROP FUNCTION gate.intelligence_close_to;
DROP FUNCTION gate.shut_intelligence;
DROP FUNCTION gate.shut_intelligence_of;
DROP FUNCTION gate.reads_report;
DROP FUNCTION gate.reads_a_linked_case;
"""

IN_THE_UNIT = "(SELECT gate.opens('INTELLIGENCE_GRADE'))"
NOT_SHUT_OUT = "id <> ALL ((SELECT gate.shut_intelligence())::uuid[])"
SUBMISSION = f"""
    (SELECT gate.opens('SUBMISSION_VIEW')) AND (
        author_id = (SELECT gate.user_id()) AND author_agency_id = (SELECT gate.agency_id())
        OR {IN_THE_UNIT} AND state <> 'draft' AND {NOT_SHUT_OUT})
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
    ({IN_THE_UNIT} OR EXISTS (SELECT FROM intelligence_link l WHERE l.{{0}}_id = {{1}}.id)) AND {NOT_SHUT_OUT}
"""
# Whether somebody is whom intelligence names is never read or decided by themselves, nor by whoever it may be about as well.
DECIDES = """
    (SELECT gate.opens('EXCLUSION_DECIDE')) AND user_id <> (SELECT gate.user_id())
    AND COALESCE(submission_id, person_id, place_id) <> ALL ((SELECT gate.shut_intelligence())::uuid[])
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
    "intelligence_staffconflict": DECIDES,
}
# Who may read a report is said by the unit alone: in it, in whom it names, in the case it is linked with.
OF_THE_UNIT = f"{IN_THE_UNIT} AND {OF_REPORT}"
WRITING = {
    "intelligence_intelligencereport": f"{IN_THE_UNIT} AND {NOT_SHUT_OUT}",
    "intelligence_reportline": OF_THE_UNIT,
    "intelligence_intelligencereportreader": OF_THE_UNIT,
    "intelligence_link": OF_THE_UNIT,
}
# What floors below tell of these rows. A child's chronology tells that a report came: not to who is shut out of that
# report, whoever's part of intelligence they hold. PostgreSQL asks this besides the rule of cases, which knows no reports.
TOLD_BELOW = """
CREATE POLICY not_of_a_shut_report ON cases_chronologyentry AS RESTRICTIVE FOR SELECT TO cse_app USING (
    kind <> 'intelligence' OR source_id IS NULL OR source_id <> ALL ((SELECT gate.shut_intelligence())::uuid[]));
CREATE POLICY nor_changed ON cases_chronologyentry AS RESTRICTIVE FOR UPDATE TO cse_app USING (
    kind <> 'intelligence' OR source_id IS NULL OR source_id <> ALL ((SELECT gate.shut_intelligence())::uuid[]));
SELECT gate.note_policies('cases_chronologyentry');
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
DROP POLICY nor_changed ON cases_chronologyentry;
DROP POLICY not_of_a_shut_report ON cases_chronologyentry;
SELECT gate.note_policies('cases_chronologyentry');
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
