"""Who sees requests to see a record, what they are about and the register; their changes are noted."""

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect
from cse_portal.audit.changes import Watched, unwatch, watch

OF_CASE = "gate.sees_case(case_id)"
OF_REQUEST = "EXISTS (SELECT FROM reporting_subjectaccessrequest r WHERE r.id = request_id)"
NOT_SHUT_OUT = "case_id <> ALL ((SELECT gate.excluded_cases())::uuid[])"
RULES = {
    "reporting_subjectaccessrequest": OF_CASE,
    "reporting_disclosureitem": OF_REQUEST,
    "reporting_disclosure": f"(SELECT gate.opens('DISCLOSURE_REGISTER')) AND {NOT_SHUT_OUT} OR {OF_CASE}",
}
WRITING = {"reporting_disclosure": OF_CASE}
TABLES = {
    "reporting_subjectaccessrequest": Watched(case="r.case_id"),
    "reporting_disclosureitem": Watched(
        case="(SELECT q.case_id FROM reporting_subjectaccessrequest q WHERE q.id = r.request_id)"
    ),
    "reporting_disclosure": Watched(case="r.case_id"),
}


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_retention")]
    operations = [
        migrations.RunSQL(protect(RULES, writing=WRITING), unprotect(RULES)),
        migrations.RunSQL(watch(TABLES), unwatch(TABLES)),
    ]
