"""What a browser is given to keep, and what a request may not be: no word about anybody, no TRACE, no way round TLS."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cse_portal.accounts.models import Membership
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.signing_in import PASSWORD, with_password

pytestmark = pytest.mark.long

KEPT = {"sessionid", "csrftoken"}


def test_no_word_of_what_was_done_is_left_in_a_cookie(cast: Cast, client: Client) -> None:
    case = make_case(cast)
    client.force_login(cast.privacy)
    nurse = Membership.objects.get(user=cast.health)
    kin = {
        "reference": case.reference,
        "to": "person",
        "person": str(nurse.pk),
        "reason": "Her sister's child",
    }
    answer = client.post(reverse("cases:exclusion-add"), kin)
    assert answer.status_code == 302
    assert set(client.cookies) <= KEPT
    said = client.get(answer["Location"]).content.decode()
    assert f"{cast.health.full_name} cannot see case {case.reference} from now on" in said
    assert set(client.cookies) <= KEPT


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/api/v1/cases/"])
def test_a_method_no_page_knows_is_refused(client: Client, cast: Cast, method: str, path: str) -> None:
    client.force_login(cast.practitioner)
    answer = client.generic(method, path)
    assert answer.status_code == 405
    assert method not in answer["Allow"]
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_a_program_without_tls_is_refused_and_a_browser_led_to_it(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    program = client.get("/api/v1/cases/")
    assert (program.status_code, program.json()["type"]) == (403, "urn:cse-portal:problem:tls-needed")
    browser = client.get("/cases/")
    assert (browser.status_code, browser["Location"]) == (301, "https://testserver/cases/")
    assert client.get("/api/v1/cases/", secure=True).json()["type"] == "about:blank"


def test_whoever_copied_a_session_before_the_proof_holds_nothing(cast: Cast, client: Client) -> None:
    client.force_login(with_password(cast.practitioner))
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get("/").status_code == 200
    client.post("/accounts/prove/", {"way": "password", "password": PASSWORD})
    assert client.get("/").status_code == 200
    assert thief.get("/").status_code == 302
    assert [place.is_this for place in client.get("/accounts/").context["places"]] == [True]


@pytest.mark.django_db
def test_no_question_keeps_the_database_busy_for_ever() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("30s",)
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        with pytest.raises(OperationalError, match="statement timeout"):
            cursor.execute("SELECT pg_sleep(5)")
