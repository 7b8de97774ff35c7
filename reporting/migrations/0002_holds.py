"""As delivered, nothing is disposed of while the national inquiry is prepared; a record goes by a disposal alone."""

import datetime as dt
from typing import Any

from django.db import migrations

ONLY_BY_DISPOSAL = "cases_case, cases_child, reporting_legalhold, reporting_disposal"


def hold_everything(apps: Any, schema_editor: Any) -> None:
    apps.get_model("reporting", "LegalHold").objects.create(
        scope="all",
        authority="The national inquiry into group-based child sexual exploitation",
        reason="Relevant records must not be destroyed while the inquiry is prepared (National Audit on Group-based "
        "Child Sexual Exploitation and Abuse, June 2025).",
        review_on=dt.date(2027, 4, 1),
    )


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial"), ("cases", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"REVOKE DELETE ON {ONLY_BY_DISPOSAL} FROM cse_app", f"GRANT DELETE ON {ONLY_BY_DISPOSAL} TO cse_app"
        ),
        migrations.RunPython(hold_everything, migrations.RunPython.noop),
    ]
