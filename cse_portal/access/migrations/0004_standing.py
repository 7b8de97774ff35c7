"""Who somebody is, and what that gives them, stands in rows that everybody reads and few may write.

The gate reads them, and so does every policy: whoever could make themselves a manager would see what managers see.
"""

from django.db import migrations

from cse_portal.access.row_security import guard, unguard

QUESTIONS = """
-- A lead's reach: the people of their own agency who still work there, and not themselves.
CREATE FUNCTION gate.leads(which uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT gate.opens('PEOPLE_MANAGE') AND which <> gate.user_id() AND EXISTS (
        SELECT FROM public.accounts_membership m, gate.me() me
        WHERE m.user_id = which AND m.agency_id = me.agency_id
          AND (m.ends_on IS NULL OR m.ends_on > (me.moment AT TIME ZONE 'Europe/London')::date))
$$;
"""
NO_QUESTIONS = """
DROP FUNCTION gate.leads;
"""
GUARDS = """
CREATE FUNCTION gate.guard_for_the_system() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gate.refuse(format('no person writes %s', TG_TABLE_NAME));
END
$$;
-- When somebody last signed in is noted before they act. Passwords, addresses and names are the system's to write.
CREATE FUNCTION gate.guard_user() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    theirs text[] := ARRAY['last_login'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- An agency's own system, which opens nothing by itself.
        IF gate.opens('PEOPLE_MANAGE') AND NEW.is_system THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD.id = gate.user_id() THEN
            theirs := theirs || ARRAY['job_title', 'phone'];
        ELSIF gate.leads(OLD.id) THEN
            theirs := theirs || ARRAY['is_active'];
        END IF;
        IF to_jsonb(NEW) - theirs = to_jsonb(OLD) - theirs THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM gate.refuse('an account is not written by this person');
END
$$;
-- A lead says until when somebody of their agency works there and that they still do: never in which role or for whom.
CREATE FUNCTION gate.guard_membership() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said text[] := ARRAY['ends_on', 'last_confirmed_on', 'suspended_at', 'suspended_why', 'reactivated_at', 'let_go_at'];
    today date := (gate.moment() AT TIME ZONE 'Europe/London')::date;
BEGIN
    IF NOT gate.opens('PEOPLE_MANAGE') OR TG_OP = 'DELETE' THEN
        NULL;
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.agency_id = gate.agency_id() AND NEW.role = 'api_client'
           AND EXISTS (SELECT FROM public.accounts_user u WHERE u.id = NEW.user_id AND u.is_system) THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.agency_id = gate.agency_id() AND OLD.user_id <> gate.user_id()
          AND to_jsonb(NEW) - said = to_jsonb(OLD) - said
          AND (OLD.ends_on IS NULL OR OLD.ends_on > today OR NEW.ends_on = OLD.ends_on) THEN
        RETURN NEW;
    END IF;
    PERFORM gate.refuse('a membership is not written by this person');
END
$$;
-- Which columns of a row a statement changes, but for its key: every protected row keeps that.
CREATE FUNCTION gate.changed(before jsonb, after jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE(array_agg(n.key), '{}') FROM jsonb_each(after) n
    WHERE n.value IS DISTINCT FROM before -> n.key AND n.key <> 'id'
$$;
-- Whoever sent a concern or a submission reads it for as long as they work there, whatever shuts it to others; a draft its
-- author removes; and a concern that waits for a decision is read by all who decide, whatever case it is part of. What was
-- sent says what was sent: of its columns only those of `later` go on.
CREATE FUNCTION gate.keep_as_sent(before jsonb, after jsonb, later text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changes text[] := gate.changed(before, after);
BEGIN
    IF changes && '{author_id, author_agency_id}' THEN
        PERFORM gate.refuse('no person writes whose it is');
    ELSIF before->>'state' = 'draft' THEN
        IF after->>'state' NOT IN ('draft', 'submitted') THEN
            PERFORM gate.refuse('no person writes what becomes of a draft before it was sent');
        END IF;
    ELSIF after->>'state' = 'draft' THEN
        PERFORM gate.refuse('what was sent stays where it was written, and is no draft again');
    ELSIF NOT changes <@ later THEN
        PERFORM gate.refuse('what was sent stays as it was sent');
    END IF;
END
$$;
-- The portal's own beginning of both: see start() of their services.
CREATE FUNCTION gate.begins_as_draft(after jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (after->>'state', after->>'author_id', after->>'author_agency_id')
       IS DISTINCT FROM ('draft', gate.user_id()::text, gate.agency_id()::text) THEN
        PERFORM gate.refuse('no person writes but a draft of their own');
    END IF;
END
$$;
"""
NO_GUARDS = """
DROP FUNCTION gate.begins_as_draft;
DROP FUNCTION gate.keep_as_sent;
DROP FUNCTION gate.changed;
DROP FUNCTION gate.guard_membership;
DROP FUNCTION gate.guard_user;
DROP FUNCTION gate.guard_for_the_system;
"""
TABLES = {
    "accounts_user": "guard_user",
    "accounts_membership": "guard_membership",
    # Which agency and group are whose, what a grant's permission is called, and what guardian and Django would add.
    "accounts_agency": "guard_for_the_system",
    "accounts_user_groups": "guard_for_the_system",
    "accounts_user_user_permissions": "guard_for_the_system",
    "auth_group": "guard_for_the_system",
    "auth_group_permissions": "guard_for_the_system",
    "auth_permission": "guard_for_the_system",
    "django_content_type": "guard_for_the_system",
    "guardian_groupobjectpermission": "guard_for_the_system",
    "guardian_userobjectpermission": "guard_for_the_system",
}


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_audit_rows"),
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
    ]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(guard(TABLES), unguard(TABLES)),
    ]
