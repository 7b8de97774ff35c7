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
OF_MINUTES = Watched(
    case="(SELECT m.case_id FROM mase_masemeeting m JOIN mase_minutes n ON n.meeting_id = m.id"
    " WHERE n.id = r.minutes_id)"
)
OF_VERSION = Watched(
    case="(SELECT m.case_id FROM mase_masemeeting m JOIN mase_minutes n ON n.meeting_id = m.id"
    " JOIN mase_minutesversion v ON v.minutes_id = n.id WHERE v.id = r.version_id)"
)
OF_CMOG_VERSION = Watched(
    subject="(SELECT n.meeting_id FROM mase_cmogminutes n JOIN mase_cmogminutesversion v ON v.minutes_id = n.id"
    " WHERE v.id = r.version_id)"
)
OF_CMOG_MINUTES = Watched(subject="(SELECT n.meeting_id FROM mase_cmogminutes n WHERE n.id = r.minutes_id)")
OF_CMOG_ITEM = Watched(
    case="(SELECT i.case_id FROM mase_cmogitem i WHERE i.id = r.item_id)",
    subject="(SELECT COALESCE(i.person_id, i.place_id) FROM mase_cmogitem i WHERE i.id = r.item_id)",
)
OF_ACTION = Watched(
    case="(SELECT a.case_id FROM mase_planaction a WHERE a.id = r.action_id)",
    subject="(SELECT COALESCE(i.person_id, i.place_id) FROM mase_planaction a JOIN mase_cmogitem i"
    " ON i.id = a.cmog_item_id WHERE a.id = r.action_id)",
)
OF_DISAGREEMENT = Watched(
    case="(SELECT d.case_id FROM mase_disagreement d WHERE d.id = r.disagreement_id)"
)
TABLES = {
    "mase_masemeeting": OF_CASE,
    "mase_planaction": Watched(
        case="r.case_id",
        subject="(SELECT COALESCE(i.person_id, i.place_id) FROM mase_cmogitem i WHERE i.id = r.cmog_item_id)",
    ),
    "mase_actionupdate": OF_ACTION,
    "mase_actionnotice": OF_ACTION,
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
    "mase_restrictedinformation": OF_MEETING,
    "mase_reveal": OF_MEETING,
    "mase_chairpassed": OF_MEETING,
    "mase_brokenoff": OF_MEETING,
    "mase_assent": OF_MEETING,
    "mase_stepdownpoint": OF_MEETING,
    "mase_minutescopy": OF_VERSION,
    "mase_minutesaction": OF_MINUTES,
    "mase_minutesversion": OF_MINUTES,
    "mase_minutesreader": OF_VERSION,
    "mase_leftout": OF_MEETING,
    "mase_minuteswording": OF_MINUTES,
    "mase_minutesobjection": OF_MINUTES,
    "mase_minutesaddendum": OF_MINUTES,
    "mase_agreedrecord": OF_MINUTES,
    "mase_cmogmeeting": Watched(),
    "mase_cmoginvitation": Watched(subject="r.meeting_id"),
    "mase_cmogitem": Watched(case="r.case_id", subject="COALESCE(r.person_id, r.place_id)"),
    "mase_cmogminutes": Watched(subject="r.meeting_id"),
    "mase_cmogwording": OF_CMOG_ITEM,
    "mase_cmogminutesversion": OF_CMOG_MINUTES,
    "mase_cmogsentwords": OF_CMOG_ITEM,
    "mase_cmogminutesreader": OF_CMOG_VERSION,
    "mase_cmogminutesobjection": OF_CMOG_ITEM,
    "mase_cmogminutesaddendum": OF_CMOG_ITEM,
    "mase_cmogprint": OF_CMOG_MINUTES,
    "mase_cmogcalendarentry": Watched(subject="r.meeting_id"),
    "mase_clockpause": OF_CASE,
    "mase_latereason": OF_CASE,
    "mase_invitationanswer": OF_INVITATION,
    "mase_calendarentry": OF_MEETING,
    "mase_reportreminder": OF_MEETING,
    "mase_strategicobjective": Watched(),
    "mase_strategicupdate": Watched(subject="r.objective_id"),
    "mase_disagreement": OF_CASE,
    "mase_disagreementstage": OF_DISAGREEMENT,
    "mase_disagreementanswer": OF_DISAGREEMENT,
    "mase_transitionentry": OF_CASE,
    "mase_transitionprompt": OF_CASE,
    "mase_clocknotice": OF_CASE,
    "mase_cmognotice": Watched(subject="r.meeting_id"),
    "mase_stageperson": Watched(subject="r.agency_id"),
    "mase_stagecall": OF_DISAGREEMENT,
}


class Migration(migrations.Migration):
    dependencies = [("mase", "0002_row_security"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
