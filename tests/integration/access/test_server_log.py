"""PostgreSQL's own log: it says that something failed, and nothing of what people wrote."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from cases.choices import Relation
from cases.models import Case, ChildAlias, Declaration
from cse_portal import acting
from cse_portal.access import row_security, server_log
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.database import heard_from_the_server, superuser
from tests.factories.cases import make_case

NAME, ADDRESS = "Qvx-Kestrelwood", "qvx@kestrelwood.example"


def same_address_twice(cast: Cast) -> None:
    """DETAIL: Key (email)=(…) already exists."""
    for person in (cast.health, cast.police):
        User.objects.filter(pk=person.pk).update(email=ADDRESS)


def breaks_a_check(cast: Cast) -> None:
    """DETAIL: Failing row contains (…)."""
    Case.objects.filter(pk=make_case(cast).pk).update(restricted_reason=NAME)


def lacks_a_value(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO cases_childalias (id, name) VALUES (gen_random_uuid(), %s)", [NAME])


def is_refused_by_a_policy(cast: Cast) -> None:
    with acting.acting(standing(cast.outsider).actor):  # type: ignore[union-attr]
        Declaration.objects.create(user=cast.police, relation=Relation.FAMILY, family_name=NAME)


def is_refused_by_a_guard(cast: Cast) -> None:
    child = make_case(cast).child
    with acting.acting(standing(cast.outsider).actor):  # type: ignore[union-attr]
        ChildAlias.objects.create(child=child, name=NAME)


def takes_too_long(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT %s, pg_sleep(5)", [NAME])


def is_cancelled_within_a_function(cast: Cast) -> None:
    """CONTEXT: SQL statement …"""
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN PERFORM '{NAME}', 1 / 0; END $$")


FAILURES = {
    same_address_twice: "violates unique constraint",
    breaks_a_check: "violates check constraint",
    lacks_a_value: "violates not-null constraint",
    is_refused_by_a_policy: "violates row-level security policy",
    is_refused_by_a_guard: "only those who work on a case",
    takes_too_long: "canceling statement due to statement timeout",
    is_cancelled_within_a_function: "division by zero",
}


@contextmanager
def told(**settings: str) -> Iterator[None]:
    """The portal's own database under other settings than it is told, as an operator may leave it."""
    name = connection.settings_dict["NAME"]
    with superuser(name) as cursor:
        for setting, value in settings.items():
            cursor.execute(f'ALTER DATABASE "{name}" SET {setting} = %s', [value])
        connection.close()
        try:
            yield
        finally:
            for setting in settings:
                cursor.execute(f'ALTER DATABASE "{name}" RESET {setting}')
            connection.close()


def heard(cast: Cast, fails: Callable[[Cast], None]) -> str:
    with heard_from_the_server() as said, pytest.raises(DatabaseError), transaction.atomic():
        fails(cast)
    return "".join(said)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", FAILURES, ids=lambda fails: fails.__name__)
def test_the_log_says_what_failed_and_not_with_whose_name(cast: Cast, fails: Callable[[Cast], None]) -> None:
    said = heard(cast, fails)
    assert FAILURES[fails] in said
    for never in (NAME, ADDRESS, "STATEMENT:", "DETAIL:", "CONTEXT:", "INSERT", "UPDATE"):
        assert never not in said


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("setting", "value", "fails", "where"),
    [
        ("log_min_error_statement", "error", is_refused_by_a_policy, "STATEMENT:"),
        ("log_error_verbosity", "default", same_address_twice, "DETAIL:"),
    ],
)
def test_by_postgresqls_defaults_it_would(
    cast: Cast, setting: str, value: str, fails: Callable[[Cast], None], where: str
) -> None:
    """Else the test above would prove nothing."""
    with told(**{setting: value}):
        said = heard(cast, fails)
    assert where in said
    assert NAME in said or ADDRESS in said


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("log_min_error_statement", "error"),
        ("log_error_verbosity", "default"),
        ("log_statement", "mod"),
        ("log_min_duration_statement", "500"),
        ("log_parameter_max_length_on_error", "64"),
    ],
)
def test_the_portal_does_not_start_on_a_server_that_would_write_names_down(setting: str, value: str) -> None:
    assert server_log.problems() == []
    with told(**{setting: value}):
        with pytest.raises(row_security.UnfitDatabase, match=f"{setting} is {value}"):
            row_security.refuse_unfit_database()
        assert row_security.problems() == [], "its policies are as they were"
    row_security.refuse_unfit_database()


def test_the_application_cannot_make_it_say_more(cast: Cast) -> None:
    for setting, value in (("log_min_error_statement", "error"), ("log_error_verbosity", "default")):
        with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET {setting} = '{value}'")
        assert isinstance(refused.value.__cause__, psycopg2.errors.InsufficientPrivilege)


def test_whatever_the_server_is_told_is_what_is_asked_for() -> None:
    for setting, value in server_log.TOLD.items():
        assert value in server_log.QUIET[setting]
    assert "csvlog" not in server_log.QUIET["log_destination"]
