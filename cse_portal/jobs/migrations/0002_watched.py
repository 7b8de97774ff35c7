"""Who wants to be told of what, and how: every change is noted."""

from django.db import migrations

from cse_portal.audit.constraints import unwatch, watch

TABLES = {"jobs_noticechoice": dict(subject="user_id")}


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
