"""Events are written with their act or not at all, and nobody changes, removes or reads them beside the rules."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases.sharing.services import access
from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change, Finding, Seal
from cse_portal.audit.recorder import record
from tests.cast import Cast
from tests.database import superuser
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db
TABLES = ("audit_auditevent", "audit_change", "audit_seal")
REFUSED = [
    *(f"{verb} {table}{rest}" for table in TABLES
      for verb, rest in (("UPDATE", " SET id = id"), ("DELETE FROM", ""), ("TRUNCATE", ""))),
    "INSERT INTO audit_auditevent DEFAULT VALUES", "INSERT INTO audit_change DEFAULT VALUES",
    "INSERT INTO audit_unsealed VALUES (gen_random_uuid(), now())", "INSERT INTO audit_reason DEFAULT VALUES",
    "SELECT * FROM audit_changedvalue", "DELETE FROM audit_changedvalue", "DELETE FROM audit_finding",
    "SELECT audit.erase_values(ARRAY[gen_random_uuid()])", "SELECT audit.wrong_values()",
]  # fmt: skip


def acting_for(person: User | None) -> AbstractContextManager[None]:
    """As the middleware does for a request."""
    who = user_context(person) if person else None
    return acting.acting(who.actor if who else acting.NOBODY)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_cannot(cast: Cast, statement: str) -> None:
    words = statement.replace("SET id = id", "SET number = 1") if "audit_seal" in statement else statement
    with acting_for(cast.privacy), transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="permission denied|only the system"):
            cursor.execute(words)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", TABLES)
def test_not_even_a_superuser_changes_or_removes_a_row(cast: Cast, table: str) -> None:
    column = "number" if table == "audit_seal" else "id"
    with superuser(connection.settings_dict["NAME"]) as cursor:
        for statement in (
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(psycopg2.Error, match="cannot be changed or removed"):
                cursor.execute(statement)


def test_the_sealers_tables_are_empty_for_a_person(cast: Cast) -> None:
    make_case(cast)
    with acting_for(cast.privacy), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_unsealed")
        assert cursor.rowcount == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Seal.objects.create(
                number=1, sealed_at=1, rows=0, root="", previous="", key_id="", signature="", entries=[]
            )


def test_the_audit_is_read_by_the_privacy_officer_alone(cast: Cast) -> None:
    make_case(cast)
    read = {}
    for name, person in cast.people.items():
        with acting_for(person):
            read[name] = AuditEvent.objects.exists() or Change.objects.exists()
    assert {name for name, reads in read.items() if reads} == {"privacy"}
    with acting_for(None):
        assert not any(model.objects.exists() for model in (AuditEvent, Change, Seal, Finding))


def test_the_actor_is_who_is_signed_in(cast: Cast) -> None:
    """Whatever the code says; in a job, and before somebody is signed in, it is whom the code names."""
    said: dict[str, tuple[User | None, User | None]] = {
        "a person": (cast.practitioner, cast.practitioner),
        "another's name": (cast.practitioner, cast.manager),
        "no name": (cast.practitioner, None),
        "nobody signed in": (None, cast.manager),
    }
    found = {}
    for kind, (signed_in, by) in said.items():
        with acting_for(signed_in), transaction.atomic():
            record(Action.CASES_LISTED, by=by, detail={"kind": kind})
        event = AuditEvent.objects.get(detail__kind=kind)
        found[kind] = (event.actor, event.role)
    assert found == {
        "a person": (cast.practitioner, "practitioner"),
        "another's name": (cast.practitioner, "practitioner"),
        "no name": (None, ""),
        "nobody signed in": (cast.manager, "team_manager"),
    }


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(cast: Cast) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(Action.CASES_LISTED, by=cast.manager)


def test_one_act_is_one_event_and_the_rows_it_wrote(cast: Cast) -> None:
    case = make_case(cast)
    with context.request() as request:
        context.remember_origin(session="0123456789abcdef", network="203.0.113.0/24")
        access.share(case=case, to=cast.health, reason="Visits", lawful_basis="6_1_E", by=cast.manager)
    event = AuditEvent.objects.get(request_id=request)
    assert (event.action, event.reason) == (Action.ACCESS_GRANTED, "Visits")
    assert (event.session, event.network) == ("0123456789abcdef", "203.0.113.0/24")
    changes = Change.objects.filter(request_id=request)
    assert {(each.of_table, each.operation) for each in changes} == {
        ("cases_caseuserobjectpermission", "INSERT")
    }


@pytest.fixture
def audit_is_broken(db: None) -> Iterator[None]:
    """The function that appends events refuses."""
    name = connection.settings_dict["NAME"]
    with superuser(name) as cursor:
        cursor.execute("REVOKE EXECUTE ON FUNCTION audit.append FROM PUBLIC")
    yield
    with superuser(name) as cursor:
        cursor.execute("GRANT EXECUTE ON FUNCTION audit.append TO PUBLIC")


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_be_noted_is_not_shown_and_an_act_is_not_done(
    cast: Cast, request: pytest.FixtureRequest
) -> None:
    case = make_case(cast)
    client = Client(raise_request_exception=False)
    client.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.getfixturevalue("audit_is_broken")
    page = client.get(reverse("cases:case", args=[case.reference]))
    assert page.status_code == 500
    assert case.child.family_name not in page.content.decode()
    with pytest.raises(DatabaseError):
        access.share(case=case, to=cast.agency("health"), reason="x", lawful_basis="6_1_E", by=cast.manager)
    assert not case.group_grants.filter(group=cast.agency("health").group).exists()
