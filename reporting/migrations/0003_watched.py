"""Drafting, checking and signing a return, publishing a report, holding and disposing of a record: PostgreSQL notes it.

Figures are not: thousands to a return, computed from what is noted already, and frozen with the signature.
"""

from django.db import migrations

from cse_portal.audit.constraints import unwatch, watch

TABLES = {
    "reporting_regionalreturn": {},
    "reporting_boardreport": {},
    "reporting_legalhold": dict(subject="record_id"),
    "reporting_keptlonger": dict(subject="record_id"),
    "reporting_disposal": {},
}


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_frozen"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
