"""On record besides what the gate refuses: files, limits, forgeries, pages before the second factor."""

import re
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from redis import RedisError

from cases.forms.documents import DocumentForm
from cse_portal.access import refusals, request_origin
from cse_portal.access.refusals import Limit
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.files import Fault
from cse_portal.sign_in.authentication import PerTokenOrPerson
from reporting.presenters.oversight import LIMITS, event_rows
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.signing_in import (
    PASSWORD,
    forget_tries,
    give_code,
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


def test_a_file_that_is_taken_is_refused_nowhere(cast: Cast) -> None:
    _, answer = send(cast, "letter.txt", b"Plain words.")
    assert answer.status_code == 302
    assert noted(Action.FILE_REFUSED) == []


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


def test_whoever_tries_codes_until_they_are_stopped_is_on_record_too(cast: Cast, client: Client) -> None:
    give_password(client, with_app(cast.practitioner))
    for _ in range(7):
        give_code(client, "000000")
    (event,) = noted(Action.LIMIT_REACHED)
    assert said(event) == {"page": "mfa_authenticate", "limit": "tries", "network": HERE}


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


def test_so_are_tokens_that_open_nothing(cast: Cast, client: Client) -> None:
    headers = {"Authorization": "Bearer cse_nothing"}
    statuses = {client.get("/api/v1/concerns/", headers=headers).status_code for _ in range(23)}
    assert statuses == {401, 429}
    (event,) = noted(Action.LIMIT_REACHED)
    assert event.actor is None
    assert said(event)["limit"] == "tokens"
    assert said(event)["network"] == HERE


def test_each_limit_is_said_in_words() -> None:
    assert LIMITS.keys() == set(Limit)


def test_without_the_cache_each_is_on_record(cast: Cast, rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise RedisError

    monkeypatch.setattr(cache, "add", away)
    for _ in range(2):
        refusals.note_limit(rf.get("/"), Limit.PAGES, page="account_login")
    assert [event.detail["page"] for event in noted(Action.LIMIT_REACHED)] == ["account_login"] * 2


def test_who_knocks_on_after_a_minute_is_on_record_again(
    db: None, rf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "NOTED_SECONDS", 1)
    for wait in (0, 0, 1.1):
        time.sleep(wait)
        refusals.note_limit(rf.get("/"), Limit.TRIES, page="account_login")
    assert len(noted(Action.LIMIT_REACHED)) == 2


def test_two_people_and_two_limits_are_each_on_record(cast: Cast, rf: Any) -> None:
    for person in (cast.practitioner, cast.health):
        for limit in (Limit.CALLS, Limit.CHILDREN, Limit.CALLS):
            request = rf.get("/")
            request.user = person
            refusals.note_limit(request, limit)
    told = [
        (event.actor, event.detail["limit"], event.detail["page"]) for event in noted(Action.LIMIT_REACHED)
    ]
    assert told == [
        (person, limit, "") for person in (cast.practitioner, cast.health) for limit in ("calls", "children")
    ]


def test_two_networks_of_nobody_known_are_each_on_record(db: None, rf: Any) -> None:
    for address in ("203.0.113.7", "203.0.113.8", "198.51.100.1"):
        request = rf.get("/", REMOTE_ADDR=address)
        with context.request():
            request_origin.remember(request)
            refusals.note_limit(request, Limit.TRIES, page="account_login")
    assert [event.network for event in noted(Action.LIMIT_REACHED)] == [
        "203.0.113.0/24",
        "198.51.100.0/24",
    ]


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


def test_where_signing_in_leads_and_what_it_asks_for_is_no_attempt(cast: Cast, client: Client) -> None:
    give_password(client, with_password(cast.practitioner))
    for page in ("/", "/accounts/factors/", "/accounts/factors/app/", "/accounts/logout/"):
        client.get(page)
    assert noted(Action.FACTOR_MISSING) == []


def test_whoever_has_shown_it_is_asked_nothing(cast: Cast) -> None:
    assert browser(cast.practitioner).get("/cases/").status_code == 200
    assert noted(Action.FACTOR_MISSING) == []


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


def test_what_is_forged_before_its_page_was_found_is_on_record_of_no_page(cast: Cast, rf: Any) -> None:
    request = rf.post("/")
    request.user = cast.practitioner
    refusals.forged(request)
    refusals.write_down(request, HttpResponse(status=403))
    (event,) = noted(Action.FORM_FORGED)
    assert event.detail["page"] == ""


def test_of_somebody_who_is_not_signed_in_it_is_not(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    assert (
        client.post("/accounts/login/", {"login": "a@example.org", "password": PASSWORD}).status_code == 403
    )
    assert noted(Action.FORM_FORGED) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_is_on_record_also_where_the_page_rolled_everything_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PerTokenOrPerson, "rate", "0/hour", raising=False)
    assert browser(cast.practitioner).get("/api/v1/cases/").status_code == 429
    assert not transaction.get_connection().in_atomic_block
    assert [event.detail["limit"] for event in noted(Action.LIMIT_REACHED)] == ["calls"]
