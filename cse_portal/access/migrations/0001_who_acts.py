"""How PostgreSQL knows who asks: signed by the portal, looked up here, and good for one transaction."""

from typing import Any

from django.db import migrations

from cse_portal.access import row_security

WHO_ACTS = """
CREATE SCHEMA gate;
GRANT USAGE ON SCHEMA gate TO cse_app;

-- Every function of these migrations names its tables' schema, or looks for them in pg_temp last: PostgreSQL looks there
-- first, and whoever may make a table of their own could otherwise put an empty one in the place of what shuts them out.

-- The key of RFC 2104, kept as its two pads. Whoever reads it could become anybody: the application role may not.
CREATE TABLE gate.context_key (inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);
REVOKE ALL ON gate.context_key FROM PUBLIC, cse_app;

CREATE TYPE gate.person AS (
    user_id uuid, agency_id uuid, group_id integer, opens text[], moment timestamptz, is_system boolean,
    role text, request_id uuid
);

CREATE FUNCTION gate.set_key(inner_pad bytea, outer_pad bytea) RETURNS void
LANGUAGE sql AS $$
    DELETE FROM gate.context_key;
    INSERT INTO gate.context_key VALUES (inner_pad, outer_pad);
$$;
REVOKE ALL ON FUNCTION gate.set_key FROM PUBLIC;

CREATE FUNCTION gate.sign(words text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(words, 'UTF8'))), 'hex')
            FROM gate.context_key k);
END
$$;
REVOKE ALL ON FUNCTION gate.sign FROM PUBLIC;

-- Called by the portal's connection at the start of what somebody does.
CREATE FUNCTION gate.enter(who text, role_now text, opens text, moment text, request text, signature text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    at timestamptz := moment::timestamptz;
    today date := (moment::timestamptz AT TIME ZONE 'Europe/London')::date;
    person text;
BEGIN
    IF signature IS DISTINCT FROM
       gate.sign(concat_ws('|', 'enter', who, role_now, opens, moment, request, pg_backend_pid()::text)) THEN
        RAISE EXCEPTION 'who acts was not said by the portal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF who = 'system' THEN
        person := concat_ws('|', 'system', '', '', '', at::text, '', request);
    ELSE
        SELECT concat_ws('|', u.id::text, m.agency_id::text, a.group_id::text, opens, at::text, role_now, request)
        INTO person
        FROM accounts_user u
        JOIN accounts_membership m ON m.user_id = u.id
        JOIN accounts_agency a ON a.id = m.agency_id
        WHERE u.id = who::uuid AND u.is_active AND a.is_active AND m.role = role_now
          AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on > today);
    END IF;
    PERFORM set_config('gate.me',
        COALESCE(gate.sign(concat_ws('|', person, pg_backend_pid()::text, now()::text)) || '|' || person, ''), true);
END
$$;

CREATE FUNCTION gate.me() RETURNS gate.person
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    raw text := current_setting('gate.me', true);
    person text := substr(raw, 66);  -- after the 64 characters of its signature
    part text[];
    nobody gate.person;
BEGIN
    IF raw IS NULL OR raw = '' THEN
        RETURN nobody;
    END IF;
    IF left(raw, 64) IS DISTINCT FROM gate.sign(concat_ws('|', person, pg_backend_pid()::text, now()::text)) THEN
        RAISE EXCEPTION 'who acts was not said by the portal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    part := string_to_array(person, '|');
    IF part[1] = 'system' THEN
        RETURN ROW(NULL, NULL, NULL, '{}'::text[], part[5]::timestamptz, true,
                   '', NULLIF(part[7], '')::uuid)::gate.person;
    END IF;
    RETURN ROW(part[1]::uuid, part[2]::uuid, part[3]::integer, string_to_array(part[4], ' '),
               part[5]::timestamptz, false, part[6], NULLIF(part[7], '')::uuid)::gate.person;
END
$$;

CREATE FUNCTION gate.user_id() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (gate.me()).user_id $$;
CREATE FUNCTION gate.agency_id() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (gate.me()).agency_id $$;
CREATE FUNCTION gate.group_id() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT (gate.me()).group_id $$;
CREATE FUNCTION gate.moment() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT (gate.me()).moment $$;
CREATE FUNCTION gate.is_system() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT COALESCE((gate.me()).is_system, false) $$;
CREATE FUNCTION gate.opens(permission text) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT COALESCE(permission = ANY((gate.me()).opens), false) $$;

CREATE FUNCTION gate.refuse(why text) RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '%', why USING ERRCODE = 'insufficient_privilege'; END $$;
-- Whoever migrates is not, nor is the system. Nobody is: anybody can say that nobody acts.
CREATE FUNCTION gate.is_bound() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT NOT pg_has_role(current_user, 'cse_owner', 'MEMBER') AND NOT gate.is_system() $$;
-- Where a row was written says by whose rules it is read: PostgreSQL asks them of the row as it is now.
CREATE FUNCTION gate.refuse_to_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gate.refuse(format('a row of %s stays where it was written', TG_TABLE_NAME));
END
$$;
-- Who wrote, decided or took back stands in these columns of a row, and for which agency: nobody says it of another. What
-- stands there of somebody else stays, and may be taken out by whoever may write on the row.
CREATE FUNCTION gate.refuse_another_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    me gate.person := gate.me();
    was jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
    said jsonb := to_jsonb(NEW);
    own uuid;
    each text;
BEGIN
    FOREACH each IN ARRAY TG_ARGV LOOP
        own := CASE WHEN each ~ 'agency_id$' THEN me.agency_id ELSE me.user_id END;
        IF said ->> each IS DISTINCT FROM was ->> each AND said ->> each IS NOT NULL
           AND said ->> each IS DISTINCT FROM own::text THEN
            PERFORM gate.refuse(format('no person writes %s in the name of another', TG_TABLE_NAME));
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

-- The times in which somebody has worked for the agency they work for now; of whoever asks.
CREATE FUNCTION gate.posts_of(me gate.person) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT COALESCE(range_agg(tstzrange(m.starts_on::timestamp AT TIME ZONE 'Europe/London',
                                                m.ends_on::timestamp AT TIME ZONE 'Europe/London')), '{}')
            FROM public.accounts_membership m WHERE m.user_id = me.user_id AND m.agency_id = me.agency_id);
END
$$;
CREATE FUNCTION gate.posts_here() RETURNS tstzmultirange LANGUAGE sql STABLE AS $$ SELECT gate.posts_of(gate.me()) $$;

-- When somebody's post of today began, or later that day the one before was let go; of whoever asks.
CREATE FUNCTION gate.post_began() RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    today date := (me.moment AT TIME ZONE 'Europe/London')::date;
    first date := (SELECT max(m.starts_on) FROM public.accounts_membership m
                   WHERE m.user_id = me.user_id AND m.agency_id = me.agency_id
                     AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on > today));
BEGIN
    -- GREATEST passes over what is null: where no post holds today, neither counts.
    RETURN CASE WHEN first IS NOT NULL THEN GREATEST(
        first::timestamp AT TIME ZONE 'Europe/London',
        (SELECT max(m.let_go_at) FROM public.accounts_membership m
         WHERE m.user_id = me.user_id AND m.ends_on = first
           AND m.let_go_at < (first + 1)::timestamp AT TIME ZONE 'Europe/London')) END;
END
$$;

-- By its name alone, as every rule asks: Django's own index begins with the type, and so does not help.
CREATE INDEX auth_permission_codename ON public.auth_permission (codename);
CREATE FUNCTION gate.permission(wanted text) RETURNS integer
LANGUAGE sql STABLE AS $$ SELECT p.id FROM public.auth_permission p WHERE p.codename = wanted $$;

-- The policies as their migrations wrote them and PostgreSQL understood them: compared at every start.
CREATE TABLE gate.noted_policies (table_name text PRIMARY KEY, words text NOT NULL);
REVOKE ALL ON gate.noted_policies FROM PUBLIC, cse_app;
GRANT SELECT ON gate.noted_policies TO cse_app;

CREATE FUNCTION gate.policy_words(which oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(concat_ws(' | ', p.polname, p.polpermissive, p.polcmd,
                                (SELECT string_agg(r.rolname, ' ' ORDER BY r.rolname) FROM pg_roles r
                                 WHERE r.oid = ANY (p.polroles)),
                                'using ' || pg_get_expr(p.polqual, p.polrelid),
                                'check ' || pg_get_expr(p.polwithcheck, p.polrelid)), E'\n' ORDER BY p.polname)
    FROM pg_policy p WHERE p.polrelid = which
$$;

CREATE FUNCTION gate.note_policies(which text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO gate.noted_policies VALUES (which, gate.policy_words(('public.' || quote_ident(which))::regclass))
    ON CONFLICT (table_name) DO UPDATE SET words = EXCLUDED.words
$$;
CREATE FUNCTION gate.forget_policies(which text) RETURNS void
LANGUAGE sql AS $$ DELETE FROM gate.noted_policies WHERE table_name = which $$;
REVOKE ALL ON FUNCTION gate.note_policies, gate.forget_policies FROM PUBLIC;
"""


def set_key(apps: Any, schema_editor: Any) -> None:
    row_security.set_context_key()


class Migration(migrations.Migration):
    initial = True
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.RunSQL(WHO_ACTS, "DROP INDEX auth_permission_codename; DROP SCHEMA gate CASCADE"),
        migrations.RunPython(set_key, migrations.RunPython.noop),
    ]
