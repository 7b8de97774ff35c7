"""Who was invited to work for whom, and when: every change is noted."""

from django.db import migrations

from cse_portal.audit.constraints import unwatch, watch

TABLES = {"people_invitation": dict(subject="user_id|id")}


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
