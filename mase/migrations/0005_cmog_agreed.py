"""A CMOG's minutes in PostgreSQL: it copies what is sent out, takes the fingerprint of what is agreed, and freezes both.

No one person may see every item, so what is of all of them happens here, as the owner, and tells nothing to whoever asks
for it. The owner is let through: a record that is disposed of goes whole (reporting/migrations/0004_retention.py).
"""

from django.db import migrations

# Every item, whoever sends the minutes out: what it says, and what was agreed under it.
KEEP = """
CREATE FUNCTION gate.refuse_unless_runs_cmog() RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT gate.is_system() AND NOT gate.opens('CMOG_RUN') THEN
        RAISE EXCEPTION 'only who runs the CMOG does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
CREATE FUNCTION gate.cmog_agreed_under(item uuid) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(jsonb_agg(found.line ORDER BY found.at, found.id), '[]') FROM (
        SELECT a.id, a.set_at AS at, jsonb_build_object('id', a.id, 'text', a.text, 'agency', g.short_name,
               'owner', COALESCE(u.full_name, ''), 'due_on', a.due_on, 'priority', a.priority,
               'measure', a.measure_of_success) AS line
        FROM mase_planaction a JOIN accounts_agency g ON g.id = a.agency_id LEFT JOIN accounts_user u ON u.id = a.owner_id
        WHERE a.cmog_item_id = item
        UNION ALL
        SELECT d.id, d.agreed_at, jsonb_build_object('id', d.id, 'text', d.text, 'agency', g.short_name,
               'tactic', d.tactic, 'due_on', d.due_on)
        FROM intelligence_disruption d JOIN accounts_agency g ON g.id = d.agency_id WHERE d.source_id = item) found
$$;
CREATE FUNCTION gate.cmog_keep_words(of_version uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM gate.refuse_unless_runs_cmog();
    INSERT INTO mase_cmogsentwords (id, version_id, item_id, words, worded_by_id, decision, deferred, category, agreed)
    SELECT gen_random_uuid(), v.id, i.id, COALESCE(w.text, i.notes), CASE WHEN w.text <> i.notes THEN w.saved_by_id END,
           i.decision, i.deferred_reason, CASE WHEN i.kind = 'children' THEN c.category END, gate.cmog_agreed_under(i.id)
    FROM mase_cmogminutesversion v JOIN mase_cmogminutes m ON m.id = v.minutes_id AND m.agreed_at IS NULL
         JOIN mase_cmogitem i ON i.meeting_id = m.meeting_id LEFT JOIN mase_cmogwording w ON w.item_id = i.id
         LEFT JOIN cases_case c ON c.id = i.case_id
    WHERE v.id = of_version AND NOT EXISTS (SELECT FROM mase_cmogsentwords k WHERE k.version_id = v.id);
END
$$;
"""
# The fingerprint of each item and of the rest; theirs together is that of the minutes.
PRINT = """
CREATE FUNCTION gate.print_of(said jsonb) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT encode(sha256(convert_to(said::text, 'UTF8')), 'hex') $$;
CREATE FUNCTION gate.cmog_objections(of_minutes uuid, item uuid) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    SELECT COALESCE(jsonb_agg(jsonb_build_array(o.id, o.version_id, o.text, o.by_id, o.agency_id, o.at, o.accepted,
                                                o.answer, o.answered_by_id, o.answered_at) ORDER BY o.id), '[]')
    FROM mase_cmogminutesobjection o WHERE o.minutes_id = of_minutes AND o.item_id IS NOT DISTINCT FROM item
$$;
CREATE FUNCTION gate.cmog_parts(of_minutes uuid) RETURNS TABLE (part uuid, may_go boolean, sha256 text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    SELECT i.id, num_nonnulls(i.case_id, i.person_id, i.place_id) > 0, gate.print_of(jsonb_build_array(
        i.id, i.kind, i.case_id, i.action_id, i.person_id, i.place_id, i.code, i.title, i."order", i.why, i.notes,
        i.decision, i.deferred_at, i.deferred_by_id, i.deferred_reason, i.saved_by_id, i.saved_at,
        i.added_by_id, i.added_because,
        (SELECT jsonb_agg(jsonb_build_array(v.number, w.words, w.worded_by_id, w.decision, w.deferred, w.category,
                                            w.agreed) ORDER BY v.number)
         FROM mase_cmogsentwords w JOIN mase_cmogminutesversion v ON v.id = w.version_id WHERE w.item_id = i.id),
        gate.cmog_objections(m.id, i.id)))
    FROM mase_cmogminutes m JOIN mase_cmogitem i ON i.meeting_id = m.meeting_id WHERE m.id = of_minutes
    UNION ALL
    SELECT m.id, false, gate.print_of(jsonb_build_array(
        m.id, m.due_on, m.circulated_at, m.circulated_by_id, g.id, g.month, g.scheduled_for, g.place, g.chair_id,
        g.started_at, g.ended_at, g.ended_by_id,
        (SELECT jsonb_agg(jsonb_build_array(n.id, n.agency_id, n.person_id, n.code, n.who_came) ORDER BY n.id)
         FROM mase_cmoginvitation n WHERE n.meeting_id = g.id),
        (SELECT jsonb_agg(jsonb_build_array(v.id, v.number, v.is_final, v.made_at, v.made_by_id, v.objections_until)
                          ORDER BY v.number) FROM mase_cmogminutesversion v WHERE v.minutes_id = m.id),
        gate.cmog_objections(m.id, NULL)))
    FROM mase_cmogminutes m JOIN mase_cmogmeeting g ON g.id = m.meeting_id WHERE m.id = of_minutes
$$;
CREATE FUNCTION gate.cmog_folded(of_minutes uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT gate.print_of(jsonb_agg(jsonb_build_array(k.part, k.may_go, k.sha256) ORDER BY k.part))
    FROM mase_cmogprint k WHERE k.minutes_id = of_minutes AND k.addendum = 0
$$;
CREATE FUNCTION gate.cmog_take_fingerprint(of_minutes uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM gate.refuse_unless_runs_cmog();
    INSERT INTO mase_cmogprint (id, minutes_id, part, addendum, may_go, sha256)
    SELECT gen_random_uuid(), of_minutes, p.part, 0, p.may_go, p.sha256 FROM gate.cmog_parts(of_minutes) p;
    RETURN gate.cmog_folded(of_minutes);
END
$$;
"""
# An addendum's place in the chain is given here: whoever writes it may not see the one before.
ADD = """
CREATE FUNCTION gate.cmog_addendum_print(a mase_cmogminutesaddendum) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS
    $$ SELECT gate.print_of(jsonb_build_array(a.id, a.minutes_id, a.number, a.item_id, a.text, a.by_id, a.at, a.follows)) $$;
CREATE FUNCTION mase_chain_addendum() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agreed text;
BEGIN
    SELECT m.sha256 INTO agreed FROM mase_cmogminutes m WHERE m.id = NEW.minutes_id AND m.agreed_at IS NOT NULL FOR UPDATE;
    IF agreed IS NULL THEN
        RAISE EXCEPTION 'only agreed minutes are added to' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT COALESCE(max(k.addendum), 0) + 1 INTO NEW.number FROM mase_cmogprint k WHERE k.minutes_id = NEW.minutes_id;
    NEW.follows := COALESCE((SELECT k.sha256 FROM mase_cmogprint k WHERE k.minutes_id = NEW.minutes_id
                             AND k.addendum = NEW.number - 1 AND k.addendum > 0), agreed);
    NEW.sha256 := gate.cmog_addendum_print(NEW);
    INSERT INTO mase_cmogprint (id, minutes_id, part, addendum, may_go, sha256)
    SELECT gen_random_uuid(), NEW.minutes_id, NEW.id, NEW.number, EXISTS (SELECT FROM mase_cmogitem i
        WHERE i.id = NEW.item_id AND num_nonnulls(i.case_id, i.person_id, i.place_id) > 0), NEW.sha256;
    RETURN NEW;
END
$$;
CREATE TRIGGER chained BEFORE INSERT ON mase_cmogminutesaddendum FOR EACH ROW EXECUTE FUNCTION mase_chain_addendum();
"""
# What has gone with a child's record is not missing; what nobody disposes of is.
CHECK = """
CREATE FUNCTION gate.cmog_is_unchanged(of_minutes uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last text;
    number integer := 0;
    k mase_cmogprint;
    a mase_cmogminutesaddendum;
BEGIN
    SELECT m.sha256 INTO last FROM mase_cmogminutes m WHERE m.id = of_minutes AND m.agreed_at IS NOT NULL;
    IF last IS NULL OR last IS DISTINCT FROM gate.cmog_folded(of_minutes)
       OR EXISTS (SELECT FROM gate.cmog_parts(of_minutes) p
                  FULL JOIN (SELECT * FROM mase_cmogprint t WHERE t.minutes_id = of_minutes AND t.addendum = 0) t
                  ON t.part = p.part
                  WHERE p.part IS NULL AND NOT t.may_go OR p.part IS NOT NULL AND p.sha256 IS DISTINCT FROM t.sha256)
       OR EXISTS (SELECT FROM mase_cmogminutesaddendum d WHERE d.minutes_id = of_minutes AND NOT EXISTS (
                  SELECT FROM mase_cmogprint t WHERE t.minutes_id = of_minutes AND t.part = d.id AND t.addendum = d.number)) THEN
        RETURN false;
    END IF;
    FOR k IN SELECT * FROM mase_cmogprint t WHERE t.minutes_id = of_minutes AND t.addendum > 0 ORDER BY t.addendum LOOP
        number := number + 1;
        SELECT * INTO a FROM mase_cmogminutesaddendum d WHERE d.id = k.part;
        IF k.addendum <> number OR NOT FOUND AND NOT k.may_go
           OR FOUND AND (a.follows, a.sha256, gate.cmog_addendum_print(a)) IS DISTINCT FROM (last, k.sha256, k.sha256) THEN
            RETURN false;
        END IF;
        last := k.sha256;
    END LOOP;
    RETURN true;
END
$$;
"""
# Items stay as they were when the minutes were first sent out; everything does once they are agreed.
REFUSE = """
CREATE FUNCTION gate.cmog_stands(of_table text, row_ jsonb, agreed boolean) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    this uuid := (row_->>CASE of_table WHEN 'mase_cmogminutes' THEN 'id' ELSE 'minutes_id' END)::uuid;
    meeting uuid := (row_->>CASE of_table WHEN 'mase_cmogmeeting' THEN 'id' ELSE 'meeting_id' END)::uuid;
BEGIN
    RETURN EXISTS (SELECT FROM mase_cmogminutes m WHERE (m.id = this OR m.meeting_id = meeting)
        AND CASE WHEN agreed THEN m.agreed_at ELSE m.circulated_at END IS NOT NULL);
END
$$;
CREATE FUNCTION mase_refuse_sent_out() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    to_agree text[] := ARRAY['agreed_at', 'agreed_by_id', 'sha256'];
    is_minutes boolean := TG_TABLE_NAME = 'mase_cmogminutes';
BEGIN
    IF current_user <> 'cse_owner'
       AND (TG_OP <> 'INSERT' AND gate.cmog_stands(TG_TABLE_NAME, to_jsonb(OLD), false)
            OR TG_OP <> 'DELETE' AND NOT is_minutes AND gate.cmog_stands(TG_TABLE_NAME, to_jsonb(NEW), false))
       AND NOT (TG_OP = 'UPDATE' AND is_minutes AND to_jsonb(NEW) - to_agree = to_jsonb(OLD) - to_agree) THEN
        RAISE EXCEPTION 'the minutes of this CMOG have been sent out: its record cannot be changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION mase_refuse_agreed_cmog() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'cse_owner' THEN
        IF TG_OP <> 'INSERT' AND gate.cmog_stands(TG_TABLE_NAME, to_jsonb(OLD), true)
           OR TG_OP <> 'DELETE' AND TG_TABLE_NAME <> 'mase_cmogminutes'
              AND gate.cmog_stands(TG_TABLE_NAME, to_jsonb(NEW), true) THEN
            RAISE EXCEPTION 'the minutes of this CMOG are agreed: its record cannot be changed'
                USING ERRCODE = 'insufficient_privilege';
        ELSIF TG_OP <> 'DELETE' AND TG_TABLE_NAME = 'mase_cmogminutes' AND to_jsonb(NEW)->>'agreed_at' IS NOT NULL
              AND to_jsonb(NEW)->>'sha256' IS DISTINCT FROM gate.cmog_folded(NEW.id) THEN
            RAISE EXCEPTION 'agreed minutes have the fingerprint of what they say' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION mase_only_answered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE answering text[] := ARRAY['accepted', 'answer', 'answered_by_id', 'answered_at'];
BEGIN
    IF current_user <> 'cse_owner' AND (OLD.accepted IS NOT NULL
                                        OR to_jsonb(NEW) - answering <> to_jsonb(OLD) - answering) THEN
        RAISE EXCEPTION 'an objection is never changed, and answered once' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER only_answered BEFORE UPDATE ON mase_cmogminutesobjection
    FOR EACH ROW EXECUTE FUNCTION mase_only_answered();
"""
SENT = ("mase_cmogitem", "mase_cmogminutes")
AGREED = (
    "mase_cmogmeeting", "mase_cmoginvitation", "mase_cmogminutes", "mase_cmogwording", "mase_cmogminutesversion",
    "mase_cmogminutesobjection",
)  # fmt: skip
ADDED = ("mase_cmogminutesversion", "mase_cmogsentwords", "mase_cmogminutesaddendum", "mase_cmogprint")
BY_POSTGRESQL = "mase_cmogsentwords, mase_cmogprint"
KEPT = f"{BY_POSTGRESQL}, mase_cmogminutesversion, mase_cmogminutesreader"
FREEZE = "".join(
    f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();\n"
    for name, when, tables, function in (
        ("sent_out_is_frozen", "INSERT OR UPDATE OR DELETE", SENT, "mase_refuse_sent_out"),
        ("agreed_is_frozen", "INSERT OR UPDATE OR DELETE", AGREED, "mase_refuse_agreed_cmog"),
        ("only_added", "UPDATE", ADDED, "mase_refuse_change"),
    )
    for table in tables
)
THAW = "".join(
    f"DROP TRIGGER {name} ON {table};\n"
    for name, tables in (("only_added", ADDED), ("agreed_is_frozen", AGREED), ("sent_out_is_frozen", SENT))
    for table in tables
)
FORGET = """
DROP TRIGGER only_answered ON mase_cmogminutesobjection;
DROP FUNCTION mase_only_answered();
DROP FUNCTION mase_refuse_agreed_cmog();
DROP FUNCTION mase_refuse_sent_out();
DROP FUNCTION gate.cmog_stands(text, jsonb, boolean);
DROP FUNCTION gate.cmog_is_unchanged(uuid);
DROP TRIGGER chained ON mase_cmogminutesaddendum;
DROP FUNCTION mase_chain_addendum();
DROP FUNCTION gate.cmog_addendum_print(mase_cmogminutesaddendum);
DROP FUNCTION gate.cmog_take_fingerprint(uuid);
DROP FUNCTION gate.cmog_folded(uuid);
DROP FUNCTION gate.cmog_parts(uuid);
DROP FUNCTION gate.cmog_objections(uuid, uuid);
DROP FUNCTION gate.print_of(jsonb);
DROP FUNCTION gate.cmog_keep_words(uuid);
DROP FUNCTION gate.cmog_agreed_under(uuid);
DROP FUNCTION gate.refuse_unless_runs_cmog();
"""


class Migration(migrations.Migration):
    dependencies = [("mase", "0004_agreed"), ("intelligence", "0002_row_security")]
    operations = [
        migrations.RunSQL(KEEP + PRINT + ADD + CHECK + REFUSE + FREEZE, THAW + FORGET),
        migrations.RunSQL(
            f"REVOKE INSERT, UPDATE ON {BY_POSTGRESQL} FROM cse_app",
            f"GRANT INSERT, UPDATE ON {BY_POSTGRESQL} TO cse_app",
        ),
        migrations.RunSQL(f"REVOKE DELETE ON {KEPT} FROM cse_app", f"GRANT DELETE ON {KEPT} TO cse_app"),
    ]
