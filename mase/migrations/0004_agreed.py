"""Agreed minutes are frozen, and the record they were made from: PostgreSQL itself refuses, whoever asks.

The owner is let through: a record that is disposed of goes whole (reporting/migrations/0004_retention.py).
"""

from django.db import migrations

# Written while the meeting runs, or until its minutes are agreed.
RECORD = (
    "mase_masemeeting", "mase_invitation", "mase_attendance", "mase_agendaitem", "mase_minutes", "mase_decision",
    "mase_dissent", "mase_dangerstatement", "mase_safetygoal", "mase_scalescore", "mase_mapentry",
    "mase_agencyinformation", "mase_restrictedinformation", "mase_childvoice", "mase_minuteswording",
    "mase_minutesobjection", "mase_assent", "mase_stepdownpoint", "mase_minutesaction",
)  # fmt: skip
# Added, and never changed, agreed or not.
ADDED = ("mase_minutescopy", "mase_minutesaddendum", "mase_agreedrecord", "mase_minutesaction")
# Made once, when the meeting ends: not for anybody to take out again before the minutes are agreed.
KEPT = "mase_minutesaction"

REFUSE = """
CREATE FUNCTION gate.is_agreed(of_table text, row_ jsonb) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    meeting uuid := CASE of_table WHEN 'mase_masemeeting' THEN row_->>'id' ELSE row_->>'meeting_id' END;
BEGIN
    IF meeting IS NULL AND row_ ? 'danger_id' THEN
        SELECT d.meeting_id INTO meeting FROM public.mase_dangerstatement d WHERE d.id = (row_->>'danger_id')::uuid;
    ELSIF meeting IS NULL AND row_ ? 'invitation_id' THEN
        SELECT i.meeting_id INTO meeting FROM public.mase_invitation i WHERE i.id = (row_->>'invitation_id')::uuid;
    END IF;
    RETURN EXISTS (SELECT FROM public.mase_minutes m WHERE m.agreed_at IS NOT NULL
        AND (m.meeting_id = meeting OR m.id = (row_->>'minutes_id')::uuid));
END
$$;
CREATE FUNCTION mase_refuse_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'cse_owner' AND (TG_OP <> 'INSERT' AND gate.is_agreed(TG_TABLE_NAME, to_jsonb(OLD))
        OR TG_OP <> 'DELETE' AND TG_TABLE_NAME <> 'mase_minutes' AND gate.is_agreed(TG_TABLE_NAME, to_jsonb(NEW))) THEN
        RAISE EXCEPTION 'the minutes of this meeting are agreed: its record cannot be changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION mase_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'cse_owner' AND (TG_TABLE_NAME <> 'mase_minutesversion'
        OR to_jsonb(NEW) - '{job_id,rendered_at}'::text[] <> to_jsonb(OLD) - '{job_id,rendered_at}'::text[]) THEN
        RAISE EXCEPTION 'what was sent out, agreed or added to minutes is never changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
"""
FREEZE = "".join(
    f"CREATE TRIGGER agreed_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION mase_refuse_agreed();\n"
    for table in RECORD
) + "".join(
    f"CREATE TRIGGER only_added BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION mase_refuse_change();\n"
    for table in (*ADDED, "mase_minutesversion")
)
THAW = "".join(
    f"DROP TRIGGER only_added ON {table};\n" for table in (*ADDED, "mase_minutesversion")
) + "".join(f"DROP TRIGGER agreed_is_frozen ON {table};\n" for table in RECORD)
FORGET = """
DROP FUNCTION mase_refuse_change();
DROP FUNCTION mase_refuse_agreed();
DROP FUNCTION gate.is_agreed(text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("mase", "0003_watched")]
    operations = [
        migrations.RunSQL(REFUSE + FREEZE, THAW + FORGET),
        migrations.RunSQL(f"REVOKE DELETE ON {KEPT} FROM cse_app", f"GRANT DELETE ON {KEPT} TO cse_app"),
    ]
