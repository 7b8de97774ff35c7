"""Who reads an action is said by whoever has the restricted part: not by who only does it, nor by their agency."""

from django.db import migrations

from cse_portal.access.row_security import guard, unguard

GUARD = """
CREATE FUNCTION gate.guard_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE' AND NEW.restricted IS DISTINCT FROM OLD.restricted
          AND NOT gate.sees_part(OLD.case_id, 'view_restricted_minutes', 'MINUTES_RESTRICTED_VIEW') THEN
        PERFORM gate.refuse('only those who have the restricted part say who reads an action');
    END IF;
    RETURN NEW;
END
$$;
"""
TABLES = {"mase_planaction": "guard_action"}


class Migration(migrations.Migration):
    dependencies = [("mase", "0005_cmog_agreed"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION gate.guard_action"),
        migrations.RunSQL(guard(TABLES), unguard(TABLES)),
    ]
