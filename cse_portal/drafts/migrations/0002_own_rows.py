"""A draft belongs to its writer alone."""

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect

RULES = {"drafts_draft": "user_id = (SELECT gate.user_id())"}


class Migration(migrations.Migration):
    dependencies = [("drafts", "0001_initial"), ("access", "0002_notifications")]
    operations = [migrations.RunSQL(protect(RULES), unprotect(RULES))]
