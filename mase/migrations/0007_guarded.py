"""What was written at one meeting, or of one plan, is not taken to another, whose rules somebody passes."""

from django.db import migrations

from cse_portal.access.row_security import move_again, stay

PARENTS = {
    **dict.fromkeys(
        (
            "mase_clockpause", "mase_disagreement", "mase_latereason", "mase_masemeeting",
        ),
        "case_id",
    ),
    **dict.fromkeys(
        (
            "mase_agencyinformation", "mase_agendaitem", "mase_assent", "mase_calendarentry", "mase_childvoice",
            "mase_cmogcalendarentry", "mase_cmoginvitation", "mase_cmogminutes", "mase_decision", "mase_dissent",
            "mase_invitation", "mase_mapentry", "mase_minutes", "mase_reportreminder", "mase_restrictedinformation",
            "mase_reveal", "mase_stepdownpoint", "mase_textsetaside",
        ),
        "meeting_id",
    ),
    **dict.fromkeys(
        ("mase_agreedrecord", "mase_cmogminutesversion", "mase_minutesaddendum", "mase_minutesobjection",
         "mase_minutesversion"),
        "minutes_id",
    ),
    **dict.fromkeys(("mase_cmogminutesreader", "mase_minutescopy", "mase_minutesreader"), "version_id"),
    **dict.fromkeys(("mase_cmogminutesaddendum", "mase_cmogminutesobjection", "mase_cmogwording"), "minutes_id, item_id"),
    **dict.fromkeys(("mase_actionnotice", "mase_actionupdate"), "action_id"),
    **dict.fromkeys(("mase_attendance", "mase_invitationanswer"), "invitation_id"),
    **dict.fromkeys(("mase_cmogtextaside", "mase_minuteswording"), "item_id"),
    **dict.fromkeys(("mase_safetygoal", "mase_scalescore"), "danger_id"),
    "mase_cmogitem": "meeting_id, case_id, action_id, person_id, place_id",
    "mase_dangerstatement": "meeting_id, earlier_id",
    "mase_minutesaction": "minutes_id, action_id",
    "mase_planaction": "case_id, meeting_id, cmog_item_id",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("mase", "0006_action_readers"), ("access", "0004_standing")]
    operations = [migrations.RunSQL(stay(PARENTS), move_again(PARENTS))]
