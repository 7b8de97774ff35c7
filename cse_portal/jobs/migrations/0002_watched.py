"""Who wants to be told of what, and how: every change is noted."""

from django.db import migrations

from cse_portal.audit.changes import Watched, unwatch, watch

TABLES = {"jobs_noticechoice": Watched(subject="r.user_id")}


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("audit", "0003_watched")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
