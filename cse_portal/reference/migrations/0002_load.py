from typing import Any

from django.db import migrations

from cse_portal.reference.services import load

# The application reads these tables; only a release, as the owner, writes them.
READ_ONLY = """
DO $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT DISTINCT table_name, grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name LIKE 'reference\\_%'
          AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE') AND grantee <> current_user
    LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I FROM %I', held.table_name, held.grantee);
    END LOOP;
END $$
"""


def load_data(apps: Any, schema_editor: Any) -> None:
    load(apps)


class Migration(migrations.Migration):
    """Load the reference data and let the application role only read them."""

    dependencies = [("reference", "0001_initial")]
    operations = [
        migrations.RunPython(load_data, migrations.RunPython.noop, elidable=False),
        migrations.RunSQL(READ_ONLY, migrations.RunSQL.noop),
    ]
