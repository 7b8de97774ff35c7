"""Every change of a submission, a graded report and what is known, is noted by PostgreSQL itself."""

from django.db import migrations

from cse_portal.audit.constraints import unwatch, watch

OF_SUBMISSION = dict(subject="submission_id")
OF_REPORT = dict(subject="report_id")
TABLES = {
    "intelligence_intelligencesubmission": {},
    "intelligence_submissionsource": OF_SUBMISSION,
    "intelligence_submissionsubject": OF_SUBMISSION,
    "intelligence_submissionvehicle": OF_SUBMISSION,
    "intelligence_submissionplace": OF_SUBMISSION,
    "intelligence_submissioncontact": OF_SUBMISSION,
    "intelligence_intelligenceline": OF_SUBMISSION,
    "intelligence_detailrequest": OF_SUBMISSION,
    "intelligence_intelligencefeedback": OF_SUBMISSION,
    "intelligence_intelligencereport": {},
    "intelligence_reportline": OF_REPORT,
    "intelligence_intelligencereportreader": OF_REPORT,
    "intelligence_link": dict(case="case_id", subject="report_id"),
    "intelligence_personofconcern": {},
    "intelligence_locationofconcern": {},
    "intelligence_vehicleofconcern": {},
    "intelligence_disruption": dict(subject="person_id|place_id"),
    "intelligence_disruptionupdate": dict(
        subject="disruption_id:intelligence_disruption.person_id|place_id"
    ),
    "intelligence_staffconflict": dict(subject="submission_id|person_id|place_id"),
}


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0002_row_security"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
