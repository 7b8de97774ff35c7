"""Who reads the audit: the privacy officer, and of a return's own history whoever reads returns.

A privacy officer who is shut out of a case does not find who looked at it either.
"""

from django.db import migrations

from cse_portal.access.row_security import guard, protect, unguard, unprotect

AUDITOR = "(SELECT gate.opens('AUDIT_VIEW'))"
NOT_SHUT_OUT = "(case_id IS NULL OR case_id <> ALL ((SELECT gate.shut_keys())::uuid[]))"
READ = {
    "audit_auditevent": (
        f"{AUDITOR} AND {NOT_SHUT_OUT}"
        " OR (SELECT gate.opens('RETURN_VIEW')) AND object_type IN ('reporting.RegionalReturn', 'reporting.BoardReport') AND case_id IS NULL"
    ),
    "audit_reason": "EXISTS (SELECT FROM audit_auditevent e WHERE e.id = audit_reason.id)",
    "audit_change": f"{AUDITOR} AND {NOT_SHUT_OUT}",
    "audit_seal": AUDITOR,
}
# Row-level security keeps the index of what a list showed from being used: asked as the owner, answered to an auditor.
# Who read a concern before it became part of the case was noted by the concern's key.
EVENTS_OF_CASE = """
CREATE FUNCTION gate.events_of_case(which uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH allowed AS (SELECT WHERE gate.opens('AUDIT_VIEW') AND which <> ALL (gate.shut_keys()) OR gate.is_system()),
    keys AS (SELECT which AS id UNION ALL SELECT c.id FROM cases_concern c WHERE c.case_id = which)
    SELECT e.id FROM allowed, audit_auditevent e WHERE e.case_id = which
    UNION
    SELECT e.id FROM allowed, keys k, audit_auditevent e
    WHERE e.detail ? 'cases' AND e.detail -> 'cases' @> jsonb_build_array(k.id)
$$;
"""
# Nobody judges an act that they do not read of: a copy or a report named somebody they are shut out of.
ITS_ACT_READ = "(event_id IS NULL OR EXISTS (SELECT FROM audit_auditevent e WHERE e.id = audit_finding.event_id))"
REVIEW = {"audit_finding": f"(SELECT gate.opens('AUDIT_REVIEW')) AND {NOT_SHUT_OUT} AND {ITS_ACT_READ}"}
# By the act and the case it is about follows who reads it; what the rules bring up no person writes before they do.
GUARD = """
CREATE FUNCTION gate.guard_finding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    verdict text[] := ARRAY['verdict', 'note', 'decided_by_id', 'decided_at'];
    me uuid := gate.user_id();
BEGIN
    IF TG_OP <> 'UPDATE' OR to_jsonb(NEW) - verdict <> to_jsonb(OLD) - verdict THEN
        PERFORM gate.refuse('no person writes what the audit brings up');
    ELSIF to_jsonb(NEW) <> to_jsonb(OLD)
          AND (OLD.verdict <> '' OR OLD.actor_id = me OR me IS NULL OR NEW.decided_by_id IS DISTINCT FROM me) THEN
        PERFORM gate.refuse('another person decides on an act, once and for themselves');
    END IF;
    RETURN NEW;
END
$$;
"""
GUARDED = {"audit_finding": "guard_finding"}


class Migration(migrations.Migration):
    dependencies = [("access", "0002_notifications"), ("audit", "0003_watched"), ("cases", "0002_row_security")]
    operations = [
        migrations.RunSQL(protect(READ, writing=dict.fromkeys(READ, "false")), unprotect(READ)),
        migrations.RunSQL(protect(REVIEW), unprotect(REVIEW)),
        migrations.RunSQL(EVENTS_OF_CASE, "DROP FUNCTION gate.events_of_case"),
        migrations.RunSQL(GUARD, "DROP FUNCTION gate.guard_finding"),
        migrations.RunSQL(guard(GUARDED), unguard(GUARDED)),
    ]
