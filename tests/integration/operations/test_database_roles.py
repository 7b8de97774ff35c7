"""The portal's own database role can do a day's work and nothing to the tables."""

import pytest
from django.db import ProgrammingError, connection

pytestmark = pytest.mark.django_db


def test_the_tests_run_as_the_application_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("cse_app", False, False)


def test_the_application_role_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'cse_app'::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE a_table (id int)",
        "ALTER TABLE django_session ADD COLUMN a_column int",
        "DROP TABLE django_session",
        "TRUNCATE django_session",
        "CREATE EXTENSION hstore",
        "SET ROLE cse_owner",
        "SET session_replication_role = replica",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_application_role_cannot(statement: str) -> None:
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)
