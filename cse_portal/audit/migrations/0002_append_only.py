"""The audit's rows are added, never changed or removed: PostgreSQL itself refuses, whoever asks.

The application role may not even add them: functions do, which know from the portal's signature who acts, and hash
each row as it is written.
"""

from django.db import migrations

from cse_portal.audit import canon

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
END
$$;
"""
APPEND_ONLY = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM cse_app;
"""
TABLES = ("audit_auditevent", "audit_change", "audit_seal")
# A list or a copy that showed several children: found from each of them.
SHOWN = """
CREATE INDEX audit_auditevent_cases ON audit_auditevent USING gin ((detail -> 'cases') jsonb_path_ops)
WHERE detail ? 'cases';
"""
STORES = """
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO cse_app;
REVOKE DELETE ON audit_finding FROM cse_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_reason FROM cse_app;
-- Why somebody acted goes with its record, and is never put in other words.
CREATE TRIGGER audit_append_only BEFORE UPDATE ON audit_reason FOR EACH ROW EXECUTE FUNCTION audit_refuse();
REVOKE ALL ON SEQUENCE audit_change_id_seq FROM cse_app;

-- What changed rows held: as written, until the sealer has encrypted it; then under the key of the record it is about.
-- The application role reads neither table. Without its key, and without the salt, what was kept says nothing.
CREATE TABLE audit.fresh_payload (
    change_id bigint PRIMARY KEY, subject uuid, salt bytea NOT NULL, said text NOT NULL
);
CREATE TABLE audit.payload (change_id bigint PRIMARY KEY, subject uuid, salt bytea, cipher bytea NOT NULL);
CREATE INDEX audit_payload_subject ON audit.payload (subject);
CREATE TABLE audit.subject_key (subject uuid PRIMARY KEY, wrapped bytea NOT NULL, made_at timestamptz NOT NULL DEFAULT now());
REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC, cse_app;

CREATE FUNCTION audit.witness(me gate.person) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT CASE WHEN me.is_system THEN 'system' WHEN me.user_id IS NOT NULL THEN 'person' ELSE 'nobody' END $$;
CREATE FUNCTION audit.refuse_all_but_the_system() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT gate.is_system() THEN
        RAISE EXCEPTION 'only the system does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
"""
OF_THE_SYSTEM = "{audit.checked, audit.looked_over, audit.exported, audit.beat, audit.values_erased}"
# Of how one signs in, and of being refused: what is done while nobody acts yet, or nobody any more.
COMING_AND_GOING = (
    "{access.signed_in, access.signed_out, access.sign_in_failed, access.factor_added, access.factor_removed, "
    "access.factor_proved, access.factor_failed, access.recovery_codes_made, access.proved_again, "
    "access.password_changed, access.password_reset, access.account_connected, access.account_disconnected, "
    "access.work_account_refused, access.token_refused, access.session_expired, access.session_ended, "
    "access.sessions_ended, access.denied, access.limit_reached, access.factor_missing, access.form_forged}"
)
# Whose hand it was is not certain, though somebody is signed in: what was shown was wrong, or came by mail.
BY_WHOEVER_IT_WAS = "{access.sign_in_failed, access.factor_failed, access.password_reset}"
APPEND = f"""
-- One act. Whoever is signed in records their own acts alone; nobody signed in, only their coming, going and refusal;
-- what the audit says of itself, and what is done by nobody, the system alone. An act without a name would be read as
-- the portal's own, and a rule believes that.
CREATE FUNCTION audit.append(
    id uuid, at timestamptz, actor uuid, agency uuid, role text, action text, object_type text, object_id uuid,
    case_id uuid, why text, detail jsonb, request uuid
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me gate.person := gate.me();
    r public.audit_auditevent;
BEGIN
    r.witness := audit.witness(me);
    -- What the audit says of itself excuses, and silences: that a night was looked over, that values were erased.
    IF r.witness <> 'system' AND action = ANY ('{OF_THE_SYSTEM}') THEN
        RAISE EXCEPTION 'only the system says this of itself' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF r.witness = 'person' AND actor IS DISTINCT FROM me.user_id
           AND NOT (actor IS NULL AND action = ANY ('{BY_WHOEVER_IT_WAS}'))
       OR r.witness = 'nobody' AND action <> ALL ('{COMING_AND_GOING}') THEN
        RAISE EXCEPTION 'nobody records an act as somebody else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    r.id := id;
    r.txid := pg_current_xact_id();
    r.at := at;
    r.written_at := clock_timestamp();
    r.actor_id := actor;
    r.agency_id := CASE WHEN actor = me.user_id THEN me.agency_id ELSE agency END;
    r.role := CASE WHEN actor = me.user_id THEN me.role ELSE role END;
    r.action := action;
    r.object_type := object_type;
    r.object_id := object_id;
    r.case_id := case_id;
    r.detail := detail;
    r.request_id := request;
    r.row_hash := {canon.row_hash(canon.EVENT)};
    INSERT INTO public.audit_auditevent (
        id, txid, at, written_at, actor_id, agency_id, role, witness, action, object_type, object_id, case_id, detail,
        request_id, row_hash
    ) VALUES (
        r.id, r.txid, r.at, r.written_at, r.actor_id, r.agency_id, r.role, r.witness, r.action, r.object_type,
        r.object_id, r.case_id, r.detail, r.request_id, r.row_hash
    );
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the event was not written' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF why <> '' THEN
        INSERT INTO public.audit_reason (id, case_id, object_id, words) VALUES (r.id, r.case_id, r.object_id, why);
    END IF;
END
$$;

-- One changed row, called by the triggers of watched tables and by nobody else.
CREATE FUNCTION audit.note(
    of_table text, operation text, row_key text, of_case uuid, subject uuid, before jsonb, after jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    me gate.person := gate.me();
    r public.audit_change;
    salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    said text;
BEGIN
    IF operation = 'UPDATE' THEN
        SELECT array_agg(n.key ORDER BY n.key),
               jsonb_build_object('before', jsonb_object_agg(n.key, before -> n.key),
                                  'after', jsonb_object_agg(n.key, n.value))::text
        INTO r.columns, said
        FROM jsonb_each(after) n WHERE before -> n.key IS DISTINCT FROM n.value;
        IF r.columns IS NULL THEN
            RETURN;
        END IF;
    ELSE
        r.columns := '{{}}';
        said := COALESCE(after, before)::text;
    END IF;
    r.id := nextval('public.audit_change_id_seq');
    r.txid := pg_current_xact_id();
    r.at := COALESCE(me.moment, now());
    r.written_at := clock_timestamp();
    r.actor_id := me.user_id;
    r.agency_id := me.agency_id;
    r.role := COALESCE(me.role, '');
    r.witness := audit.witness(me);
    r.request_id := me.request_id;
    r.of_table := of_table;
    r.row_key := row_key;
    r.case_id := of_case;
    r.operation := operation;
    r.values_hash := sha256(salt || convert_to(said, 'UTF8'));
    r.row_state := sha256(salt || convert_to(after::text, 'UTF8'));
    r.row_hash := {canon.row_hash(canon.CHANGE)};
    INSERT INTO public.audit_change (
        id, txid, at, written_at, actor_id, agency_id, role, witness, request_id, of_table, row_key, case_id, operation,
        columns, values_hash, row_state, row_hash
    ) VALUES (
        r.id, r.txid, r.at, r.written_at, r.actor_id, r.agency_id, r.role, r.witness, r.request_id, r.of_table,
        r.row_key, r.case_id, r.operation, r.columns, r.values_hash, r.row_state, r.row_hash
    );
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the change was not noted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO audit.fresh_payload VALUES (
        r.id, COALESCE(subject, of_case, CASE WHEN length(row_key) = 36 THEN row_key::uuid END), salt, said
    );
END
$$;
REVOKE ALL ON FUNCTION audit.note FROM PUBLIC;
"""
KEEPING = """
-- The sealer's: the rows it has sealed get their seal, and what changed rows held is exchanged for its cipher.
CREATE FUNCTION audit.add_seal(
    number bigint, stream text, sealed_at timestamptz, first_txid xid8, first_id text, last_txid xid8, last_id text,
    rows integer, root bytea, marks bytea, previous bytea, digest bytea, key_id text, signature bytea
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    INSERT INTO public.audit_seal (number, stream, sealed_at, first_txid, first_id, last_txid, last_id, rows, root, marks,
                                   previous, digest, key_id, signature)
    VALUES (number, stream, sealed_at, first_txid, first_id, last_txid, last_id, rows, root, marks,
            previous, digest, key_id, signature);
END
$$;
CREATE FUNCTION audit.fresh_values(up_to integer) RETURNS SETOF audit.fresh_payload
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    RETURN QUERY SELECT f.* FROM audit.fresh_payload f ORDER BY f.change_id LIMIT up_to FOR UPDATE SKIP LOCKED;
END
$$;
CREATE FUNCTION audit.keep_values(kept bigint[], ciphers bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    WITH gone AS (DELETE FROM audit.fresh_payload f WHERE f.change_id = ANY (kept) RETURNING f.*)
    INSERT INTO audit.payload SELECT g.change_id, g.subject, g.salt, k.cipher
    FROM gone g JOIN unnest(kept, ciphers) AS k (change_id, cipher) ON k.change_id = g.change_id;
END
$$;
CREATE FUNCTION audit.keys_of(subjects uuid[]) RETURNS TABLE (subject uuid, wrapped bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    -- Nobody takes a key away until what is kept under it is there to be emptied with it.
    RETURN QUERY SELECT k.subject, k.wrapped FROM audit.subject_key k WHERE k.subject = ANY (subjects)
                 ORDER BY k.subject FOR SHARE;
END
$$;
CREATE FUNCTION audit.add_keys(subjects uuid[], wraps bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    INSERT INTO audit.subject_key (subject, wrapped) SELECT * FROM unnest(subjects, wraps);
END
$$;
CREATE FUNCTION audit.kept_values(after_id bigint, up_to integer)
RETURNS TABLE (change_id bigint, subject uuid, salt bytea, cipher bytea, wrapped bytea, values_hash bytea,
               of_table text, row_key text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    RETURN QUERY SELECT p.change_id, p.subject, p.salt, p.cipher, k.wrapped, c.values_hash,
                        c.of_table::text, c.row_key::text
    FROM audit.payload p JOIN public.audit_change c ON c.id = p.change_id
    LEFT JOIN audit.subject_key k ON k.subject = COALESCE(p.subject, '00000000-0000-0000-0000-000000000000')
    WHERE p.change_id > after_id ORDER BY p.change_id LIMIT up_to;
END
$$;
CREATE FUNCTION audit.changes_without_values() RETURNS TABLE (change_id bigint, of_table text, row_key text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    RETURN QUERY SELECT c.id, c.of_table::text, c.row_key::text FROM public.audit_change c
    WHERE NOT EXISTS (SELECT FROM audit.payload p WHERE p.change_id = c.id)
      AND NOT EXISTS (SELECT FROM audit.fresh_payload f WHERE f.change_id = c.id)
    ORDER BY 1;
END
$$;
-- Erasure: what these records held is gone for good, and every seal stays true. It tells which changes it emptied, for
-- the sealed event: a salt that is gone and stands in no such event was taken by somebody else.
CREATE FUNCTION audit.destroy_keys(subjects uuid[], OUT destroyed integer, OUT emptied int8multirange)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM audit.refuse_all_but_the_system();
    IF '00000000-0000-0000-0000-000000000000' = ANY (subjects) THEN
        RAISE EXCEPTION 'what the audit keeps of no record in particular is not erased';
    END IF;
    -- Statement by statement, for each sees what was committed until it began. What the sealer holds is waited for, and
    -- found where it has put it; and while it works with a key, that key is not taken from it. It locks in this order too.
    WITH late AS (DELETE FROM audit.fresh_payload f WHERE f.subject = ANY (subjects) RETURNING f.*),
    moved AS (INSERT INTO audit.payload SELECT l.change_id, l.subject, NULL, ''::bytea FROM late l RETURNING change_id)
    SELECT COALESCE(range_agg(int8range(m.change_id, m.change_id, '[]')), '{}') INTO emptied FROM moved m;
    PERFORM FROM audit.subject_key k WHERE k.subject = ANY (subjects) ORDER BY k.subject FOR UPDATE;
    WITH kept AS (UPDATE audit.payload p SET salt = NULL
                  WHERE p.subject = ANY (subjects) AND p.salt IS NOT NULL RETURNING p.change_id)
    SELECT emptied + COALESCE(range_agg(int8range(k.change_id, k.change_id, '[]')), '{}') INTO emptied FROM kept k;
    DELETE FROM audit.subject_key k WHERE k.subject = ANY (subjects);
    GET DIAGNOSTICS destroyed = ROW_COUNT;
END
$$;
-- For /readyz, which acts for nobody: since when the oldest values have waited in clear for their cipher.
CREATE FUNCTION audit.in_clear_since() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.written_at FROM audit.fresh_payload f JOIN public.audit_change c ON c.id = f.change_id
    ORDER BY f.change_id LIMIT 1
$$;
-- And since when the oldest row has waited for its seal.
CREATE FUNCTION audit.unsealed_since() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT least(
        (SELECT r.written_at FROM public.audit_auditevent r
         WHERE (r.txid, r.id) > (COALESCE(e.last_txid, '0'), COALESCE(e.last_id, '00000000-0000-0000-0000-000000000000')::uuid)
         ORDER BY r.txid, r.id LIMIT 1),
        (SELECT r.written_at FROM public.audit_change r
         WHERE (r.txid, r.id) > (COALESCE(c.last_txid, '0'), COALESCE(c.last_id, '0')::bigint)
         ORDER BY r.txid, r.id LIMIT 1))
    FROM (VALUES (1)) AS one
    LEFT JOIN LATERAL (SELECT * FROM public.audit_seal s WHERE s.stream = 'event' ORDER BY s.number DESC LIMIT 1) e ON true
    LEFT JOIN LATERAL (SELECT * FROM public.audit_seal s WHERE s.stream = 'change' ORDER BY s.number DESC LIMIT 1) c ON true
$$;
"""
UNDO = """
DROP INDEX audit_auditevent_cases;
DROP SCHEMA audit CASCADE;
DROP FUNCTION audit_refuse() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("access", "0001_functions")]
    operations = [
        migrations.RunSQL(
            [REFUSE, *(APPEND_ONLY.format(table=table) for table in TABLES), SHOWN, STORES, APPEND, KEEPING], UNDO
        )
    ]
