"""Second factors, which work account opens whose account here, which tokens a system has: every change is noted."""

from django.db import migrations

from cse_portal.audit.constraints import unwatch, watch

TABLES = {
    "mfa_authenticator": dict(subject="user_id", hidden=("data",)),
    "sign_in_connectedaccount": dict(subject="user_id"),
    "sign_in_apitoken": dict(subject="user_id", hidden=("digest",)),
}


class Migration(migrations.Migration):
    dependencies = [
        ("sign_in", "0001_initial"),
        ("audit", "0003_watched"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
