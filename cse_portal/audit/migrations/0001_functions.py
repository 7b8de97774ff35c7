"""The functions through which the audit is written. They come before every table that calls them, and name none."""

from django.db import migrations

REFUSE = """
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO cse_app;

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % cannot be changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
"""
WRITE = """
-- One act. The actor is the person whose identity the portal signed, or nobody; in a job, or before somebody is signed
-- in, the person whom the portal names.
CREATE FUNCTION audit.append(
    id uuid, at timestamptz, actor uuid, agency uuid, role text, action text, object_type text, object_id uuid,
    case_id uuid, why text, detail jsonb, request uuid, session text, network text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me record;
    moment timestamptz := clock_timestamp();
BEGIN
    SELECT m.* INTO me FROM gate.me() m;
    IF me.user_id IS NOT NULL AND actor IS NOT NULL THEN
        actor := me.user_id;
        agency := me.agency_id;
        role := me.role;
    END IF;
    INSERT INTO audit_auditevent (id, at, written_at, actor_id, agency_id, role, action, object_type, object_id, case_id,
                                  detail, request_id, session, network)
    VALUES (id, at, moment, actor, agency, role, action, object_type, object_id, case_id, detail, request, session, network);
    INSERT INTO audit_unsealed (id, written_at) VALUES (id, moment);
    IF why <> '' THEN
        INSERT INTO audit_reason (id, case_id, object_id, words) VALUES (id, case_id, object_id, why);
    END IF;
END
$$;

-- One changed row of a watched table. The trigger says where the case and the subject are, and which columns are hidden:
-- see cse_portal/audit/constraints.py.
CREATE FUNCTION audit.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    me record;
    v_before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    v_after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    this jsonb := COALESCE(v_after, v_before);
    hidden text[] := string_to_array(TG_ARGV[2], ' ');
    v_columns text[] := '{}';
    v_case uuid;
    v_subject uuid;
    v_key text := this ->> 'id';
    v_id uuid := uuidv7();
    moment timestamptz := clock_timestamp();
    salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
BEGIN
    SELECT m.* INTO me FROM gate.me() m;
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(n.key ORDER BY n.key), jsonb_object_agg(n.key, v_before -> n.key), jsonb_object_agg(n.key, n.value)
        INTO v_columns, v_before, v_after
        FROM jsonb_each(v_after) n WHERE v_before -> n.key IS DISTINCT FROM n.value;
        IF v_columns IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    IF TG_ARGV[0] LIKE 'SELECT %' THEN
        EXECUTE TG_ARGV[0] INTO v_case USING this;
    ELSE
        v_case := (this ->> TG_ARGV[0])::uuid;
    END IF;
    IF TG_ARGV[1] LIKE 'SELECT %' THEN
        EXECUTE TG_ARGV[1] INTO v_subject USING this;
    ELSE
        v_subject := (this ->> TG_ARGV[1])::uuid;
    END IF;
    v_subject := COALESCE(v_subject, v_case, CASE WHEN length(v_key) = 36 THEN v_key::uuid END);
    v_before := v_before - hidden;
    v_after := v_after - hidden;
    INSERT INTO audit_change (id, at, written_at, actor_id, agency_id, role, request_id, of_table, row_key, case_id,
                              subject, operation, columns, values_hash)
    VALUES (v_id, COALESCE(me.moment, now()), moment, me.user_id, me.agency_id, COALESCE(me.role, ''), me.request_id,
            TG_TABLE_NAME, v_key, v_case, v_subject, TG_OP, v_columns,
            encode(sha256(salt || convert_to(jsonb_build_array(v_before, v_after)::text, 'UTF8')), 'hex'));
    INSERT INTO audit_changedvalue (change_id, subject, salt, before, after)
    VALUES (v_id, v_subject, salt, v_before, v_after);
    INSERT INTO audit_unsealed (id, written_at) VALUES (v_id, moment);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit.note_change FROM PUBLIC;
"""
VALUES = """
-- What changed rows held of these records is gone; that they changed, when and by whom stays proved.
CREATE FUNCTION audit.erase_values(subjects uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    erased integer;
BEGIN
    IF NOT gate.is_system() THEN
        RAISE EXCEPTION 'only the system does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM audit_changedvalue v WHERE v.subject = ANY (subjects);
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$$;
-- The changes whose values are not what the sealed row says, or are missing although no erasure is on record.
CREATE FUNCTION audit.wrong_values() RETURNS TABLE (id uuid, of_table text, row_key text, is_missing boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT gate.is_system() THEN
        RAISE EXCEPTION 'only the system does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT c.id, c.of_table::text, c.row_key::text, v.change_id IS NULL
    FROM audit_change c LEFT JOIN audit_changedvalue v ON v.change_id = c.id
    WHERE CASE WHEN v.change_id IS NULL THEN COALESCE(c.subject::text, '') NOT IN (
                   SELECT jsonb_array_elements_text(e.detail -> 'records') FROM audit_auditevent e
                   WHERE e.action = 'audit.values_erased')
          ELSE c.values_hash <> encode(sha256(
                   v.salt || convert_to(jsonb_build_array(v.before, v.after)::text, 'UTF8')), 'hex') END;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunSQL([REFUSE, WRITE, VALUES], "DROP SCHEMA audit CASCADE")]
