"""What was written of one submission or report, or linked with it, is not taken to another, whose rules somebody passes.

Nor does anybody make a submission their own, which its author reads as long as they work there.
"""

from django.db import migrations

from cse_portal.access.row_security import guard, move_again, stay, unguard

TABLES = {"intelligence_intelligencesubmission": "guard_author"}
WRITING = {"intelligence_intelligencesubmission": "UPDATE OF author_id, author_agency_id, state"}
PARENTS = {
    **dict.fromkeys(
        (
            "intelligence_detailrequest", "intelligence_intelligencefeedback", "intelligence_intelligenceline",
            "intelligence_submissioncontact", "intelligence_submissionplace", "intelligence_submissionsource",
            "intelligence_submissionsubject", "intelligence_submissionvehicle",
            # From what it was made of follows to whom a report is shut: gate.shut_intelligence_of.
            "intelligence_intelligencereport",
        ),
        "submission_id",
    ),
    **dict.fromkeys(("intelligence_intelligencereportreader", "intelligence_reportline"), "report_id"),
    "intelligence_disruption": "person_id, place_id",
    "intelligence_link": "report_id, case_id, person_id, place_id, vehicle_id",
    "intelligence_staffconflict": "submission_id, person_id, place_id, user_id",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0003_watched"), ("access", "0004_standing")]
    operations = [
        migrations.RunSQL(guard(TABLES, writing=WRITING), unguard(TABLES)),
        migrations.RunSQL(stay(PARENTS), move_again(PARENTS)),
    ]
