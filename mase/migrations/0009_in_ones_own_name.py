"""Who wrote, decided or took back a part of a meeting, its plan or a disagreement is nobody's to say of another.

But for what somebody else typed, set aside for them, and what minutes repeat of who worded it: both say whose it was.
"""

from django.db import migrations

from cse_portal.access.row_security import in_any_name, in_ones_own_name

NAMES = {
    "mase_actionupdate": "by_id, agency_id",
    "mase_agencyinformation": "saved_by_id, submitted_by_id",
    "mase_agendaitem": "saved_by_id",
    "mase_assent": "recorded_by_id",
    "mase_attendance": "recorded_by_id",
    "mase_brokenoff": "by_id",
    "mase_chairpassed": "by_id",
    "mase_childvoice": "saved_by_id",
    "mase_clockpause": "paused_by_id, resumed_by_id",
    "mase_cmogitem": "added_by_id, deferred_by_id, saved_by_id",
    "mase_cmogmeeting": "booked_by_id, ended_by_id, cancelled_by_id",
    "mase_cmoginvitation": "invited_by_id",
    "mase_cmogminutes": "circulated_by_id, agreed_by_id",
    "mase_cmogminutesaddendum": "by_id",
    "mase_cmogminutesobjection": "by_id, agency_id, answered_by_id",
    "mase_cmogminutesversion": "made_by_id",
    "mase_cmogwording": "saved_by_id",
    "mase_dangerstatement": "saved_by_id, ended_by_id",
    "mase_decision": "saved_by_id",
    "mase_disagreement": "raised_by_id, ended_by_id",
    "mase_disagreementanswer": "by_id, agency_id",
    "mase_disagreementstage": "started_by_id",
    "mase_dissent": "recorded_by_id",
    "mase_invitation": "invited_by_id",
    "mase_invitationanswer": "answered_by_id",
    "mase_latereason": "said_by_id",
    "mase_minutesrecipient": "added_by_id",
    "mase_mapentry": "added_by_id",
    "mase_masemeeting": "booked_by_id, ended_by_id, cancelled_by_id",
    "mase_minutes": "agreed_by_id",
    "mase_minutesaddendum": "by_id",
    "mase_minutesobjection": "by_id, agency_id, answered_by_id",
    "mase_minutesversion": "made_by_id",
    "mase_minuteswording": "saved_by_id",
    "mase_planaction": "set_by_id, completed_by_id, verified_by_id",
    "mase_reportreminder": "sent_by_id",
    "mase_restrictedinformation": "saved_by_id",
    "mase_scalescore": "recorded_by_id",
    "mase_stageperson": "named_by_id, ended_by_id",
    "mase_stepdownpoint": "recorded_by_id",
    "mase_strategicobjective": "set_by_id",
    "mase_strategicupdate": "by_id, agency_id",
    "mase_transitionentry": "recorded_by_id, agency_id",
}


class Migration(migrations.Migration):
    dependencies = [("mase", "0008_written_by_right")]
    operations = [migrations.RunSQL(in_ones_own_name(NAMES), in_any_name(NAMES))]
