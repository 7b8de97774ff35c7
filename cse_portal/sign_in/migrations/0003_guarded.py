"""Which work account, address and token open whose account: nobody turns another's into their own."""

from django.db import migrations

from cse_portal.access.row_security import guard, unguard

GUARD = """
-- Issued by the agency's lead, noted as used before anybody acts, ended once.
CREATE FUNCTION gate.guard_token() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said text[] := ARRAY['last_used_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.issued_by_id = gate.user_id() AND gate.leads(NEW.user_id) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD.ended_at IS NULL AND gate.opens('PEOPLE_MANAGE') THEN
            said := said || ARRAY['ended_at', 'ended_by_id'];
        END IF;
        IF to_jsonb(NEW) - said = to_jsonb(OLD) - said THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM gate.refuse('a token is not written by this person');
END
$$;
-- django-allauth notes an account's address here before it sends a link for a new password there: that one, and no other.
CREATE FUNCTION gate.guard_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND EXISTS (SELECT FROM public.accounts_user u
                                     WHERE u.id = NEW.user_id AND lower(u.email) = lower(NEW.email)) THEN
        RETURN NEW;
    END IF;
    PERFORM gate.refuse('an address is not written by this person');
END
$$;
"""
TABLES = {
    "sign_in_apitoken": "guard_token",
    "account_emailaddress": "guard_address",
}


class Migration(migrations.Migration):
    dependencies = [
        ("sign_in", "0002_watched"),
        ("access", "0004_standing"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION gate.guard_address; DROP FUNCTION gate.guard_token"),
        migrations.RunSQL(guard(TABLES), unguard(TABLES)),
    ]
