"""What a program reads when the API says no."""

from collections.abc import Iterator
from types import MethodType

import pytest
from django.test import Client
from rest_framework.throttling import UserRateThrottle

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.cast import Cast
from tests.signing_in import forget_tries

pytestmark = pytest.mark.urls("tests.integration.api.urls")
SCHEMA = "/api/v1/schema/"


@pytest.fixture(autouse=True)
def _fresh_throttle() -> Iterator[None]:
    forget_tries()
    yield
    forget_tries()


@pytest.fixture
def practitioner(cast: Cast, client: Client) -> Client:
    client.force_login(cast.practitioner, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_hidden_row_answers_like_an_unknown_address_and_is_recorded(practitioner: Client) -> None:
    unknown = practitioner.get("/api/v1/no/such/thing/")
    hidden = practitioner.get("/api/v1/test/hidden/")
    assert (hidden.status_code, hidden.content) == (404, unknown.content)
    assert dict(hidden.items()) == dict(unknown.items())
    assert hidden["Content-Type"] == "application/problem+json"
    assert hidden.json()["title"] == "Not Found"
    assert AuditEvent.objects.get(action=Action.DENIED).detail["hidden"] is True


def test_a_refusal_is_a_problem_document_and_recorded(practitioner: Client) -> None:
    answer = practitioner.get("/api/v1/test/refused/")
    assert (answer.status_code, answer.json()["status"]) == (403, 403)
    assert AuditEvent.objects.get(action=Action.DENIED).detail["hidden"] is False


def test_a_state_that_forbids_is_a_conflict_with_the_pages_own_words(practitioner: Client) -> None:
    answer = practitioner.get("/api/v1/test/closed/")
    assert answer.status_code == 409
    assert answer.json() == {
        "type": "urn:cse-portal:problem:case-closed",
        "title": "Conflict",
        "status": 409,
        "detail": "This case is closed, so it cannot be changed. Re-open it with a reason first.",
    }


def test_errors_come_field_by_field(practitioner: Client) -> None:
    body = {"number": "many", "people": [{"name": "A"}, {}]}
    answer = practitioner.post("/api/v1/test/invalid/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"] == {
        "number": ["A valid integer is required."],
        "people.1.name": ["This field is required."],
    }
    assert practitioner.get("/api/v1/test/invalid/").json()["errors"] == {"worry": ["Say what you saw"]}


def test_a_body_that_is_no_json_is_answered(practitioner: Client) -> None:
    answer = practitioner.post("/api/v1/test/invalid/", b"{\x00", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_too_many_calls_are_asked_to_wait(practitioner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UserRateThrottle, "get_rate", MethodType(lambda self: "1/hour", UserRateThrottle))
    practitioner.get("/api/v1/test/closed/")
    answer = practitioner.get("/api/v1/test/closed/")
    assert (answer.status_code, answer.json()["title"]) == (429, "Too Many Requests")
    assert int(answer["Retry-After"]) > 0


def test_nobody_signed_in_reads_nothing(client: Client, db: None) -> None:
    for address in (SCHEMA, "/api/v1/test/hidden/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_the_description_is_for_anyone_signed_in(practitioner: Client) -> None:
    answer = practitioner.get(f"{SCHEMA}?format=json")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "CSE Portal API"
