"""Who a case is about, who leads it and whether it is restricted give sight of it: not everybody who sees it says so."""

from django.db import migrations

from cse_portal.access.row_security import guard, unguard

GUARD = """
CREATE FUNCTION gate.guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF TG_OP = 'INSERT' THEN
        RETURN NEW;
    ELSIF (NEW.id, NEW.child_id, NEW.reference) IS DISTINCT FROM (OLD.id, OLD.child_id, OLD.reference) THEN
        PERFORM gate.refuse('a case stays the case of its child');
    ELSIF (NEW.is_restricted, NEW.restricted_reason) IS DISTINCT FROM (OLD.is_restricted, OLD.restricted_reason)
          AND NOT (gate.opens('CASE_RESTRICT') AND gate.works_on(OLD.id)) THEN
        PERFORM gate.refuse('only those who may restrict a case do, or lift it');
    ELSIF (NEW.lead_agency_id, NEW.lead_professional_id)
          IS DISTINCT FROM (OLD.lead_agency_id, OLD.lead_professional_id)
          AND NOT (gate.opens('CASE_SHARE') AND gate.works_on(OLD.id)
                   AND (OLD.lead_agency_id = gate.agency_id() OR (gate.me()).role = 'team_manager')) THEN
        PERFORM gate.refuse('only those who lead a case give it to another lead');
    END IF;
    RETURN NEW;
END
$$;
"""
TABLES = {"cases_case": "guard_case"}


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_disclosed"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION gate.guard_case"),
        migrations.RunSQL(guard(TABLES), unguard(TABLES)),
    ]
