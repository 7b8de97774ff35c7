"""Second factors and work accounts are noted too: their tables are a package's."""

from django.db import migrations

from cse_portal.audit.constraints import watch

TABLES = {
    "mfa_authenticator": {"subject": "user_id", "hidden": ("data",)},
    "socialaccount_socialaccount": {"subject": "user_id", "hidden": ("extra_data",)},
}


class Migration(migrations.Migration):
    dependencies = [
        ("sign_in", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [migrations.RunSQL(watch(TABLES))]
