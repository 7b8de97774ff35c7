"""Who looked at a case, by agency and role, for its lead professional: counts, never one person's look."""

from django.db import migrations

WHO_LOOKED = """
CREATE FUNCTION gate.who_looked(which uuid, since timestamptz)
RETURNS TABLE (agency text, role text, people bigint, looks bigint, latest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(a.name, ''), e.role::text, count(DISTINCT e.actor_id), count(*), max(e.at)
    FROM audit_auditevent e LEFT JOIN accounts_agency a ON a.id = e.agency_id
    WHERE (e.case_id = which OR e.detail ? 'cases' AND e.detail -> 'cases' @> jsonb_build_array(which))
      AND e.at >= since AND e.actor_id IS NOT NULL
      AND e.action ~ '^(cases|mase)[.].*(viewed|downloaded|exported|printed|_read|address_shown)$'
      -- Whoever traces a copy, or keeps the register, reads the reference of a case alone: no look at the child, and
      -- that a copy was found is no news for its lead.
      AND e.action NOT IN ('cases.copy_viewed', 'cases.register_viewed')
      -- As the page asks: a lead by name who has lost sight of the case, as by moving to another agency, is told no more.
      AND EXISTS (
          SELECT FROM cases_case c WHERE c.id = which AND (
              gate.is_system() OR c.lead_professional_id = gate.user_id() AND gate.works_on(which)))
    GROUP BY 1, 2 ORDER BY 5 DESC
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_watched"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(WHO_LOOKED, "DROP FUNCTION gate.who_looked")]
