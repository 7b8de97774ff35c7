"""People, agencies and their groups, who works where, why somebody acted, what the privacy officer decided: all is noted."""

from django.db import migrations

from cse_portal.audit.changes import Watched, unwatch, watch

TABLES = {
    "accounts_user": Watched(hidden=("password",)),
    "accounts_user_groups": Watched(subject="r.user_id"),
    "accounts_user_user_permissions": Watched(subject="r.user_id"),
    "accounts_agency": Watched(),
    "auth_group": Watched(),
    "auth_group_permissions": Watched(),
    "accounts_membership": Watched(subject="r.user_id"),
    "audit_reason": Watched(case="r.case_id"),
    "audit_finding": Watched(case="r.case_id"),
}


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
