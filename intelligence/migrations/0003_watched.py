"""Every change of a submission, a graded report and what is known, is noted by PostgreSQL itself."""

from django.db import migrations

from cse_portal.audit.changes import Watched, unwatch, watch

OF_SUBMISSION = Watched(subject="r.submission_id")
OF_REPORT = Watched(subject="r.report_id")
TABLES = {
    "intelligence_intelligencesubmission": Watched(),
    "intelligence_submissionsource": OF_SUBMISSION,
    "intelligence_submissionsubject": OF_SUBMISSION,
    "intelligence_submissionvehicle": OF_SUBMISSION,
    "intelligence_submissionplace": OF_SUBMISSION,
    "intelligence_submissioncontact": OF_SUBMISSION,
    "intelligence_intelligenceline": OF_SUBMISSION,
    "intelligence_detailrequest": OF_SUBMISSION,
    "intelligence_intelligencefeedback": OF_SUBMISSION,
    "intelligence_intelligencereport": Watched(),
    "intelligence_reportline": OF_REPORT,
    "intelligence_intelligencereportreader": OF_REPORT,
    "intelligence_link": Watched(case="r.case_id", subject="r.report_id"),
    "intelligence_personofconcern": Watched(),
    "intelligence_locationofconcern": Watched(),
    "intelligence_vehicleofconcern": Watched(),
    "intelligence_disruption": Watched(subject="COALESCE(r.person_id, r.place_id)"),
    "intelligence_disruptionupdate": Watched(
        subject="(SELECT COALESCE(d.person_id, d.place_id) FROM intelligence_disruption d WHERE d.id = r.disruption_id)"
    ),
}


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0002_row_security"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
