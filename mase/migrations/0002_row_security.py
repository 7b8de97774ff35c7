"""PostgreSQL repeats the row rule of meetings and plans: they are seen by whoever sees the child's case."""

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect

QUESTIONS = """
CREATE FUNCTION gate.sees_meeting(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_masemeeting m WHERE m.id = which); END $$;
CREATE FUNCTION gate.sees_restricted_part(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.mase_masemeeting m WHERE m.id = which
        AND gate.sees_part(m.case_id, 'view_restricted_minutes', 'MINUTES_RESTRICTED_VIEW'));
END
$$;
CREATE FUNCTION gate.sees_invitation(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_invitation i WHERE i.id = which); END $$;
CREATE FUNCTION gate.sees_danger(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_dangerstatement d WHERE d.id = which); END $$;
CREATE FUNCTION gate.sees_action(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_planaction a WHERE a.id = which); END $$;
CREATE FUNCTION gate.sees_disagreement(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN EXISTS (SELECT FROM public.mase_disagreement d WHERE d.id = which); END $$;
"""
NO_QUESTIONS = """
DROP FUNCTION gate.sees_disagreement;
DROP FUNCTION gate.sees_action;
DROP FUNCTION gate.sees_danger;
DROP FUNCTION gate.sees_invitation;
DROP FUNCTION gate.sees_restricted_part;
DROP FUNCTION gate.sees_meeting;
"""

OF_CASE = "EXISTS (SELECT FROM cases_case c WHERE c.id = case_id)"
OF_MEETING = "gate.sees_meeting(meeting_id)"
OF_DANGER = "gate.sees_danger(danger_id)"
OF_DISAGREEMENT = "gate.sees_disagreement(disagreement_id)"
RULES = {
    "mase_masemeeting": OF_CASE,
    "mase_planaction": OF_CASE,
    "mase_actionupdate": "gate.sees_action(action_id)",
    "mase_invitation": OF_MEETING,
    "mase_attendance": "gate.sees_invitation(invitation_id)",
    "mase_agendaitem": f"{OF_MEETING} AND (NOT restricted OR gate.sees_restricted_part(meeting_id))",
    "mase_reveal": OF_MEETING,
    "mase_assent": OF_MEETING,
    "mase_stepdownpoint": OF_MEETING,
    "mase_minutes": OF_MEETING,
    "mase_decision": OF_MEETING,
    "mase_dissent": OF_MEETING,
    "mase_dangerstatement": OF_MEETING,
    "mase_safetygoal": OF_DANGER,
    "mase_scalescore": OF_DANGER,
    "mase_mapentry": OF_MEETING,
    "mase_agencyinformation": OF_MEETING,
    "mase_childvoice": OF_MEETING,
    # What somebody typed is theirs, whatever part it was meant for.
    "mase_textsetaside": f"{OF_MEETING} AND by_id = (SELECT gate.user_id())",
    "mase_restrictedinformation": (
        f"{OF_MEETING} AND (agency_id = (SELECT gate.agency_id()) OR gate.sees_restricted_part(meeting_id))"
    ),
    "mase_minutescopy": (
        "EXISTS (SELECT FROM mase_minutes m WHERE m.id = minutes_id"
        " AND (audience = 'open' OR gate.sees_restricted_part(m.meeting_id)))"
    ),
    "mase_disagreement": OF_CASE,
    "mase_disagreementstage": OF_DISAGREEMENT,
    "mase_disagreementanswer": OF_DISAGREEMENT,
    "mase_transitionentry": OF_CASE,
    "mase_transitionprompt": OF_CASE,
}
# An agenda is set out, and another's text put aside, by people who may not read it.
WRITING = {"mase_agendaitem": OF_MEETING, "mase_textsetaside": OF_MEETING}
# What was said at a stage, and when it began, stands.
WRITTEN_ONCE = (
    "mase_disagreementstage, mase_disagreementanswer, mase_transitionentry, mase_transitionprompt"
)


class Migration(migrations.Migration):
    dependencies = [("mase", "0001_initial"), ("cases", "0002_row_security")]
    operations = [
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        migrations.RunSQL(protect(RULES, writing=WRITING), unprotect(RULES)),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON {WRITTEN_ONCE} FROM cse_app",
            f"GRANT UPDATE, DELETE ON {WRITTEN_ONCE} TO cse_app",
        ),
    ]
