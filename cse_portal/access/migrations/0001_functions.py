"""What policies ask: who acts, signed by the portal, and a few questions that must look past the policies themselves.

Functions that look past them belong to the owner (SECURITY DEFINER) and answer about the caller. PL/pgSQL finds its
tables when it runs, so that this can come before them.
"""

from typing import Any

from django.db import migrations

from cse_portal.acting import set_context_key

WHO_ACTS = """
CREATE SCHEMA gate;
GRANT USAGE ON SCHEMA gate TO cse_app;

-- The key of RFC 2104, kept as its two pads. The application role may not read it.
CREATE TABLE gate.context_key (inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);
REVOKE ALL ON gate.context_key FROM PUBLIC, cse_app;

CREATE TYPE gate.person AS (
    user_id uuid, agency_id uuid, group_id integer, role text, opens text[], moment timestamptz, request_id uuid,
    is_system boolean
);

-- Who acts, as cse_portal/acting.py says it for this connection: signature | key | agency | group | role | opens |
-- moment | request. Without words, nobody. With words that the portal did not sign, an error.
CREATE FUNCTION gate.me() RETURNS gate.person
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    raw text := current_setting('gate.me', true);
    words text := substr(raw, 66);  -- after the 64 characters of its signature
    part text[];
    nobody gate.person;
BEGIN
    IF raw IS NULL OR raw = '' THEN
        RETURN nobody;
    END IF;
    IF left(raw, 64) IS DISTINCT FROM (
        SELECT encode(sha256(k.outer_pad || sha256(k.inner_pad
                      || convert_to(words || '|' || pg_backend_pid(), 'UTF8'))), 'hex')
        FROM gate.context_key k) THEN
        RAISE EXCEPTION 'who acts was not said by the portal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    part := string_to_array(words, '|');
    RETURN ROW(
        CASE WHEN part[1] <> 'system' THEN part[1]::uuid END, NULLIF(part[2], '')::uuid, NULLIF(part[3], '')::integer,
        part[4], string_to_array(part[5], ' '), COALESCE(NULLIF(part[6], '')::timestamptz, clock_timestamp()),
        NULLIF(part[7], '')::uuid, part[1] = 'system')::gate.person;
END
$$;

-- In PL/pgSQL, because a plan keeps a call of it: PostgreSQL would read an SQL function again for each plan of a policy.
CREATE FUNCTION gate.user_id() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (gate.me()).user_id; END $$;
CREATE FUNCTION gate.agency_id() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (gate.me()).agency_id; END $$;
CREATE FUNCTION gate.group_id() RETURNS integer LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (gate.me()).group_id; END $$;
CREATE FUNCTION gate.moment() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (gate.me()).moment; END $$;
CREATE FUNCTION gate.is_system() RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN COALESCE((gate.me()).is_system, false); END $$;
CREATE FUNCTION gate.opens(permission text) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN COALESCE(permission = ANY((gate.me()).opens), false); END $$;

-- By its name alone, as every rule asks: Django's own index begins with the type, and so does not help.
CREATE INDEX auth_permission_codename ON public.auth_permission (codename);
CREATE FUNCTION gate.permission(wanted text) RETURNS integer LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN (SELECT p.id FROM public.auth_permission p WHERE p.codename = wanted); END $$;

-- The times in which the caller has worked for the agency they work for now: what was given to them by name in
-- another agency stays behind.
CREATE FUNCTION gate.posts_here() RETURNS tstzmultirange
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT COALESCE(range_agg(tstzrange(m.starts_on::timestamp AT TIME ZONE 'Europe/London',
                                                m.ends_on::timestamp AT TIME ZONE 'Europe/London')), '{}')
            FROM public.accounts_membership m, gate.me() me
            WHERE m.user_id = me.user_id AND m.agency_id = me.agency_id);
END
$$;
"""
QUESTIONS = """
-- Each of these cases with every case that is recorded as the same child's, itself among them.
CREATE FUNCTION gate.kept_together(which uuid[]) RETURNS TABLE (first_id uuid, other_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 2 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY WITH RECURSIVE t(a, b) AS (
        SELECT w, w FROM unnest(which) w
        UNION SELECT t.a, CASE m.kept_id WHEN t.b THEN m.merged_id ELSE m.kept_id END
        FROM t JOIN cases_childmerge m ON m.undone_at IS NULL AND t.b IN (m.kept_id, m.merged_id))
    SELECT t.a, t.b FROM t;
END
$$;
-- Of these cases, each with a person or an agency that a confirmed exclusion shuts out of it.
CREATE FUNCTION gate.excluded_from(which uuid[]) RETURNS TABLE (shut_case uuid, who uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT t.first_id, COALESCE(e.user_id, e.agency_id)
    FROM gate.kept_together(which) t JOIN cases_case c ON c.id = t.other_id
    JOIN cases_exclusion e ON e.child_id = c.child_id AND e.confirmed_at IS NOT NULL AND e.ended_at IS NULL;
END
$$;
-- The children, cases and concerns that a confirmed exclusion shuts to somebody, by name or with their agency: with a
-- record those too that are recorded as the same child's.
CREATE FUNCTION gate.shut_out_of(who uuid, at_agency uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE shut uuid[] := ARRAY(
    SELECT COALESCE(e.child_id, e.concern_id) FROM cases_exclusion e
    WHERE (e.user_id = who OR e.agency_id = at_agency) AND e.confirmed_at IS NOT NULL AND e.ended_at IS NULL);
BEGIN
    IF shut = '{}' THEN
        RETURN shut;
    END IF;
    RETURN ARRAY(
        WITH c AS (
            SELECT r.id, r.child_id FROM cases_case r JOIN gate.kept_together(
                ARRAY(SELECT o.id FROM cases_case o WHERE o.child_id = ANY (shut))) t ON t.other_id = r.id)
        SELECT unnest(shut) UNION SELECT c.id FROM c UNION SELECT c.child_id FROM c
        UNION SELECT n.id FROM cases_concern n JOIN c ON c.id = n.case_id);
END
$$;
-- The concerns handed to the agency of whoever acts; not what it declined, nor of a restricted case, which no agency sees.
CREATE FUNCTION gate.handed_over() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT COALESCE(array_agg(h.concern_id), '{}')
            FROM cases_handoff h, gate.me() me
            WHERE h.agency_id = me.agency_id AND h.concern_id IS NOT NULL AND h.state NOT IN ('declined', 'passed_on')
              AND NOT gate.is_restricted(h.case_id));
END
$$;
CREATE FUNCTION gate.excluded() RETURNS uuid[] LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN (SELECT gate.shut_out_of(me.user_id, me.agency_id) FROM gate.me() me); END $$;
CREATE FUNCTION gate.is_restricted(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN COALESCE((SELECT c.is_restricted FROM cases_case c WHERE c.id = which), false);
END
$$;
-- Whether the caller was given this on the case, which is not shut to them: the rule of cases_case about one case, for
-- the policies of the tables that this rule itself reads, and for writing.
CREATE FUNCTION gate.holds(which uuid, wanted text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    part integer := gate.permission(wanted);
BEGIN
    RETURN COALESCE('CASE_VIEW' = ANY (me.opens), false) AND which <> ALL (gate.excluded()) AND (
        EXISTS (SELECT FROM cases_caseuserobjectpermission g
                WHERE g.content_object_id = which AND g.permission_id = part AND g.user_id = me.user_id
                  AND (g.expires_at IS NULL OR g.expires_at > me.moment) AND g.granted_at <@ gate.posts_here())
        OR NOT gate.is_restricted(which) AND EXISTS (
                SELECT FROM cases_casegroupobjectpermission g
                WHERE g.content_object_id = which AND g.permission_id = part AND g.group_id = me.group_id
                  AND (g.expires_at IS NULL OR g.expires_at > me.moment)));
END
$$;
CREATE FUNCTION gate.sees_case(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN gate.is_system() OR gate.holds(which, 'view_case'); END $$;
-- The cases of which each of these words is in the reference, or in the child's name or alias, or looks much like one of
-- these names; of those that were granted to the caller. Asked past row-level security, which keeps the trigram indexes
-- from being used.
CREATE FUNCTION gate.cases_named(words text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    here tstzmultirange := gate.posts_here();
    shut uuid[] := gate.excluded();
BEGIN
    RETURN QUERY
    SELECT c.id FROM (
        SELECT f.child_id FROM unnest(words) WITH ORDINALITY w(word, place), LATERAL (
            SELECT '%' || regexp_replace(lower(w.word), '([\\%_])', '\\\1', 'g') || '%' AS has,
                   CASE WHEN length(w.word) >= 4 THEN lower(w.word) END AS looks) p,  -- long enough to be mistyped
        LATERAL (
            SELECT n.id AS child_id FROM cases_child n WHERE lower(n.given_name) LIKE has OR lower(n.given_name) % looks
            UNION ALL
            SELECT n.id FROM cases_child n WHERE lower(n.family_name) LIKE has OR lower(n.family_name) % looks
            UNION ALL
            SELECT a.child_id FROM cases_childalias a WHERE lower(a.name) LIKE has OR lower(a.name) % looks
            UNION ALL SELECT r.child_id FROM cases_case r WHERE r.reference LIKE upper(has)) f
        GROUP BY f.child_id HAVING count(DISTINCT w.place) = cardinality(words)) found
    JOIN cases_case c USING (child_id)
    WHERE me.is_system OR 'CASE_VIEW' = ANY (me.opens) AND c.id <> ALL (shut) AND COALESCE((
        SELECT true FROM cases_casesight s
        WHERE s.case_id = c.id AND s.principal IN (me.user_id, me.agency_id)
          AND (s.expires_at IS NULL OR s.expires_at > me.moment)
          AND (s.principal = me.agency_id OR s.granted_at <@ here) LIMIT 1), false);
END
$$;
-- To see a case is not to write on it: that is a grant of its own, which an emergency does not give.
CREATE FUNCTION gate.contributes(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN gate.holds(which, 'view_case') AND gate.holds(which, 'change_case'); END $$;
-- The reference of a case, by its key or its child's, or of a concern, for people who work by reference alone.
CREATE FUNCTION gate.reference_of(which uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT gate.is_system() AND (which = ANY (gate.excluded()) OR NOT (
           gate.opens('EXCLUSION_DECIDE') OR gate.opens('BREAK_GLASS_REVIEW') OR gate.opens('AUDIT_VIEW')
           OR gate.opens('DISCLOSURE_REGISTER'))) THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT r.reference FROM (
        SELECT c.reference FROM cases_case c WHERE c.id = which OR c.child_id = which
        UNION ALL SELECT n.reference FROM cases_concern n WHERE n.id = which AND gate.opens('EXCLUSION_DECIDE')) r
        LIMIT 1);
END
$$;
-- Who looked at a case, by agency and role, for its lead professional: counts, never one person's look.
CREATE FUNCTION gate.who_looked(which uuid, since timestamptz)
RETURNS TABLE (agency text, role text, people bigint, looks bigint, latest timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT COALESCE(a.name, '')::text, e.role::text, count(DISTINCT e.actor_id), count(*), max(e.at)
    FROM audit_auditevent e LEFT JOIN accounts_agency a ON a.id = e.agency_id
    WHERE (e.case_id = which OR e.detail ? 'cases' AND e.detail -> 'cases' @> jsonb_build_array(which))
      AND e.at >= since AND e.actor_id IS NOT NULL
      AND e.action ~ '^(cases|mase)[.].*(viewed|downloaded|exported|printed|_read|address_shown)$'
      AND e.action NOT IN ('cases.copy_viewed', 'cases.register_viewed')
      AND EXISTS (SELECT FROM cases_case c WHERE c.id = which AND (
          gate.is_system() OR c.lead_professional_id = gate.user_id() AND gate.contributes(which)))
    GROUP BY 1, 2 ORDER BY 5 DESC;
END
$$;
-- The events about a case, also those of a list that showed it: row-level security keeps the index from being used.
CREATE FUNCTION gate.events_of_case(which uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF gate.is_system() OR gate.opens('AUDIT_VIEW') AND which <> ALL (gate.excluded()) THEN
        RETURN QUERY
        WITH keys AS (SELECT which AS id UNION ALL SELECT c.id FROM cases_concern c WHERE c.case_id = which)
        SELECT e.id FROM audit_auditevent e WHERE e.case_id = which
        UNION
        SELECT e.id FROM keys k, audit_auditevent e
        WHERE e.detail ? 'cases' AND e.detail -> 'cases' @> jsonb_build_array(k.id);
    END IF;
END
$$;
-- Who was asked to a meeting about no one child sees it: its rule cannot look through the invitations, which are seen with it.
CREATE FUNCTION gate.asked_to(which uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM mase_invitation i, gate.me() me
                   WHERE i.meeting_id = which AND i.person_id = me.user_id AND i.agency_id = me.agency_id);
END
$$;
-- Who owns a part of the strategy's plan reads all of it: its rule cannot look through its own rows.
CREATE FUNCTION gate.owns_objective() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM mase_strategicobjective o, gate.me() me
                   WHERE o.owner_id = me.user_id AND o.agency_id = me.agency_id);
END
$$;
-- An item may be about an action, and an action may be agreed under an item: their rules cannot ask each other.
CREATE FUNCTION gate.sees_item(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_agendaitem i WHERE i.id = which); END $$;
-- The cases with which a report is linked, and who may read it by name: seen with the report, asked by its rule.
CREATE FUNCTION gate.reads_report(which uuid, handling text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE handling
        WHEN 'P' THEN EXISTS (SELECT FROM intelligence_link l WHERE l.report_id = which
                              AND gate.holds(l.case_id, 'view_case') AND gate.holds(l.case_id, 'view_intelligence'))
        WHEN 'C' THEN EXISTS (SELECT FROM intelligence_intelligencereportreader r
                              WHERE r.report_id = which AND r.user_id = gate.user_id()
                                AND r.named_at <@ gate.posts_here())
        ELSE false END;
END
$$;
-- The submissions with a report that is linked with a case which is shut to the one who acts, their reports, and the
-- subjects that these link.
CREATE FUNCTION gate.excluded_intelligence() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE shut uuid[] := gate.excluded();
BEGIN
    IF shut = '{}' THEN
        RETURN shut;
    END IF;
    RETURN array_remove(ARRAY(
        SELECT unnest(ARRAY[r.id, r.submission_id, o.subject_id])
        FROM intelligence_link l JOIN intelligence_intelligencereport s ON s.id = l.report_id
        JOIN intelligence_intelligencereport r ON r.submission_id = s.submission_id
        LEFT JOIN intelligence_link o ON o.report_id = r.id WHERE l.case_id = ANY (shut)), NULL);
END
$$;
-- Anybody may tell us, and nobody who acts then reads the table. The same key again finds the same reference.
CREATE FUNCTION gate.receive_report(said jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO cases_communityreport
        (id, reference, from_whom, worry, place, about, contact, received_at, outcome, reason)
    SELECT r.id, r.reference, r.from_whom, r.worry, r.place, r.about, r.contact, r.received_at, '', ''
    FROM jsonb_to_record(said) r (id uuid, reference text, from_whom text, worry text, place text, about text,
                                  contact text, received_at timestamptz)
    ON CONFLICT (id) DO NOTHING;
    RETURN (SELECT c.reference FROM cases_communityreport c WHERE c.id = (said ->> 'id')::uuid);
END
$$;
"""
PROJECTION = """
-- `Projected()` of cse_portal/row_security.py: who sees which case, in the order of lists, written anew when a grant, the
-- case or the child's name changes. It repeats guardian's grants; the rule of cases_case is asked of each row that a list shows.
CREATE FUNCTION gate.keep_case_sight() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sight integer := gate.permission('view_case');
    changed jsonb := to_jsonb(COALESCE(NEW, OLD));
    which uuid := (changed ->> TG_ARGV[0])::uuid;
BEGIN
    IF (changed ->> 'permission_id')::integer <> sight THEN
        RETURN NULL;
    END IF;
    -- Two who change the sight of one case write it one after the other.
    which := (SELECT c.id FROM cases_case c WHERE c.id = which OR c.child_id = which FOR NO KEY UPDATE);
    DELETE FROM cases_casesight s WHERE s.case_id = which;
    INSERT INTO cases_casesight (principal, case_id, granted_at, expires_at,
                                 status, category, last_activity_at, next_review_on, missing_since,
                                 lead_agency_id, family_name, given_name)
    SELECT g.principal, c.id, g.granted_at, NULLIF(max(COALESCE(g.expires_at, 'infinity')), 'infinity'),
           c.status, c.category, c.last_activity_at, c.next_review_on, c.missing_since, c.lead_agency_id,
           n.family_name, n.given_name
    FROM cases_case c JOIN cases_child n ON n.id = c.child_id, LATERAL (
        SELECT u.user_id AS principal, u.granted_at, u.expires_at FROM cases_caseuserobjectpermission u
        WHERE u.content_object_id = c.id AND u.permission_id = sight
        UNION ALL
        SELECT a.id, p.granted_at, p.expires_at FROM cases_casegroupobjectpermission p
        JOIN accounts_agency a ON a.group_id = p.group_id
        WHERE p.content_object_id = c.id AND p.permission_id = sight AND NOT c.is_restricted) g
    WHERE c.id = which GROUP BY g.principal, c.id, g.granted_at, n.id;
    RETURN NULL;
END
$$;
"""
FREEZING = """
-- A signed-off return, named by its own key or by that of one of its measures.
CREATE FUNCTION gate.return_is_signed(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.reporting_regionalreturn r WHERE r.state = 'signed' AND (
        r.id = which OR r.id = (SELECT m.regional_return_id FROM public.reporting_returnmeasure m WHERE m.id = which)));
END
$$;
-- `Frozen()` of cse_portal/row_security.py: the columns that may still change are the trigger's arguments.
CREATE FUNCTION gate.refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_NARGS = 0
       OR to_jsonb(NEW) - TG_ARGV[:]::text[] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[:]::text[] THEN
        RAISE EXCEPTION 'what was sent or agreed is never changed (%)', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
"""


def set_key(apps: Any, schema_editor: Any) -> None:
    set_context_key()


class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    # Their tables have policies and triggers that call these functions.
    run_before = [
        (app, "0001_initial")
        for app in ("accounts", "drafts", "jobs", "people", "sign_in", "cases", "intelligence", "mase", "reporting")
    ]
    operations = [
        migrations.RunSQL(
            [WHO_ACTS, QUESTIONS, PROJECTION, FREEZING], "DROP INDEX auth_permission_codename; DROP SCHEMA gate CASCADE"
        ),
        migrations.RunPython(set_key, migrations.RunPython.noop),
    ]
