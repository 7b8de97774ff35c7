"""An invitation makes somebody a member once it is accepted: it is written by who may invite, and then only withdrawn."""

from django.db import migrations

from cse_portal.access.row_security import guard, unguard
from cse_portal.accounts.choices import AgencyKind
from cse_portal.people.rules import LINK_DAYS, roles_of

ROLES = ", ".join(f"('{kind.value}', '{role.value}')" for kind in AgencyKind for role in roles_of(kind))
GUARD = f"""
CREATE FUNCTION gate.guard_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT gate.opens('PEOPLE_MANAGE') OR TG_OP = 'DELETE' THEN
        NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'withdrawn_at' = to_jsonb(OLD) - 'withdrawn_at' AND NEW.withdrawn_at IS NOT NULL THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.agency_id = gate.agency_id() AND NEW.invited_by_id = gate.user_id() AND NEW.accepted_at IS NULL
          AND NEW.expires_at <= gate.moment() + interval '{LINK_DAYS} days 1 minute'
          -- Whoever has an account is sent the link where they are reached, and is not the lead.
          AND (NEW.user_id IS NULL OR NEW.user_id <> gate.user_id() AND EXISTS (
                  SELECT FROM public.accounts_user u WHERE u.id = NEW.user_id AND u.email = NEW.email))
          -- A role that a lead may give, or the one that somebody has who starts anew.
          AND (EXISTS (SELECT FROM public.accounts_agency a WHERE a.id = NEW.agency_id
                       AND (a.kind::text, NEW.role::text) IN (VALUES {ROLES}))
               OR EXISTS (SELECT FROM public.accounts_membership m WHERE m.user_id = NEW.user_id
                          AND m.agency_id = NEW.agency_id AND m.role = NEW.role AND gate.leads(m.user_id))) THEN
        RETURN NEW;
    END IF;
    PERFORM gate.refuse('an invitation is not written by this person');
END
$$;
"""
TABLES = {"people_invitation": "guard_invitation"}


class Migration(migrations.Migration):
    dependencies = [("people", "0002_watched"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION gate.guard_invitation"),
        migrations.RunSQL(guard(TABLES), unguard(TABLES)),
    ]
