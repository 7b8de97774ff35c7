"""A signed-off return and its figures are frozen: PostgreSQL itself refuses, whoever asks."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION reporting_refuse_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'signed' THEN
        RAISE EXCEPTION 'a signed-off return cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER reporting_return_frozen BEFORE UPDATE OR DELETE ON reporting_regionalreturn
    FOR EACH ROW EXECUTE FUNCTION reporting_refuse_signed();

CREATE FUNCTION reporting_refuse_part_of_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb;
    return_id uuid;
BEGIN
    FOREACH part IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)]
        WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
        ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END
    LOOP
        return_id := (part->>'regional_return_id')::uuid;
        IF return_id IS NULL THEN
            SELECT m.regional_return_id INTO return_id FROM reporting_returnmeasure m
            WHERE m.id = (part->>'measure_id')::uuid;
        END IF;
        PERFORM FROM reporting_regionalreturn r WHERE r.id = return_id AND r.state = 'signed';
        IF FOUND THEN
            RAISE EXCEPTION 'figures of a signed-off return cannot be changed' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER reporting_measure_frozen BEFORE INSERT OR UPDATE OR DELETE ON reporting_returnmeasure
    FOR EACH ROW EXECUTE FUNCTION reporting_refuse_part_of_signed();
CREATE TRIGGER reporting_figure_frozen BEFORE INSERT OR UPDATE OR DELETE ON reporting_returnfigure
    FOR EACH ROW EXECUTE FUNCTION reporting_refuse_part_of_signed();
CREATE TRIGGER reporting_validation_frozen BEFORE INSERT OR UPDATE OR DELETE ON reporting_validationresult
    FOR EACH ROW EXECUTE FUNCTION reporting_refuse_part_of_signed();
"""
THAW = """
DROP TRIGGER reporting_validation_frozen ON reporting_validationresult;
DROP TRIGGER reporting_figure_frozen ON reporting_returnfigure;
DROP TRIGGER reporting_measure_frozen ON reporting_returnmeasure;
DROP FUNCTION reporting_refuse_part_of_signed();
DROP TRIGGER reporting_return_frozen ON reporting_regionalreturn;
DROP FUNCTION reporting_refuse_signed();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
