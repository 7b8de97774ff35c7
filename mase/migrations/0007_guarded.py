"""What was written at one meeting, or of one plan, is not taken to another, whose rules somebody passes.

And who was left out of a meeting's record follows from how the meeting stands, and from who came to it when the chair
decided (gate.left_out_of): none of that is written by those whom it may be about.
"""

from django.db import migrations

from cse_portal.access.row_security import guard, move_again, stay, unguard

GUARDS = """
-- Whoever runs meetings is left out of none. Whoever plans one may call it off before it begins: that opens nothing.
-- As mase/services/scheduling.py books it, it is ahead, and an earlier moment than now is not believed.
CREATE FUNCTION gate.guard_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'scheduled' THEN
            PERFORM gate.refuse('only those who run meetings say how one stands');
        END IF;
        NEW.booked_at := GREATEST(NEW.booked_at, gate.moment());
    ELSIF NEW.booked_at IS DISTINCT FROM OLD.booked_at THEN
        PERFORM gate.refuse('when a meeting was booked is not written again');
    ELSIF (NEW.state, NEW.ended_at, NEW.ended_by_id) IS DISTINCT FROM (OLD.state, OLD.ended_at, OLD.ended_by_id)
          AND NOT gate.opens('MEETING_CHAIR')
          AND (OLD.state, NEW.state) IS DISTINCT FROM ('scheduled'::varchar, 'cancelled'::varchar) THEN
        PERFORM gate.refuse('only those who run meetings say how one stands');
    END IF;
    RETURN NEW;
END
$$;
-- Whose seat it is, and since when, is said once, by who asks them; who comes in whose place the portal writes, as
-- mase/services/answers.py found. An earlier moment than now is not believed. Nobody is left out who takes the minutes:
-- who does is said by who runs the meeting.
CREATE FUNCTION gate.guard_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.deputy_id IS NOT NULL THEN
            PERFORM gate.refuse('nobody is asked with a deputy');
        ELSIF NEW.role = 'MIN' AND NOT gate.opens('MEETING_CHAIR') THEN
            PERFORM gate.refuse('only those who run meetings say who takes the minutes');
        END IF;
        NEW.invited_at := GREATEST(NEW.invited_at, gate.moment());
    ELSIF (NEW.agency_id, NEW.person_id, NEW.invited_at, NEW.deputy_id, NEW.deputy_since)
          IS DISTINCT FROM (OLD.agency_id, OLD.person_id, OLD.invited_at, OLD.deputy_id, OLD.deputy_since) THEN
        PERFORM gate.refuse('no person writes whose seat it is, or since when');
    ELSIF NEW.role IS DISTINCT FROM OLD.role AND NOT gate.opens('MEETING_CHAIR') THEN
        PERFORM gate.refuse('only those who run meetings say in which role somebody comes');
    END IF;
    RETURN NEW;
END
$$;
-- The words under an item of a CMOG are read by those who see the item once its minutes are sent out.
CREATE FUNCTION gate.guard_cmog_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.circulated_at IS DISTINCT FROM OLD.circulated_at AND NOT gate.opens('CMOG_RUN') THEN
        PERFORM gate.refuse('only those who run CMOGs send out its minutes');
    END IF;
    RETURN NEW;
END
$$;
"""
NO_GUARDS = """
DROP FUNCTION gate.guard_cmog_minutes;
DROP FUNCTION gate.guard_seat;
DROP FUNCTION gate.guard_meeting;
"""
TABLES = {
    "mase_masemeeting": "guard_meeting",
    "mase_invitation": "guard_seat",
    "mase_cmogminutes": "guard_cmog_minutes",
}
# What they look at, and nothing else: a meeting is written with every step of it.
WRITING = {
    "mase_masemeeting": "INSERT OR UPDATE OF state, ended_at, ended_by_id, booked_at",
    "mase_invitation": "INSERT OR UPDATE OF agency_id, person_id, role, invited_at, deputy_id, deputy_since",
    "mase_cmogminutes": "INSERT OR UPDATE OF circulated_at",
}
PARENTS = {
    **dict.fromkeys(
        (
            "mase_clockpause", "mase_disagreement", "mase_latereason", "mase_masemeeting",
        ),
        "case_id",
    ),
    **dict.fromkeys(
        (
            "mase_agendaitem", "mase_assent", "mase_calendarentry", "mase_childvoice",
            "mase_cmogcalendarentry", "mase_cmoginvitation", "mase_cmogminutes", "mase_decision", "mase_dissent",
            "mase_invitation", "mase_mapentry", "mase_minutes", "mase_reportreminder", "mase_reveal",
            "mase_stepdownpoint",
        ),
        "meeting_id",
    ),
    **dict.fromkeys(
        ("mase_agreedrecord", "mase_cmogminutesversion", "mase_minutesaddendum", "mase_minutesversion"),
        "minutes_id",
    ),
    **dict.fromkeys(("mase_minutescopy", "mase_minutesreader"), "version_id"),
    **dict.fromkeys(("mase_cmogminutesaddendum", "mase_cmogminutesobjection", "mase_cmogwording"), "minutes_id, item_id"),
    **dict.fromkeys(("mase_actionnotice", "mase_actionupdate"), "action_id"),
    **dict.fromkeys(("mase_attendance", "mase_invitationanswer"), "invitation_id"),
    **dict.fromkeys(("mase_safetygoal", "mase_scalescore"), "danger_id"),
    # Whose words they are says who reads them: of an agency, of who set them aside, objected or was told.
    **dict.fromkeys(("mase_agencyinformation", "mase_restrictedinformation"), "meeting_id, agency_id"),
    "mase_cmogminutesreader": "version_id, person_id",
    "mase_minutesobjection": "minutes_id, version_id, item_id, seat_id, by_id, agency_id",
    "mase_minuteswording": "item_id",
    "mase_stageperson": "agency_id",
    "mase_cmogitem": "meeting_id, case_id, action_id, person_id, place_id",
    "mase_dangerstatement": "meeting_id, earlier_id",
    "mase_minutesaction": "minutes_id, action_id",
    "mase_planaction": "case_id, meeting_id, cmog_item_id",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("mase", "0006_action_readers"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(guard(TABLES, writing=WRITING), unguard(TABLES)),
        migrations.RunSQL(stay(PARENTS), move_again(PARENTS)),
    ]
