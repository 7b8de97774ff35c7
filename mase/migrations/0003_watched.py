"""Every change of a meeting's record and its plan is noted by PostgreSQL itself."""

from django.db import migrations

from cse_portal.audit.constraints import unwatch, watch

OF_CASE = dict(case="case_id")
MEETING = "meeting_id:mase_masemeeting.case_id"
MINUTES = f"minutes_id:mase_minutes.{MEETING}"
CMOG_MINUTES = "minutes_id:mase_cmogminutes.meeting_id"
OF_MEETING = dict(case=MEETING)
OF_INVITATION = dict(case=f"invitation_id:mase_invitation.{MEETING}")
OF_DANGER = dict(case=f"danger_id:mase_dangerstatement.{MEETING}")
OF_MINUTES = dict(case=MINUTES)
OF_VERSION = dict(case=f"version_id:mase_minutesversion.{MINUTES}")
OF_CMOG_VERSION = dict(subject=f"version_id:mase_cmogminutesversion.{CMOG_MINUTES}")
OF_CMOG_MINUTES = dict(subject=CMOG_MINUTES)
OF_CMOG_ITEM = dict(case="item_id:mase_cmogitem.case_id", subject="item_id:mase_cmogitem.person_id|place_id")
OF_ACTION = dict(
    case="action_id:mase_planaction.case_id",
    subject="action_id:mase_planaction.cmog_item_id:mase_cmogitem.person_id|place_id",
)
OF_DISAGREEMENT = dict(case="disagreement_id:mase_disagreement.case_id")
TABLES = {
    "mase_masemeeting": OF_CASE,
    "mase_planaction": dict(
        case="case_id",
        subject="cmog_item_id:mase_cmogitem.person_id|place_id",
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
    "mase_textsetaside": OF_MEETING,
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
    "mase_cmogmeeting": {},
    "mase_cmoginvitation": dict(subject="meeting_id"),
    "mase_cmogitem": dict(case="case_id", subject="person_id|place_id"),
    "mase_cmogtextaside": OF_CMOG_ITEM,
    "mase_cmogminutes": dict(subject="meeting_id"),
    "mase_cmogwording": OF_CMOG_ITEM,
    "mase_cmogminutesversion": OF_CMOG_MINUTES,
    "mase_cmogsentwords": OF_CMOG_ITEM,
    "mase_cmogminutesreader": OF_CMOG_VERSION,
    "mase_cmogminutesobjection": OF_CMOG_ITEM,
    "mase_cmogminutesaddendum": OF_CMOG_ITEM,
    "mase_cmogprint": OF_CMOG_MINUTES,
    "mase_cmogcalendarentry": dict(subject="meeting_id"),
    "mase_clockpause": OF_CASE,
    "mase_latereason": OF_CASE,
    "mase_invitationanswer": OF_INVITATION,
    "mase_calendarentry": OF_MEETING,
    "mase_reportreminder": OF_MEETING,
    "mase_strategicobjective": {},
    "mase_strategicupdate": dict(subject="objective_id"),
    "mase_disagreement": OF_CASE,
    "mase_disagreementstage": OF_DISAGREEMENT,
    "mase_disagreementanswer": OF_DISAGREEMENT,
    "mase_transitionentry": OF_CASE,
    "mase_transitionprompt": OF_CASE,
    "mase_clocknotice": OF_CASE,
    "mase_cmognotice": dict(subject="meeting_id"),
    "mase_stageperson": dict(subject="agency_id"),
    "mase_stagecall": OF_DISAGREEMENT,
}


class Migration(migrations.Migration):
    dependencies = [("mase", "0002_row_security"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
