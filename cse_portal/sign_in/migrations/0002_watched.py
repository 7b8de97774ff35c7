"""Second factors are noted too: their table is a package's."""

from django.db import migrations

from cse_portal.audit.constraints import unwatch, watch

TABLES = {"mfa_authenticator": {"subject": "user_id", "hidden": ("data",)}}


class Migration(migrations.Migration):
    dependencies = [("sign_in", "0001_initial"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunSQL(watch(TABLES), unwatch(TABLES))]
