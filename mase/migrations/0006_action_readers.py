"""Who reads an action is said by whoever has the restricted part: not by who only does it, nor by their agency.

And it hangs on what the action is about: that is the child of the item it was agreed under, or no child, for good; and
on whether it was issued, which is said once, by who ends the meeting.
"""

from django.db import migrations

from cse_portal.access.row_security import guard, unguard

GUARD = """
CREATE FUNCTION gate.guard_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- What hangs on it would be read by the rules of whatever is written in its place.
        IF OLD.issued_at IS NOT NULL THEN
            PERFORM gate.refuse('an action that was issued stays where it was written');
        END IF;
        RETURN OLD;
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.issued_at IS NOT NULL THEN
            PERFORM gate.refuse('only those who run a meeting issue what it agreed');
        END IF;
        RETURN NEW;
    -- Issued, it is read also by who was left out of its meeting; not issued, it may be taken off.
    ELSIF NEW.issued_at IS DISTINCT FROM OLD.issued_at
          AND (OLD.issued_at IS NOT NULL
               OR NOT gate.opens(CASE WHEN OLD.cmog_item_id IS NULL THEN 'MEETING_CHAIR' ELSE 'CMOG_RUN' END)) THEN
        PERFORM gate.refuse('only those who run a meeting issue what it agreed, once');
    ELSIF NEW.restricted IS DISTINCT FROM OLD.restricted
          AND NOT (CASE WHEN OLD.case_id IS NULL THEN gate.writes_on_cmog_item(OLD.cmog_item_id)
                        ELSE gate.sees_part(OLD.case_id, 'view_restricted_minutes', 'MINUTES_RESTRICTED_VIEW') END) THEN
        PERFORM gate.refuse('only those who have the restricted part say who reads an action');
    ELSIF NEW.agency_id IS DISTINCT FROM OLD.agency_id
          AND NOT gate.opens(CASE WHEN OLD.case_id IS NULL THEN 'CMOG_WRITE' ELSE 'MEETING_CHAIR' END) THEN
        -- Its agency reads it also once it is for professionals only.
        PERFORM gate.refuse('only the chair gives an action to another agency');
    END IF;
    RETURN NEW;
END
$$;
"""
# Asked as the owner, and of the system too: an action that lost its child would be read by others than who may.
OF_ITS_ITEM = """
CREATE FUNCTION mase_action_is_of_its_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.case_id, NEW.cmog_item_id) IS DISTINCT FROM (OLD.case_id, OLD.cmog_item_id)
       OR EXISTS (SELECT FROM mase_cmogitem i WHERE i.id = NEW.cmog_item_id
                  AND (i.case_id IS DISTINCT FROM NEW.case_id OR i.case_id IS NULL AND i.action_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'an action is about what the item is about under which it was agreed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER of_its_item BEFORE INSERT OR UPDATE OF case_id, cmog_item_id ON mase_planaction
    FOR EACH ROW EXECUTE FUNCTION mase_action_is_of_its_item();
"""
NOT_OF_ITS_ITEM = """
DROP TRIGGER of_its_item ON mase_planaction;
DROP FUNCTION mase_action_is_of_its_item();
"""
TABLES = {"mase_planaction": "guard_action"}


class Migration(migrations.Migration):
    dependencies = [("mase", "0005_cmog_agreed"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION gate.guard_action"),
        migrations.RunSQL(guard(TABLES), unguard(TABLES)),
        migrations.RunSQL(OF_ITS_ITEM, NOT_OF_ITS_ITEM),
    ]
