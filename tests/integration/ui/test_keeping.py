"""What was typed into a page whose session had ended comes back to its writer, and to nobody else."""

import time
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from cases.models import Case, Concern
from cases.services import exclusions
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.sign_in.sessions import IDLE_SECONDS
from cse_portal.ui.keeping import KEPT_SECONDS, MOST_BYTES, MOST_BYTES_IN_ALL, MOST_TEXTS, SESSION_KEY
from cse_portal.ui.views import can_be_read, nearest_page
from tests.access.addresses import ADDRESSES
from tests.access.test_addresses import routes
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_draft
from tests.factories.meetings import make_meeting, start_meeting
from tests.signing_in import PASSWORD, code_of, kept_fields, with_app

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TYPED = {"given_name": "Rowan", "disabilities": ["LD", "HEAR"], "school": "The words of an hour"}


def sign_in(client: Client, person: User) -> None:
    """Sign in within the browser's session, as the sign-in page does."""
    session = client.session
    kept = dict(session.items())
    client.force_login(person, backend=BACKEND)
    session = client.session
    for name, value in kept.items():
        if not name.startswith("_auth"):
            session[name] = value
    session.save()


@pytest.fixture
def page(cast: Cast, client: Client) -> str:
    """A page that somebody wrote on until their session ended."""
    draft = make_draft(cast.practitioner)
    address = f"/concerns/{draft.reference}/write/child/"
    sign_in(client, cast.practitioner)
    client.get(address)
    del client.cookies["sessionid"]
    asked = client.post(address, TYPED)
    assert asked["Location"].startswith("/accounts/login/")
    assert "kept for an hour" in client.get(asked["Location"]).content.decode()
    return address


def test_it_is_offered_and_goes_on_as_if_it_had_been_posted(cast: Cast, client: Client, page: str) -> None:
    sign_in(client, cast.practitioner)
    offered = client.get(page)
    assert "You are signed in again" in offered.content.decode()
    assert "The words of an hour" in offered.content.decode()
    typed: dict[str, list[str]] = {}
    for name, value in kept_fields(offered):
        typed.setdefault(name, []).append(value)
    assert client.post(page, typed).status_code == 302
    concern = Concern.objects.get()
    assert (concern.given_name, concern.disabilities) == ("Rowan", ["LD", "HEAR"])
    assert "You are signed in again" not in client.get(page).content.decode()


def test_it_can_be_left(cast: Cast, client: Client, page: str) -> None:
    sign_in(client, cast.practitioner)
    assert client.get(f"{page}?leave_typed=1")["Location"] == page
    assert "You are signed in again" not in client.get(page).content.decode()


def test_what_a_button_sent_can_be_left_for_the_page_the_button_is_on(cast: Cast, client: Client) -> None:
    meeting = make_meeting(cast, make_case(cast))
    address = f"/meetings/{meeting.pk}/start/"
    sign_in(client, cast.manager)
    client.get("/")
    del client.cookies["sessionid"]
    client.post(address, {"agreed": "Words of a chair"})
    sign_in(client, cast.manager)
    led = client.get(address, follow=True)
    assert led.redirect_chain == [(f"/meetings/{meeting.pk}/", 302)]
    assert "Words of a chair" in led.content.decode()
    left = client.get(f"{address}?leave_typed=1")
    assert left["Location"] == f"/meetings/{meeting.pk}/"
    assert client.get(left["Location"]).status_code == 200
    # Nothing is kept any more: whoever comes here all the same finds the way back.
    lost = client.get(address)
    assert (lost.status_code, lost["Allow"]) == (405, "POST")
    assert 'href="../"' in lost.content.decode()


def test_the_api_says_that_it_does_not_take_a_method_in_its_own_words(cast: Cast, client: Client) -> None:
    sign_in(client, cast.manager)
    answer = client.post("/api/v1/cases/")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


def test_what_can_be_read_is_what_the_table_of_addresses_says(cast: Cast) -> None:
    posts = {name for name, address in ADDRESSES.items() if address.post}
    # (opened, these two lead to the page that they are on)
    posts -= {"mase:section", "mase:cmog-said"}
    assert {name for name, pattern in routes() if not can_be_read(pattern.callback)} == posts


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/cases/CSE-2026-00001/nothing/here/", "/cases/CSE-2026-00001/"),
        ("/no/such/page/", "/"),
        ("/cases/", "/cases/"),
        ("/notifications/read/", "/notifications/"),
    ],
)
def test_the_way_back_is_the_nearest_page_above(path: str, page: str) -> None:
    assert nearest_page(path) == page


def test_nobody_else_is_offered_it_nor_its_writer_afterwards(cast: Cast, client: Client, page: str) -> None:
    sign_in(client, cast.manager)
    other = client.get(page)
    assert other.status_code == 404
    assert "words of an hour" not in other.content.decode()
    sign_in(client, cast.practitioner)
    assert "words of an hour" not in client.get(page).content.decode()


@pytest.fixture
def change(cast: Cast, client: Client) -> tuple[Case, str]:
    """Priya Raman sends off what she changed about a child, after her session had ended."""
    case = make_case(cast)
    address = f"/cases/{case.reference}/edit/"
    sign_in(client, cast.practitioner)
    assert client.get(address).status_code == 200
    del client.cookies["sessionid"]
    client.post(address, {"address": "7 Alder Row, where he waits"})
    return case, address


def test_whoever_was_shut_out_since_is_shown_nothing_of_it_and_that_is_on_record(
    cast: Cast, client: Client, change: tuple[Case, str]
) -> None:
    case, address = change
    exclusions.exclude(case=case, user=cast.practitioner, reason="His cousin", by=cast.privacy)
    sign_in(client, cast.practitioner)
    refused = client.get(address)
    assert refused.status_code == 404
    assert "Alder Row" not in refused.content.decode()
    assert AuditEvent.objects.filter(action=Action.DENIED, actor=cast.practitioner).count() == 1
    assert SESSION_KEY not in client.session


def test_whoever_is_shown_it_has_opened_the_page_and_that_is_on_record(
    cast: Cast, client: Client, change: tuple[Case, str]
) -> None:
    case, address = change
    sign_in(client, cast.practitioner)
    before = AuditEvent.objects.filter(case_id=case.pk, actor=cast.practitioner).count()
    assert "7 Alder Row" in client.get(address).content.decode()
    assert AuditEvent.objects.filter(case_id=case.pk, actor=cast.practitioner).count() == before + 1


def test_what_was_sent_from_a_list_to_a_record_waits_on_the_page_of_the_record(
    cast: Cast, client: Client
) -> None:
    """The list stays open to whoever is shut out of one child in it."""
    case = make_case(cast)
    address = f"/cases/{case.reference}/edit/"
    sign_in(client, cast.practitioner)
    client.get("/cases/")
    del client.cookies["sessionid"]
    sent_from = {"Referer": "http://testserver/cases/"}
    client.post(address, {"address": "7 Alder Row, where he waits"}, headers=sent_from)
    sign_in(client, cast.practitioner)
    assert "Alder Row" not in client.get("/cases/").content.decode()
    assert "Alder Row" in client.get(address).content.decode()


def test_what_a_button_sent_is_shown_to_nobody_who_may_not_see_the_page_it_is_on(
    cast: Cast, client: Client
) -> None:
    meeting = make_meeting(cast, make_case(cast))
    sign_in(client, cast.manager)
    client.get("/")
    del client.cookies["sessionid"]
    client.post(f"/meetings/{meeting.pk}/start/", {"agreed": "Words of a chair"})
    exclusions.exclude(case=meeting.case, user=cast.manager, reason="Her niece", by=cast.privacy)
    sign_in(client, cast.manager)
    refused = client.get(f"/meetings/{meeting.pk}/start/", follow=True)
    assert refused.status_code == 404
    assert "Words of a chair" not in refused.content.decode()
    assert SESSION_KEY not in client.session


def test_an_address_that_leads_to_a_page_of_its_record_takes_along_what_was_typed(
    cast: Cast, client: Client
) -> None:
    meeting = start_meeting(cast, make_case(cast))
    page = reverse("mase:meeting", args=[meeting.pk])
    section = reverse("mase:section", args=[meeting.pk, "new-danger", meeting.pk])
    sign_in(client, cast.manager)
    client.get("/")
    del client.cookies["sessionid"]
    client.post(section, {"text": "Words of a chair"})
    sign_in(client, cast.manager)
    led = client.get(section, follow=True)
    assert [urlsplit(address).path for address, _ in led.redirect_chain] == [page]
    assert "Words of a chair" in led.content.decode()


def test_a_post_from_a_browser_nobody_signed_in_with_is_not_kept(cast: Cast) -> None:
    stranger = Client()
    stranger.post("/concerns/new/", TYPED)
    sign_in(stranger, cast.practitioner)
    assert "You are signed in again" not in stranger.get("/concerns/new/").content.decode()


# ------------------------------------------------------------------------------------------ several pages at once


@pytest.fixture
def tabs(cast: Cast, client: Client) -> list[str]:
    """Two pages of two drafts, each sent off after the session had ended."""
    pages = [f"/concerns/{make_draft(cast.practitioner).reference}/write/child/" for _ in range(2)]
    sign_in(client, cast.practitioner)
    client.get(pages[0])
    del client.cookies["sessionid"]
    for number, page in enumerate(pages):
        client.post(page, {**TYPED, "school": f"The words of tab {number}"})
    return pages


def test_each_of_two_tabs_has_its_own_words_again(cast: Cast, client: Client, tabs: list[str]) -> None:
    sign_in(client, cast.practitioner)
    for number in (1, 0):
        offered = client.get(tabs[number]).content.decode()
        assert f"The words of tab {number}" in offered
        assert ("kept too" in offered) is (number == 1)
        client.get(f"{tabs[number]}?leave_typed={number + 1}")
    assert SESSION_KEY not in client.session


def test_two_tabs_with_one_address_lose_neither_and_one_form_sent_twice_is_one(
    cast: Cast, client: Client, page: str
) -> None:
    for words in ("Typed in a second tab", "Typed in a second tab, and more"):
        client.post(page, {**TYPED, "school": words, "form_token": "018f0000-0000-7000-8000-000000000001"})
    sign_in(client, cast.practitioner)
    offered = client.get(page)
    assert "Typed in a second tab, and more" in offered.content.decode()
    client.post(page, dict(kept_fields(offered)))
    assert "The words of an hour" in client.get(page).content.decode()
    client.get(f"{page}?leave_typed=1")
    assert SESSION_KEY not in client.session


def test_what_a_refused_page_still_holds_takes_no_other_tabs_words(
    cast: Cast, client: Client, page: str
) -> None:
    """Gone on with, and sent again with its mistake mended: the other text still waits."""
    client.post(page, {**TYPED, "school": "Typed in a second tab"})
    sign_in(client, cast.practitioner)
    client.post(page, dict(kept_fields(client.get(page))))
    client.post(page, {**TYPED, "school": "Mended"})
    assert "The words of an hour" in client.get(page).content.decode()


def test_it_comes_back_on_the_page_its_form_stood_on(cast: Cast, client: Client) -> None:
    meeting = make_meeting(cast, make_case(cast))
    page = f"/meetings/{meeting.pk}/"
    sign_in(client, cast.manager)
    client.get("/")
    del client.cookies["sessionid"]
    client.post(
        f"{page}start/?from=here",
        {"agreed": "Words of a chair"},
        headers={"Referer": f"http://testserver{page}"},
    )
    client.post(
        "/concerns/new/", {"x": "Of another site"}, headers={"Referer": "http://elsewhere.example/cases/"}
    )
    sign_in(client, cast.manager)
    assert "Of another site" not in client.get("/cases/").content.decode()
    for headers in ({"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}):
        assert "Words of a chair" not in client.get(page, headers=headers).content.decode()
    offered = client.get(page).content.decode()
    assert "Words of a chair" in offered
    assert f'action="{page}start/?from=here"' in offered


def test_what_is_kept_lies_in_no_session_in_clear(cast: Cast, client: Client, page: str) -> None:
    kept = " ".join(str(each.get_decoded()) for each in Session.objects.all())
    assert page in kept
    for word in ("Rowan", "words of an hour", "words+of+an+hour", "HEAR"):
        assert word not in kept


def test_under_a_key_that_is_gone_it_is_not_offered(
    cast: Cast, client: Client, page: str, settings: Any
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["another key of fifty characters that never opened it"]
    sign_in(client, cast.practitioner)
    assert client.get(page).status_code == 200
    assert SESSION_KEY not in client.session


def test_what_is_too_large_to_keep_is_said_to_be(cast: Cast, client: Client, page: str) -> None:
    for size in (MOST_BYTES, 6 * 1024 * 1024):
        asked = client.post(page, {"school": "x" * size})
        assert "too large to be kept" in client.get(asked["Location"]).content.decode()
    sign_in(client, cast.practitioner)
    assert "The words of an hour" in client.get(page).content.decode()


def test_the_newest_are_kept_and_whoever_loses_an_older_one_is_told(
    cast: Cast, client: Client, page: str
) -> None:
    for number in range(MOST_TEXTS):
        asked = client.post("/concerns/new/", {"school": f"Text {number}"})
    assert "had to make room" in client.get(asked["Location"]).content.decode()
    assert len(client.session[SESSION_KEY]) == MOST_TEXTS
    for _ in range(4):
        client.post("/concerns/new/", {"school": "y" * (MOST_BYTES - 100)})
    sealed = sum(len(each["sealed"]) for each in client.session[SESSION_KEY])
    assert MOST_BYTES < sealed <= MOST_BYTES_IN_ALL


def test_after_an_hour_it_is_gone(cast: Cast, client: Client, page: str) -> None:
    with time_machine.travel(time.time() + KEPT_SECONDS + 1):
        sign_in(client, cast.practitioner)
        assert "The words of an hour" not in client.get(page).content.decode()
        assert SESSION_KEY not in client.session


def test_a_second_session_that_runs_out_leaves_it_to_the_third(
    cast: Cast, client: Client, tabs: list[str]
) -> None:
    sign_in(client, cast.practitioner)
    client.get(tabs[1])
    with time_machine.travel(time.time() + IDLE_SECONDS + 61):
        assert client.get("/cases/")["Location"].startswith("/accounts/login/")
        sign_in(client, cast.practitioner)
        assert "The words of tab 0" in client.get(tabs[0]).content.decode()


def test_nobody_else_has_any_of_several(cast: Cast, client: Client, tabs: list[str]) -> None:
    sign_in(client, cast.manager)
    client.get("/")
    assert SESSION_KEY not in client.session


def test_signing_in_leads_back_to_the_page_that_was_sent_last(
    cast: Cast, client: Client, tabs: list[str]
) -> None:
    person = with_app(cast.practitioner)
    asked = client.post(tabs[0], TYPED)["Location"]
    client.post(asked, {"login": person.email, "password": PASSWORD})
    back = client.post("/accounts/login/factor/", {"code": code_of(person)})
    assert back["Location"] == tabs[0]
    assert "The words of an hour" in client.get(tabs[0]).content.decode()
    assert "The words of tab 1" in client.get(tabs[1]).content.decode()
