"""Second factors, which work account opens whose account here, which tokens a system has: every change is noted."""

from django.db import migrations

from cse_portal.audit.changes import Watched, unwatch, watch

TABLES = {
    "mfa_authenticator": Watched(subject="r.user_id", hidden=("data",)),
    "socialaccount_socialaccount": Watched(subject="r.user_id", hidden=("extra_data",)),
    "sign_in_apitoken": Watched(subject="r.user_id", hidden=("digest",)),
}


class Migration(migrations.Migration):
    dependencies = [
        ("sign_in", "0001_initial"),
        ("audit", "0003_watched"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
