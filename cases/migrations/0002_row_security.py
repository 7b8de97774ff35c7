"""PostgreSQL repeats the row rules of cases and concerns: see cases/querysets.py and cse_portal/access/rows.py."""

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect

QUESTIONS = """
-- What asks tables about one row says what that costs, about as much as reading four pages: PostgreSQL takes such a function
-- for almost free otherwise, and asks it of every row of a table before it looks for the one that is meant.
-- Asked as the owner, so that policies need not look through themselves: the keys of the children, their cases and the
-- concerns that a person or an agency is excluded from. Confirmed alone; what is proposed shuts nobody out.
CREATE FUNCTION gate.shut_out_of(who uuid, at_agency uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH x AS (SELECT e.child_id, e.concern_id FROM cases_exclusion e
               WHERE (e.user_id = who OR e.agency_id = at_agency) AND e.confirmed_at IS NOT NULL AND e.ended_at IS NULL)
    SELECT COALESCE(array_agg(k.id), '{}') FROM (
        SELECT COALESCE(x.child_id, x.concern_id) AS id FROM x
        UNION SELECT c.id FROM cases_case c JOIN x ON x.child_id = c.child_id
        UNION SELECT n.id FROM cases_concern n JOIN cases_case c ON c.id = n.case_id JOIN x ON x.child_id = c.child_id) k
$$;
CREATE FUNCTION gate.shut_keys() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT gate.shut_out_of(me.user_id, me.agency_id) FROM gate.me() me $$;
-- Of the concerns of their own agency alone: it tells nobody how many restricted cases there are.
CREATE FUNCTION gate.restricted_cases() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(array_agg(DISTINCT c.case_id), '{}')
    FROM gate.me() me JOIN cases_concern c ON c.author_agency_id = me.agency_id
    JOIN cases_case k ON k.id = c.case_id AND k.is_restricted
    WHERE 'CONCERN_AGENCY' = ANY (me.opens)
$$;
-- The reference alone, of a case by its key or its child's, or of a concern: for who decides on exclusions, judges
-- emergencies or reads the audit without seeing the record; not of one that they are excluded from.
CREATE FUNCTION gate.reference_of(which uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.reference FROM (
        SELECT c.reference FROM cases_case c WHERE c.id = which OR c.child_id = which
        UNION ALL SELECT n.reference FROM cases_concern n WHERE n.id = which AND gate.opens('EXCLUSION_DECIDE')) r
    WHERE (gate.opens('EXCLUSION_DECIDE') OR gate.opens('BREAK_GLASS_REVIEW')
           OR gate.opens('AUDIT_VIEW') OR gate.opens('DISCLOSURE_REGISTER') OR gate.is_system())
      AND (gate.is_system() OR which <> ALL (gate.shut_keys()))
$$;
-- A case that nobody has been given yet, a child who has no case yet: they are just being written.
CREATE FUNCTION gate.is_being_opened(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM cases_casegroupobjectpermission g WHERE g.content_object_id = which)
       AND NOT EXISTS (SELECT FROM cases_caseuserobjectpermission g WHERE g.content_object_id = which)
$$;
CREATE FUNCTION gate.is_new_child(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 4000 SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT NOT EXISTS (SELECT FROM cases_case c WHERE c.child_id = which) $$;
-- Asked as the owner, who is asked for no policy on the way: has this been given to them, or to their agency unless the
-- case is restricted, and are they not shut out? The words of CASE below about one case, with who asks looked up once.
CREATE FUNCTION gate.is_given(me gate.person, which uuid, wanted text) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE part integer := (SELECT p.id FROM auth_permission p WHERE p.codename = wanted);
BEGIN
    RETURN EXISTS (
        SELECT FROM cases_case c WHERE c.id = which
        AND which <> ALL (gate.shut_out_of(me.user_id, me.agency_id))
        AND (EXISTS (SELECT FROM cases_caseuserobjectpermission g
                     WHERE g.content_object_id = which AND g.permission_id = part AND g.user_id = me.user_id
                       AND (g.expires_at IS NULL OR g.expires_at > me.moment)
                       AND g.granted_at <@ gate.posts_of(me))
             OR NOT c.is_restricted AND EXISTS (
                     SELECT FROM cases_casegroupobjectpermission g
                     WHERE g.content_object_id = which AND g.permission_id = part AND g.group_id = me.group_id
                       AND (g.expires_at IS NULL OR g.expires_at > me.moment))));
END
$$;
REVOKE ALL ON FUNCTION gate.is_given FROM PUBLIC;
CREATE FUNCTION gate.sees_case(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE me gate.person := gate.me();
BEGIN
    IF me.is_system THEN
        RETURN EXISTS (SELECT FROM cases_case c WHERE c.id = which);
    END IF;
    RETURN 'CASE_VIEW' = ANY (me.opens) AND gate.is_given(me, which, 'view_case');
END
$$;
-- A part kept apart, of a case they see.
CREATE FUNCTION gate.holds(which uuid, part text) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE me gate.person := gate.me();
BEGIN
    RETURN 'CASE_VIEW' = ANY (me.opens) AND gate.is_given(me, which, 'view_case') AND gate.is_given(me, which, part);
END
$$;
CREATE FUNCTION gate.sees_part(which uuid, part text, opened_by text) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT gate.opens(opened_by) AND gate.holds(which, part) $$;
-- Whoever only sees a case, in an emergency or through a meeting, gives and takes nothing of it.
CREATE FUNCTION gate.works_on(which uuid) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT gate.holds(which, 'change_case') $$;
-- Whether somebody sees a case also without having opened it in an emergency. That is for looking: as cases/policies says
-- it. Asked as the owner, who is asked for no policy on the way.
CREATE FUNCTION gate.sees_case_beyond_emergency(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    part integer := gate.permission('view_case');
BEGIN
    RETURN 'CASE_VIEW' = ANY (me.opens) AND gate.is_given(me, which, 'view_case') AND EXISTS (
        SELECT FROM cases_case c WHERE c.id = which AND (
            EXISTS (SELECT FROM cases_caseuserobjectpermission g
                    WHERE g.content_object_id = which AND g.permission_id = part AND g.user_id = me.user_id
                      AND g.source <> 'break_glass' AND g.granted_at <@ gate.posts_of(me)
                      AND (g.expires_at IS NULL OR g.expires_at > me.moment))
            OR NOT c.is_restricted AND EXISTS (
                    SELECT FROM cases_casegroupobjectpermission g
                    WHERE g.content_object_id = which AND g.permission_id = part AND g.group_id = me.group_id
                      AND (g.expires_at IS NULL OR g.expires_at > me.moment))));
END
$$;
-- Nor does anybody give what they do not hold. What comes by rule the portal gives.
CREATE FUNCTION gate.may_give(which uuid, wanted integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT gate.works_on(which)
       AND gate.holds(which, (SELECT p.codename FROM public.auth_permission p WHERE p.id = wanted))
$$;
-- The words of CONCERN below about one concern, with who asks looked up once: lines and reports of one are asked one by one.
CREATE FUNCTION gate.sees_concern(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    concern record;  -- not the whole row: what somebody wrote is long
BEGIN
    SELECT c.id, c.case_id, c.author_id, c.author_agency_id, c.state INTO concern FROM cases_concern c WHERE c.id = which;
    IF NOT FOUND OR me.is_system OR me.opens IS NULL THEN
        RETURN concern.id IS NOT NULL AND COALESCE(me.is_system, false);
    END IF;
    IF NOT 'CONCERN_VIEW' = ANY (me.opens) OR which = ANY (gate.shut_out_of(me.user_id, me.agency_id)) THEN
        RETURN false;
    END IF;
    IF concern.author_id = me.user_id AND concern.author_agency_id = me.agency_id THEN
        RETURN true;
    END IF;
    IF 'CONCERN_TRIAGE' = ANY (me.opens)
            AND (concern.state = 'submitted' OR concern.state = 'decided' AND concern.case_id IS NULL) THEN
        RETURN true;
    END IF;
    RETURN concern.state <> 'draft' AND (
        'CONCERN_AGENCY' = ANY (me.opens) AND concern.author_agency_id = me.agency_id
            AND NOT EXISTS (SELECT FROM cases_case c WHERE c.id = concern.case_id AND c.is_restricted)
        OR concern.case_id IS NOT NULL AND 'CASE_VIEW' = ANY (me.opens)
            AND gate.is_given(me, concern.case_id, 'view_case'));
END
$$;
CREATE FUNCTION gate.sees_assessment(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.cases_riskassessment a WHERE a.id = which); END $$;
CREATE FUNCTION gate.sees_missing_episode(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.cases_missingepisode e WHERE e.id = which); END $$;
CREATE FUNCTION gate.sees_child(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE COST 4000 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
    $$ BEGIN RETURN EXISTS (SELECT FROM cases_case c WHERE c.child_id = which AND gate.sees_case(c.id)); END $$;
CREATE FUNCTION gate.sees_subject_access(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.cases_subjectaccessrequest r WHERE r.id = which); END $$;
CREATE FUNCTION gate.sees_subject_access_item(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.cases_subjectaccessitem i WHERE i.id = which); END $$;
CREATE FUNCTION gate.sees_subject_access_passage(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.cases_subjectaccesspassage p WHERE p.id = which); END $$;
-- A part kept apart on the case is kept apart in what was written down of it for a bundle.
CREATE FUNCTION gate.reads_part(which uuid, part text) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN part = '' OR EXISTS (
        SELECT FROM public.cases_subjectaccessrequest r WHERE r.id = which AND gate.sees_part(r.case_id, part, CASE part
            WHEN 'view_health_detail' THEN 'HEALTH_VIEW'
            WHEN 'view_restricted_minutes' THEN 'MINUTES_RESTRICTED_VIEW'
            WHEN 'view_intelligence' THEN 'CASE_INTELLIGENCE_VIEW'
            WHEN 'view_confidential_address' THEN 'ADDRESS_VIEW' END));
END
$$;
CREATE FUNCTION gate.reads_part_of_item(which uuid, part text) RETURNS boolean LANGUAGE plpgsql STABLE COST 4000 AS $$
BEGIN
    RETURN part = '' OR gate.reads_part(
        (SELECT i.request_id FROM public.cases_subjectaccessitem i WHERE i.id = which), part);
END
$$;
"""
NO_QUESTIONS = """
DROP FUNCTION gate.reads_part_of_item;
DROP FUNCTION gate.reads_part;
DROP FUNCTION gate.sees_subject_access_passage;
DROP FUNCTION gate.sees_subject_access_item;
DROP FUNCTION gate.sees_subject_access;
DROP FUNCTION gate.sees_child;
DROP FUNCTION gate.sees_missing_episode;
DROP FUNCTION gate.sees_assessment;
DROP FUNCTION gate.sees_concern;
DROP FUNCTION gate.may_give;
DROP FUNCTION gate.sees_case_beyond_emergency;
DROP FUNCTION gate.works_on;
DROP FUNCTION gate.sees_part;
DROP FUNCTION gate.holds;
DROP FUNCTION gate.sees_case;
DROP FUNCTION gate.is_given;
DROP FUNCTION gate.is_new_child;
DROP FUNCTION gate.is_being_opened;
DROP FUNCTION gate.reference_of;
DROP FUNCTION gate.restricted_cases;
DROP FUNCTION gate.shut_keys;
DROP FUNCTION gate.shut_out_of;
"""

UNEXPIRED = "(g.expires_at IS NULL OR g.expires_at > (SELECT gate.moment()))"
TO_VIEW = "g.permission_id = (SELECT gate.permission('view_case'))"
CASE = f"""
    (SELECT gate.opens('CASE_VIEW')) AND id <> ALL ((SELECT gate.shut_keys())::uuid[]) AND (
        EXISTS (SELECT FROM cases_caseuserobjectpermission g
                WHERE g.content_object_id = cases_case.id AND g.user_id = (SELECT gate.user_id())
                  AND {TO_VIEW} AND {UNEXPIRED} AND g.granted_at <@ (SELECT gate.posts_here()))
        OR NOT is_restricted AND EXISTS (
                SELECT FROM cases_casegroupobjectpermission g
                WHERE g.content_object_id = cases_case.id AND g.group_id = (SELECT gate.group_id())
                  AND {TO_VIEW} AND {UNEXPIRED}))
"""
SEEN = "gate.sees_case(id)"  # the same, of one row: PostgreSQL plans it once a session, where CASE is planned each time
MINE = "author_id = (SELECT gate.user_id()) AND author_agency_id = (SELECT gate.agency_id())"
CONCERN = f"""
    (SELECT gate.opens('CONCERN_VIEW'))
    AND id <> ALL ((SELECT gate.shut_keys())::uuid[])
    AND ({MINE}
         OR state <> 'draft' AND (
             (SELECT gate.opens('CONCERN_AGENCY')) AND author_agency_id = (SELECT gate.agency_id())
                 AND (case_id IS NULL OR case_id <> ALL ((SELECT gate.restricted_cases())::uuid[]))
             OR EXISTS (SELECT FROM cases_case c WHERE c.id = case_id))
         OR (SELECT gate.opens('CONCERN_TRIAGE'))
             AND (state = 'submitted' OR state = 'decided' AND case_id IS NULL))
"""
OF_CASE = "gate.sees_case(case_id)"
OF_CONCERN = "gate.sees_concern(concern_id)"
OF_COPY = """
    (SELECT gate.opens('COPY_FIND'))
    OR (SELECT gate.opens('PEOPLE_EXPORT'))
        AND (requested_by_id = (SELECT gate.user_id()) OR decided_by_id = (SELECT gate.user_id()) OR state = 'waiting')
"""
# Whoever works by references alone, and is not shut out of the case.
NOT_SHUT_OUT = "case_id <> ALL ((SELECT gate.shut_keys())::uuid[])"
OTHERS = "user_id <> (SELECT gate.user_id())"
# Nobody reads or decides on what names them or their agency, or is of a child that they are excluded from.
DECIDES = """
    (SELECT gate.opens('EXCLUSION_DECIDE')) AND COALESCE(child_id, concern_id) <> ALL ((SELECT gate.shut_keys())::uuid[])
    AND user_id IS DISTINCT FROM (SELECT gate.user_id()) AND agency_id IS DISTINCT FROM (SELECT gate.agency_id())
"""
# Who prepares, reads or releases, of the cases they see: nobody else on a case learns that somebody asked for it.
OF_SUBJECT_ACCESS = """
    ((SELECT gate.opens('SUBJECT_ACCESS_PREPARE')) OR (SELECT gate.opens('SUBJECT_ACCESS_CHECK'))
     OR (SELECT gate.opens('SUBJECT_ACCESS_RELEASE'))) AND gate.sees_case(case_id)
"""
HOLDER = "(SELECT gate.{0}()) OR gate.sees_case(content_object_id)"
RULES = {
    "cases_case": CASE,
    "cases_child": "EXISTS (SELECT FROM cases_case c WHERE c.child_id = cases_child.id)",
    "cases_childalias": "gate.sees_child(child_id)",
    "cases_caseuserobjectpermission": f"user_id = {HOLDER.format('user_id')}",
    "cases_casegroupobjectpermission": f"group_id = {HOLDER.format('group_id')}",
    "cases_exclusion": DECIDES,
    "cases_declaration": "user_id = (SELECT gate.user_id())",
    "cases_breakglass": f"user_id = (SELECT gate.user_id()) OR (SELECT gate.opens('BREAK_GLASS_REVIEW')) AND {NOT_SHUT_OUT} OR {OF_CASE}",
    "cases_episode": OF_CASE,
    "cases_riskassessment": OF_CASE,
    "cases_assessmentanswer": "gate.sees_assessment(assessment_id)",
    "cases_categorydecision": OF_CASE,
    # That the police know something of this child is told with the intelligence itself.
    "cases_chronologyentry": (
        f"{OF_CASE} AND (kind <> 'intelligence'"
        " OR gate.sees_part(case_id, 'view_intelligence', 'CASE_INTELLIGENCE_VIEW'))"
        " AND (NOT restricted OR gate.sees_part(case_id, 'view_restricted_minutes', 'MINUTES_RESTRICTED_VIEW'))"
    ),
    "cases_document": OF_CASE,
    "cases_missingepisode": OF_CASE,
    "cases_returnhomeinterview": "gate.sees_missing_episode(episode_id)",
    "cases_peopleexport": OF_COPY,
    "cases_confidentialaddress": OF_CASE,
    "cases_sealedaddress": (
        "EXISTS (SELECT FROM cases_confidentialaddress a WHERE a.id = address_id"
        " AND gate.sees_part(a.case_id, 'view_confidential_address', 'ADDRESS_VIEW'))"
    ),
    "cases_healthnote": "gate.sees_part(case_id, 'view_health_detail', 'HEALTH_VIEW')",
    "cases_healthsummary": OF_CASE,
    "cases_subjectaccessrequest": OF_SUBJECT_ACCESS,
    "cases_subjectaccessitem": (
        "gate.sees_subject_access(request_id)"
        " AND (source <> 'cases.Concern' OR gate.sees_concern(source_id))"
        " AND (kind <> 'intelligence' OR (SELECT gate.opens('SUBJECT_ACCESS_RELEASE'))"
        " OR gate.reads_part(request_id, 'view_intelligence'))"
    ),
    # The police see what they told, to release it.
    "cases_subjectaccesspassage": (
        "gate.sees_subject_access_item(item_id)"
        " AND (section = '' OR needs_release AND (SELECT gate.opens('SUBJECT_ACCESS_RELEASE'))"
        " OR gate.reads_part_of_item(item_id, section))"
    ),
    "cases_redaction": "gate.sees_subject_access_passage(passage_id)",
    # To offer another child's name tells that there is such a record.
    "cases_othername": (
        "gate.sees_subject_access(request_id) AND gate.reads_part(request_id, section)"
        " AND (source <> 'cases.Child' OR gate.sees_child(source_id))"
        " AND (source <> 'cases.Concern' OR gate.sees_concern(source_id))"
    ),
    "cases_disclosure": f"(SELECT gate.opens('DISCLOSURE_REGISTER')) AND {NOT_SHUT_OUT} OR {OF_SUBJECT_ACCESS}",
    "cases_concern": CONCERN,
    "cases_concernindicator": OF_CONCERN,
    "cases_concernmention": OF_CONCERN,
    "cases_concernaddendum": OF_CONCERN,
    "cases_concerndecision": OF_CONCERN,
}

GIVING = "granted_by_id = (SELECT gate.user_id()) AND gate.may_give(content_object_id, permission_id)"
# The team's own, in the moment the case is opened: with that they give the others theirs.
OPENING = """
    (SELECT gate.opens('CONCERN_TRIAGE')) AND granted_by_id = (SELECT gate.user_id())
    AND group_id = (SELECT gate.group_id()) AND gate.is_being_opened(content_object_id)
    AND permission_id IN ((SELECT gate.permission('view_case')), (SELECT gate.permission('change_case')))
"""
FOUR_HOURS = "(SELECT gate.moment()) + interval '4 hours 1 minute'"
# In an emergency, for themselves alone, until the end of the emergency that they wrote down, and never past an exclusion.
BREAKING_GLASS = f"""
    (SELECT gate.opens('BREAK_GLASS')) AND source = 'break_glass'
    AND user_id = (SELECT gate.user_id()) AND granted_by_id = (SELECT gate.user_id())
    AND expires_at <= {FOUR_HOURS}
    AND content_object_id <> ALL ((SELECT gate.shut_keys())::uuid[])
    AND permission_id = (SELECT gate.permission('view_case'))
    AND EXISTS (SELECT FROM cases_breakglass b WHERE b.id = source_id AND b.case_id = content_object_id
                AND b.user_id = (SELECT gate.user_id()) AND b.verdict = '' AND b.ends_at >= expires_at)
"""
JUDGES = f"(SELECT gate.opens('BREAK_GLASS_REVIEW')) AND {OTHERS} AND {NOT_SHUT_OUT}"
# What is written before its writer sees it, or by fewer than may read it. Nobody gives themselves a case, lets themselves
# back into one, or decides on their own conflict.
WRITING = {
    "cases_case": f"{SEEN} OR (SELECT gate.opens('CONCERN_TRIAGE')) AND gate.is_being_opened(id)",
    "cases_child": "gate.sees_child(id) OR (SELECT gate.opens('CONCERN_TRIAGE')) AND gate.is_new_child(id)",
    "cases_childalias": "gate.sees_child(child_id) OR gate.is_new_child(child_id)",
    "cases_caseuserobjectpermission": f"{OTHERS} AND {GIVING} OR {BREAKING_GLASS}",
    "cases_casegroupobjectpermission": f"{GIVING} OR {OPENING}",
    "cases_exclusion": DECIDES,
    "cases_declaration": "user_id = (SELECT gate.user_id())",
    "cases_chronologyentry": OF_CASE,
    "cases_disclosure": OF_SUBJECT_ACCESS,
    "cases_breakglass": (
        "user_id = (SELECT gate.user_id()) AND agency_id = (SELECT gate.agency_id()) AND verdict = ''"
        f" AND (SELECT gate.opens('BREAK_GLASS')) AND ends_at <= {FOUR_HOURS} AND {NOT_SHUT_OUT} OR {JUDGES}"
    ),
}
# Of what was given, who gave it does not matter to whoever renews it. One's own anybody lays down.
CHANGING = {
    "cases_case": SEEN,
    "cases_child": "gate.sees_child(id)",
    "cases_childalias": RULES["cases_childalias"],
    "cases_caseuserobjectpermission": f"{OTHERS} AND gate.may_give(content_object_id, permission_id)",
    "cases_casegroupobjectpermission": "gate.may_give(content_object_id, permission_id)",
    "cases_breakglass": JUDGES,
}
REMOVING = {
    "cases_caseuserobjectpermission": "user_id = (SELECT gate.user_id()) OR gate.works_on(content_object_id)",
    "cases_casegroupobjectpermission": "gate.works_on(content_object_id)",
    "cases_declaration": "false",
}
# One takes back what one declared, and rewrites nothing of it.
ONLY_TAKEN_BACK = """
REVOKE UPDATE ON cases_declaration FROM cse_app;
GRANT UPDATE (withdrawn_at) ON cases_declaration TO cse_app;
"""
REWRITTEN = """
REVOKE UPDATE (withdrawn_at) ON cases_declaration FROM cse_app;
GRANT UPDATE ON cases_declaration TO cse_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("access", "0001_who_acts")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(
            protect(RULES, writing=WRITING, changing=CHANGING, removing=REMOVING), unprotect(RULES)
        ),
        migrations.RunSQL(ONLY_TAKEN_BACK, REWRITTEN),
        # What became of an interview is added, never changed.
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON cases_returnhomeinterview FROM cse_app",
            "GRANT UPDATE, DELETE ON cases_returnhomeinterview TO cse_app",
        ),
    ]
