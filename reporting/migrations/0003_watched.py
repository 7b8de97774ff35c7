"""Drafting, checking and signing a return, publishing a report, holding and disposing of a record: PostgreSQL notes it.

Figures are not: thousands to a return, computed from what is noted already, and frozen with the signature.
"""

from django.db import migrations

from cse_portal.audit.changes import Watched, unwatch, watch

TABLES = {
    "reporting_regionalreturn": Watched(),
    "reporting_boardreport": Watched(),
    "reporting_legalhold": Watched(subject="r.record_id"),
    "reporting_disposal": Watched(),
}


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_frozen"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
