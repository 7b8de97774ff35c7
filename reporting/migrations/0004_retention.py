"""Retention in PostgreSQL: who reads holds and disposals. A record goes only through `gate.dispose_of`."""

import datetime as dt
from typing import Any

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect

READS = "((SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE')))"
# Of a record that its reader is shut out of, not even the reference.
SEEN = f"{READS} AND (record_id IS NULL OR record_id <> ALL ((SELECT gate.shut_keys())::uuid[]))"
RULES = {"reporting_legalhold": SEEN, "reporting_disposal": SEEN}
ONLY_BY_DISPOSAL = "cases_case, cases_child, reporting_legalhold, reporting_disposal"


def hold_everything(apps: Any, schema_editor: Any) -> None:
    """As delivered, nothing is disposed of while the national inquiry is prepared."""
    apps.get_model("reporting", "LegalHold").objects.create(
        scope="all",
        authority="The national inquiry into group-based child sexual exploitation",
        reason="Relevant records must not be destroyed while the inquiry is prepared (National Audit on Group-based "
        "Child Sexual Exploitation and Abuse, June 2025).",
        review_on=dt.date(2027, 4, 1),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0003_watched"),
        ("cases", "0005_disclosed"),
        ("mase", "0003_watched"),
        ("intelligence", "0003_watched"),
        ("jobs", "0001_initial"),
        ("access", "0003_audit_rows"),
    ]
    operations = [
        migrations.RunSQL(protect(RULES), unprotect(RULES)),
        migrations.RunSQL(
            f"REVOKE DELETE ON {ONLY_BY_DISPOSAL} FROM cse_app",
            f"GRANT DELETE ON {ONLY_BY_DISPOSAL} TO cse_app",
        ),
        migrations.RunPython(hold_everything, migrations.RunPython.noop),
    ]
