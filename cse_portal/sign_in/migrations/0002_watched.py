"""Which work account opens whose account here, and which tokens a system has: every change is noted."""

from django.db import migrations

from cse_portal.audit.changes import Watched, unwatch, watch

TABLES = {
    "sign_in_connectedaccount": Watched(subject="r.user_id"),
    "sign_in_apitoken": Watched(subject="r.user_id", hidden=("digest",)),
}


class Migration(migrations.Migration):
    dependencies = [("sign_in", "0001_initial"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
