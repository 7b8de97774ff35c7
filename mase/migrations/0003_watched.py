"""Every change of a meeting's record and its plan is noted by PostgreSQL itself."""

from django.db import migrations

from cse_portal.audit.changes import Watched, unwatch, watch

OF_CASE = Watched(case="r.case_id")
OF_MEETING = Watched(case="(SELECT m.case_id FROM mase_masemeeting m WHERE m.id = r.meeting_id)")
OF_INVITATION = Watched(
    case="(SELECT m.case_id FROM mase_masemeeting m JOIN mase_invitation i ON i.meeting_id = m.id"
    " WHERE i.id = r.invitation_id)"
)
OF_DANGER = Watched(
    case="(SELECT m.case_id FROM mase_masemeeting m JOIN mase_dangerstatement d ON d.meeting_id = m.id"
    " WHERE d.id = r.danger_id)"
)
OF_DISAGREEMENT = Watched(
    case="(SELECT d.case_id FROM mase_disagreement d WHERE d.id = r.disagreement_id)"
)
TABLES = {
    "mase_masemeeting": OF_CASE,
    "mase_planaction": OF_CASE,
    "mase_actionupdate": Watched(
        case="(SELECT a.case_id FROM mase_planaction a WHERE a.id = r.action_id)"
    ),
    "mase_invitation": OF_MEETING,
    "mase_attendance": OF_INVITATION,
    "mase_agendaitem": OF_MEETING,
    "mase_minutes": OF_MEETING,
    "mase_decision": OF_MEETING,
    "mase_dissent": OF_MEETING,
    "mase_dangerstatement": OF_MEETING,
    "mase_safetygoal": OF_DANGER,
    "mase_scalescore": OF_DANGER,
    "mase_mapentry": OF_MEETING,
    "mase_agencyinformation": OF_MEETING,
    "mase_childvoice": OF_MEETING,
    "mase_textsetaside": OF_MEETING,
    "mase_restrictedinformation": OF_MEETING,
    "mase_reveal": OF_MEETING,
    "mase_assent": OF_MEETING,
    "mase_stepdownpoint": OF_MEETING,
    "mase_minutescopy": Watched(
        case="(SELECT m.case_id FROM mase_masemeeting m JOIN mase_minutes n ON n.meeting_id = m.id"
        " WHERE n.id = r.minutes_id)"
    ),
    "mase_disagreement": OF_CASE,
    "mase_disagreementstage": OF_DISAGREEMENT,
    "mase_disagreementanswer": OF_DISAGREEMENT,
    "mase_transitionentry": OF_CASE,
    "mase_transitionprompt": OF_CASE,
}


class Migration(migrations.Migration):
    dependencies = [("mase", "0002_row_security"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
