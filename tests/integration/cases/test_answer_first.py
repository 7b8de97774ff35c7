"""Before the first page about a child: whom are you close to? Asked once, on the way, with nothing typed lost."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.choices import Relation
from cases.models import Concern, Declaration
from cases.services import declarations
from cases.views.declaring import ANSWERED
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_draft
from tests.factories.declarations import not_answered

HERE = reverse("cases:conflict-add")
NOBODY = {"relation": "nobody", "postcode": "B70 9LD"}
HOME = {"relation": "myself", "family_name": "Raman", "postcode": "B70 9LD"}
AUNT = {"relation": "family", "given_name": "Robin", "family_name": "Hale"}
WHY = "Before you read about any child here"


@pytest.fixture
def browser(cast: Cast) -> Client:
    """The practitioner's, who has not answered yet."""
    not_answered(cast.practitioner)
    return signed_in(cast, "practitioner")


def led(address: str) -> str:
    """Where somebody who asks for this is led."""
    return f"{HERE}?next={quote(address, safe='')}"


def test_the_first_page_asks_and_leads_on_to_what_was_wanted(cast: Cast, browser: Client) -> None:
    wanted = f"{reverse('cases:case', args=[make_case(cast).reference])}?tab=all"
    asked = browser.get(wanted)
    assert asked["Location"] == led(wanted)
    page = browser.get(asked["Location"]).content.decode()
    assert WHY in page
    assert "leads you on to the page you wanted" in page
    answered = browser.post(asked["Location"], NOBODY)
    assert answered["Location"] == wanted
    assert browser.get(wanted).status_code == 200
    assert WHY not in browser.get(HERE).content.decode()
    said = AuditEvent.objects.filter(action=Action.CONFLICT_DECLARED, detail={"relation": "nobody"})
    assert said.count() == 1


def test_a_relative_without_ones_own_home_is_half_an_answer(browser: Client) -> None:
    half = browser.post(led("/cases/"), AUNT)
    assert half["Location"] == led("/cases/")
    assert browser.get("/cases/").status_code == 302
    assert "Your own home is missing" in browser.get(reverse("cases:conflicts")).content.decode()
    whole = browser.post(led("/cases/"), HOME)
    assert whole["Location"] == f"{reverse('cases:conflicts')}?next={quote('/cases/', safe='')}"
    page = browser.get(whole["Location"]).content.decode()
    assert 'href="/cases/"' in page
    assert "Go on to the page you wanted" in page
    assert browser.get("/cases/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", "cases"]
)
def test_it_leads_to_no_page_that_is_not_ours(browser: Client, elsewhere: str) -> None:
    answered = browser.post(led(elsewhere), NOBODY)
    assert answered["Location"] == reverse("cases:conflicts")
    assert "example.org" not in browser.get(led(elsewhere)).content.decode()


def test_what_is_typed_before_the_answer_comes_back_after_it(cast: Cast, browser: Client) -> None:
    address = reverse("cases:concern-step", args=[make_draft(cast.practitioner).reference, "child"])
    asked = browser.post(address, {"given_name": "Rowan", "school": "The words of an hour"})
    assert asked["Location"] == led(address)
    assert "what you typed is kept for an hour" in browser.get(asked["Location"]).content.decode()
    assert Concern.objects.get().given_name != "Rowan"
    back = browser.post(asked["Location"], NOBODY)["Location"]
    assert "The words of an hour" in browser.get(back).content.decode()


def test_the_api_says_why_and_changes_nothing(browser: Client) -> None:
    for answer in (browser.get("/api/v1/cases/"), browser.post("/api/v1/concerns/", {}, "application/json")):
        assert answer.status_code == 403
        body: dict[str, Any] = json.loads(answer.content)
        assert body["type"] == "urn:cse-portal:problem:declaration-needed"
        assert "where you live" in body["detail"]
    assert not Concern.objects.exists()


def test_ones_own_account_and_signing_out_stay_open(browser: Client) -> None:
    for name in ("sign_in:account", "sign_in:notices", "cases:conflicts", "account_change_password"):
        assert browser.get(reverse(name)).status_code in (200, 302), name
        assert not browser.get(reverse(name)).headers.get("Location", "").startswith(HERE), name
    assert browser.post(reverse("account_logout"))["Location"] != led("/accounts/logout/")


def test_the_answer_is_asked_of_the_database_once_a_session(cast: Cast) -> None:
    browser, asked = signed_in(cast, "practitioner"), []
    session = browser.session
    del session[ANSWERED]
    session.save()
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/").status_code == 200
        asked.append(sum("cases_declaration" in query["sql"] for query in captured))
    assert asked == [1, 0]


def test_whoever_takes_the_last_of_it_back_is_asked_again(cast: Cast) -> None:
    browser = signed_in(cast, "practitioner")
    declared = declarations.declare(
        relation=Relation.MYSELF, given_name="", family_name="Raman", date_of_birth=None, address="",
        postcode="B70 9LD", by=cast.practitioner,
    )  # fmt: skip
    assert browser.get("/").status_code == 200
    browser.post(reverse("cases:conflict-withdraw", args=[declared.pk]))
    assert browser.get("/")["Location"] == led("/")


def test_what_one_session_remembers_answers_for_nobody_else(cast: Cast) -> None:
    """Two people at one computer: the second has answered nothing."""
    browser = signed_in(cast, "practitioner")
    browser.get("/")
    remembered = browser.session[ANSWERED]
    not_answered(cast.outsider)
    browser = signed_in(cast, "outsider")
    session = browser.session
    session[ANSWERED] = remembered
    session.save()
    assert browser.get("/")["Location"] == led("/")
    assert Declaration.objects.filter(user=cast.outsider, withdrawn_at=None).count() == 0
