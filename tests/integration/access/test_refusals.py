"""On record besides what the gate refuses: files, limits, forgeries, pages before the second factor."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases.documents.forms import DocumentForm
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.files import Fault
from cse_portal.sign_in.authentication import PerTokenOrPerson
from reporting.oversight.presenters import event_rows
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.signing_in import (
    PASSWORD,
    forget_tries,
    give_password,
    with_app,
    with_password,
    without_second_factor,
)

HERE = "127.0.0.0/24"


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


def noted(action: Action) -> list[AuditEvent]:
    """What was written down of this kind, the first first."""
    return list(AuditEvent.objects.filter(action=action).order_by("at"))


def said(event: AuditEvent) -> dict[str, Any]:
    """Its detail, and from which network."""
    assert re.fullmatch("([0-9a-f]{16})?", event.session)
    return {**event.detail, "network": event.network}


def browser(person: User, **how: Any) -> Client:
    """Of somebody who has just signed in."""
    client = Client(**how)
    client.force_login(person)
    return client


# --------------------------------------------------------------------------------------------------------- files


def send(cast: Cast, name: str, content: bytes) -> tuple[Any, Any]:
    """Priya Raman brings a file to her case."""
    case = make_case(cast)
    page = reverse("cases:document-add", args=[case.reference])
    typed = {"title": "School letter", "kind": "other", "file": SimpleUploadedFile(name, content)}
    return case, browser(cast.practitioner).post(page, typed)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("robin-testley.exe", b"MZ", Fault.KIND),
        ("robin-testley.txt", b"", Fault.EMPTY),
        ("robin-testley.pdf", b"MZ\x90\x00 no PDF", Fault.OTHERWISE),
        ("robin-testley.txt", b"<script>alert(1)</script>", Fault.OTHERWISE),
    ],
)
def test_a_file_that_is_not_taken_is_on_record_by_what_was_wrong_and_not_by_its_name(
    cast: Cast, name: str, content: bytes, fault: Fault
) -> None:
    case, answer = send(cast, name, content)
    assert answer.status_code == 200
    (event,) = noted(Action.FILE_REFUSED)
    assert (event.actor, event.case_id, event.detail) == (cast.practitioner, case.pk, {"fault": fault.value})
    assert "testley" not in str(event.detail)
    assert event_rows([event])[0].did == f"Was refused a file ({fault.label})"


def test_a_file_that_is_too_large_or_not_chosen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DocumentForm.base_fields["file"], "max_bytes", 3)
    send(cast, "letter.txt", b"Four")
    assert [event.detail for event in noted(Action.FILE_REFUSED)] == [{"fault": "large"}]
    page = reverse("cases:document-add", args=[make_case(cast).reference])
    assert browser(cast.practitioner).post(page, {"title": "Nothing"}).status_code == 200
    assert len(noted(Action.FILE_REFUSED)) == 1


# -------------------------------------------------------------------------------------------------------- limits


def wrong(client: Client, person: User, times: int) -> None:
    """So many wrong passwords."""
    for _ in range(times):
        give_password(client, person, "not this one")


def test_whoever_tries_passwords_until_they_are_stopped_is_on_record_once_and_by_their_network(
    cast: Cast, client: Client
) -> None:
    wrong(client, with_password(cast.practitioner), 5)
    assert noted(Action.LIMIT_REACHED) == []
    wrong(client, cast.practitioner, 3)
    (event,) = noted(Action.LIMIT_REACHED)
    assert event.actor is None
    assert said(event) == {"page": "account_login", "limit": "tries", "network": HERE}


def test_a_page_of_signing_in_that_is_asked_for_too_often_is_on_record(cast: Cast, client: Client) -> None:
    person = with_password(cast.practitioner)
    statuses = [
        client.post("/accounts/password/reset/", {"email": person.email}).status_code for _ in range(7)
    ]
    assert statuses[-1] == 429
    (event,) = noted(Action.LIMIT_REACHED)
    assert said(event) == {"page": "account_reset_password", "limit": "pages", "network": HERE}


def test_calls_of_the_api_that_are_too_many_are_on_record_though_their_transaction_is_undone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PerTokenOrPerson, "rate", "2/hour", raising=False)
    client = browser(cast.practitioner)
    statuses = [client.get("/api/v1/cases/").status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    (event,) = noted(Action.LIMIT_REACHED)
    assert (event.actor, event.detail["limit"]) == (cast.practitioner, "calls")
    row = event_rows([event])[0]
    assert row.did == "Was stopped at a limit (calls of the API, an hour)"
    assert row.origin == f"Session {event.session}, network {HERE}"


def test_so_are_children_that_are_too_many(cast: Cast, settings: Any) -> None:
    settings.API_DAILY_CHILDREN = 0
    assert browser(cast.practitioner).get("/api/v1/cases/").status_code == 429
    (event,) = noted(Action.LIMIT_REACHED)
    assert (event.actor, event.detail["limit"]) == (cast.practitioner, "children")


# ----------------------------------------------------------------------------------------- before the second factor


@pytest.mark.parametrize("has_app", [True, False])
def test_whoever_asks_for_more_than_one_factor_opens_is_on_record_once_a_session(
    cast: Cast, *, has_app: bool
) -> None:
    """Somebody has Priya Raman's work password: what they tried to open is known, and is no flood of events."""
    (with_app if has_app else with_password)(cast.practitioner)
    client = browser(cast.practitioner)
    without_second_factor(client)
    for page in ("/cases/", "/api/v1/cases/", "/meetings/", "/cases/"):
        assert client.get(page).status_code in (302, 403)
    (event,) = noted(Action.FACTOR_MISSING)
    assert event.actor == cast.practitioner
    assert said(event) == {"page": "cases:list", "method": "GET", "network": HERE}
    another = browser(cast.practitioner)
    without_second_factor(another)
    another.post("/cases/")
    assert [each.detail["method"] for each in noted(Action.FACTOR_MISSING)] == ["GET", "POST"]


# ------------------------------------------------------------------------------------------------------ forgeries


def test_a_form_without_its_token_is_on_record_and_what_was_in_it_is_not(cast: Cast) -> None:
    client = browser(cast.practitioner, enforce_csrf_checks=True)
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "Robin Testley"}
    )
    assert answer.status_code == 403
    (event,) = noted(Action.FORM_FORGED)
    assert event.actor == cast.practitioner
    assert said(event) == {"page": "account_change_password", "method": "POST", "network": HERE}
    assert event_rows([event])[0].did == "Was refused a form that came from no open page of the portal"


def test_so_is_a_call_of_the_api_that_another_site_made_in_somebodys_session(cast: Cast) -> None:
    client = browser(cast.practitioner, enforce_csrf_checks=True)
    assert client.post("/api/v1/concerns/", {}, content_type="application/json").status_code == 403
    (event,) = noted(Action.FORM_FORGED)
    assert (event.actor, said(event)["method"]) == (cast.practitioner, "POST")


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_is_on_record_also_where_the_page_rolled_everything_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PerTokenOrPerson, "rate", "0/hour", raising=False)
    assert browser(cast.practitioner).get("/api/v1/cases/").status_code == 429
    assert not transaction.get_connection().in_atomic_block
    assert [event.detail["limit"] for event in noted(Action.LIMIT_REACHED)] == ["calls"]
