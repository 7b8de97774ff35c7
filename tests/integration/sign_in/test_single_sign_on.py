"""A work account opens the account that its owner connected it to, and makes none."""

import json
import time
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from cse_portal.accounts import services as account_services
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.people.services import keeping
from cse_portal.settings import identity_providers
from tests.cast import Cast
from tests.integration.sign_in.provider import (
    ISSUER,
    SETTINGS,
    START,
    SUBJECT,
    Provider,
    configure,
    go,
    provider,
)
from tests.signing_in import code_of, forget_tries, give_password, proved_long_ago, with_app

__all__ = ["provider"]
CONNECT, DISCONNECT = "/accounts/work-account/connect/", "/accounts/work-account/disconnect/"
UID = f"{ISSUER} {SUBJECT}"


@pytest.fixture
def nadia(cast: Cast, provider: Provider) -> User:
    """Works for social care, has a password and an app, and has connected her work account."""
    person = account_services.add_person(
        email="nadia.frost@example.org",
        full_name="Nadia Frost",
        agency=cast.agency("csc"),
        role=Role.PRACTITIONER,
    )
    SocialAccount.objects.create(user=person, provider="csc", uid=UID)
    return with_app(person)


def is_in(client: Client) -> bool:
    """Whether anybody is signed in in this browser."""
    return SESSION_KEY in client.session


def refused(answer: Any, kind: str) -> None:
    """The one page of refusal, and on record what was wrong, with no word of whose account it was."""
    assert answer.status_code == 403
    assert "Your work account was not accepted" in answer.content.decode()
    event = AuditEvent.objects.filter(action=Action.WORK_ACCOUNT_REFUSED).order_by("at").last()
    assert event is not None
    assert event.detail["kind"] == kind
    assert SUBJECT not in str(event.detail)


# ------------------------------------------------------------------------------------------ signing in


def test_a_connected_account_signs_in_with_the_agencys_second_factor(
    nadia: User, provider: Provider, client: Client
) -> None:
    assert "Sign in with Sandwell Children" in client.get("/accounts/login/").content.decode()
    provider.claims = {"amr": ["pwd", "mfa"]}
    assert go(client, provider, next="/concerns/")["Location"] == "/concerns/"
    assert client.session[SESSION_KEY] == str(nadia.pk)
    assert client.get("/concerns/").status_code == 200
    assert provider.asked["scope"] == "openid"
    assert "code_challenge" in provider.asked
    assert {line.rpartition("/")[2] for line in provider.sent} == {"openid-configuration", "token"}


@pytest.mark.parametrize(
    ("claims", "is_shown"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "urn:example:two-factors"}, True),
        ({}, False),
        ({"amr": ["pwd"], "acr": "1"}, False),
        ({"amr": "mfa"}, False),
        ({"amr": [{"mfa": True}]}, False),
    ],
)
def test_the_portals_second_factor_is_asked_unless_the_token_names_one(
    claims: dict[str, Any], is_shown: bool, nadia: User, provider: Provider, client: Client
) -> None:
    provider.claims = claims
    answer = go(client, provider)
    assert is_in(client) == is_shown
    if not is_shown:
        assert answer["Location"] == "/accounts/login/factor/"
        client.post("/accounts/login/factor/", {"code": code_of(nadia)})
    assert client.get("/concerns/").status_code == 200


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"sub": "another"}, "unknown"),
        ({"sub": None}, "provider"),
        ({"iss": "https://sign-in.example.org/another"}, "provider"),
        ({"aud": "another"}, "provider"),
        ({"exp": 1}, "provider"),
    ],
)
def test_an_account_is_bound_by_issuer_and_subject(
    claims: dict[str, Any], kind: str, nadia: User, provider: Provider, client: Client
) -> None:
    provider.claims = {"email": nadia.email, "email_verified": True, "amr": ["mfa"], **claims}
    refused(go(client, provider), kind)
    assert not is_in(client)


def test_nobody_signs_up_and_no_address_connects_anything(
    cast: Cast, provider: Provider, client: Client
) -> None:
    people = User.objects.count()
    for email in (cast.practitioner.email, "new@example.org"):
        provider.claims = {"email": email, "email_verified": True, "amr": ["mfa"]}
        refused(go(client, provider), "unknown")
    assert User.objects.count() == people
    assert not SocialAccount.objects.exists()
    for path in ("social/signup/", "3rdparty/", "oidc/csc/login/", "agency/csc/login/"):
        assert client.get(f"/accounts/{path}").status_code == 404


def test_another_agencys_provider_is_refused(
    nadia: User, cast: Cast, provider: Provider, client: Client, settings: Any
) -> None:
    configure(settings, SETTINGS, {**SETTINGS, "agency": "police"})
    refused(go(client, provider, "/accounts/agency/police/"), "unknown")
    Membership.objects.filter(user=nadia).update(agency=cast.agency("police"))
    refused(go(client, provider), "not_a_member")
    assert client.post("/accounts/agency/health/").status_code == 404
    assert client.get("/accounts/agency/health/back/?code=x&state=y").status_code == 404


def test_a_leaver_is_refused_at_once_and_for_good(
    nadia: User, cast: Cast, provider: Provider, client: Client
) -> None:
    User.objects.filter(pk=nadia.pk).update(is_active=False)
    refused(go(client, provider), "inactive")
    User.objects.filter(pk=nadia.pk).update(is_active=True)
    keeping.end_membership(
        membership=Membership.objects.get(user=nadia), on=timezone.localdate(), by=cast.lead
    )
    assert not SocialAccount.objects.exists()
    refused(go(client, provider), "unknown")


def test_an_answer_that_nobody_asked_for_or_a_no_opens_nothing(
    nadia: User, provider: Provider, client: Client
) -> None:
    back = provider.leads_back(client.post(START)["Location"])
    refused(Client().get(back), "provider")  # in another browser
    refused(client.get(f"{START}back/?error=access_denied&state={provider.asked['state']}"), "provider")
    refused(client.get(back), "provider")  # the question is answered
    back = provider.leads_back(client.post(START)["Location"])
    provider.is_down = True
    refused(client.get(back), "provider")
    refused(client.post(START), "provider")
    assert not is_in(client)


def test_the_agency_proves_it_again_only_if_it_asked_just_now(
    nadia: User, provider: Provider, client: Client
) -> None:
    page = "/accounts/factors/app/"
    for said in (int(time.time()) - 24 * 3600, None, "now"):
        forget_tries()
        provider.claims = {"amr": ["mfa"], "auth_time": said}
        go(client, provider)
        assert client.get(page)["Location"].startswith("/accounts/prove/")
    assert (
        "Sign in again with Sandwell Children" in client.get(f"/accounts/prove/?next={page}").content.decode()
    )
    provider.claims = {"amr": ["mfa"]}
    assert go(client, provider, next=page)["Location"] == page
    assert provider.asked["prompt"] == "login"
    assert client.get(page).status_code == 200


# ------------------------------------------------------------------------------------------ connecting


def test_its_owner_connects_it_after_proof(cast: Cast, provider: Provider, client: Client) -> None:
    person, elsewhere = cast.practitioner, Client()
    elsewhere.force_login(person)
    client.force_login(person)
    assert "Connect my agency" in client.get("/accounts/").content.decode()
    proved_long_ago(client, 24 * 3600)
    assert client.post(CONNECT)["Location"].startswith("/accounts/prove/")
    client.force_login(person)
    back = provider.leads_back(client.post(CONNECT)["Location"])
    proved_long_ago(client, 24 * 3600)
    refused(client.get(back), "proof")
    client.force_login(person)
    refused(Client().get(back), "provider")
    assert go(client, provider, CONNECT)["Location"] == "/accounts/"
    assert provider.asked["prompt"] == "login"
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.uid) == (person, "csc", UID)
    assert set(account.extra_data) == {"amr", "acr", "auth_time"}
    assert "Your work account is connected" in client.get("/accounts/").content.decode()
    assert elsewhere.get("/accounts/").status_code == 302
    assert AuditEvent.objects.filter(action=Action.ACCOUNT_CONNECTED, actor=person).count() == 1


def test_a_disconnected_account_signs_in_nobody(nadia: User, provider: Provider, client: Client) -> None:
    provider.claims = {"amr": ["mfa"]}
    go(client, provider)
    proved_long_ago(client, 24 * 3600)
    assert client.post(DISCONNECT)["Location"].startswith("/accounts/prove/")
    go(client, provider)
    assert client.get(DISCONNECT).status_code == 200
    assert client.post(DISCONNECT)["Location"] == "/accounts/"
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.filter(action=Action.ACCOUNT_DISCONNECTED, actor=nadia).count() == 1
    refused(go(Client(), provider), "unknown")
    assert give_password(Client(), nadia)["Location"] == "/accounts/login/factor/"


# ------------------------------------------------------------------------------------------ settings


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        "{}",
        json.dumps([SETTINGS, SETTINGS]),
        json.dumps([{**SETTINGS, "tenant": "x"}]),
        json.dumps([{**SETTINGS, "client_id": ""}]),
        json.dumps([{**SETTINGS, "issuer": "http://example.org"}]),
        json.dumps([{**SETTINGS, "second_factor_amr": "mfa"}]),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(said: str) -> None:
    assert identity_providers.read("") == []
    assert identity_providers.origins(identity_providers.read(json.dumps([SETTINGS]))) == [
        "https://sign-in.example.org"
    ]
    with pytest.raises(ImproperlyConfigured, match="SINGLE_SIGN_ON"):
        identity_providers.read(said)
