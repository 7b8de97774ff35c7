"""The application role writes no row of the audit itself; and people, agencies and who works where are watched."""

from django.db import migrations

from cse_portal.audit.constraints import watch

REVOKE = """
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_auditevent, audit_change, audit_reason FROM cse_app;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_seal FROM cse_app;
REVOKE INSERT, UPDATE, TRUNCATE ON audit_unsealed FROM cse_app;
REVOKE DELETE ON audit_finding FROM cse_app;
REVOKE ALL ON audit_changedvalue FROM cse_app;
"""
OF_USER = {"subject": "user_id"}
TABLES = {
    "accounts_user": {"hidden": ("password",)},
    "accounts_user_groups": OF_USER,
    "accounts_user_user_permissions": OF_USER,
    "accounts_agency": {},
    "auth_group": {},
    "auth_group_permissions": {},
    "accounts_membership": OF_USER,
}


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_initial")]
    operations = [
        migrations.RunSQL(REVOKE, migrations.RunSQL.noop),
        migrations.RunSQL(watch(TABLES)),
    ]
