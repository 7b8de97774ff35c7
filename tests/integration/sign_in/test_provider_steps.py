"""The steps that django-allauth takes with a provider, held to the portal's rules; all else it offers leads nowhere."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from allauth.socialaccount import urls as social
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.statekit import STATES_SESSION_KEY
from allauth.socialaccount.providers.openid_connect import urls as openid_connect
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from cse_portal.accounts.models import User
from cse_portal.sign_in.single_sign_on import web
from tests.integration.sign_in.provider import (
    ISSUER,
    OTHER_KEY,
    PROVIDER,
    Provider,
    go,
    provider,
    response,
    start,
)  # fmt: skip
from tests.integration.sign_in.test_single_sign_on import is_in, nadia, no_limits_left_over, refused

__all__ = ["nadia", "no_limits_left_over", "provider"]
CONFIGURATION, TOKEN, KEYS = "/.well-known/openid-configuration", "/token", "/keys"


# What allauth offers besides


def test_no_page_of_allauths_own_has_an_address() -> None:
    for pattern in patterns():
        assert "socialaccount" not in getattr(pattern.callback, "__module__", "")
    for theirs in (*patterns(social.urlpatterns), *patterns(openid_connect.urlpatterns)):
        for said in ({}, {"provider_id": "csc"}):
            with pytest.raises(NoReverseMatch):
                reverse(str(theirs.name), kwargs=said)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/3rdparty/", "/accounts/3rdparty/signup/", "/accounts/3rdparty/login/error/",
        "/accounts/oidc/csc/login/", "/accounts/oidc/csc/login/callback/", "/accounts/csc/login/",
        "/accounts/openid_connect/login/", "/accounts/social/connections/",
    ],
)  # fmt: skip
def test_where_it_would_be_nothing_is(path: str, provider: Provider, client: Client) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_its_tables_do_not_exist(db: None) -> None:
    models = apps.get_app_config("socialaccount").get_models()
    tables = {model._meta.db_table for model in models}
    assert len(tables) == 3
    assert tables.isdisjoint(connection.introspection.table_names())


def test_its_own_ways_of_signing_in_end_where_they_begin(nadia: User, provider: Provider) -> None:
    request = RequestFactory().get("/")
    ours = get_adapter(request).get_provider(request, "csc")
    token = provider.sign({"iss": ISSUER, "aud": "portal", "sub": provider.subject})
    for way in (
        lambda: ours.sociallogin_from_response(request, {"sub": provider.subject}),
        lambda: ours.get_oauth2_adapter(request).complete_login(
            request, without_profile(ours.app), None, response={"id_token": token}
        ),
    ):
        with pytest.raises(PermissionDenied):
            way()
    assert not get_adapter(request).is_open_for_signup(request, None)


def test_providers_are_those_of_the_settings(provider: Provider, settings: Any, rf: RequestFactory) -> None:
    adapter, request = get_adapter(), rf.get("/")
    assert [each.app.provider_id for each in adapter.list_providers(request)] == ["csc"]
    settings.SINGLE_SIGN_ON = {}
    assert adapter.list_providers(request) == []


# Asking


def test_three_questions_are_asked_of_a_provider_and_none_about_the_person(
    nadia: User, provider: Provider, client: Client
) -> None:
    provider.published = {"userinfo_endpoint": f"{ISSUER}/userinfo"}
    go(client, provider)
    asked = [(sent.method, str(sent.url).removeprefix(ISSUER)) for sent in provider.sent]
    assert asked == [("GET", CONFIGURATION), ("GET", CONFIGURATION), ("POST", TOKEN), ("GET", KEYS)]
    assert not any("Authorization" in sent.headers for sent in provider.sent)
    assert set(provider.asked) == {
        "response_type", "scope", "client_id", "redirect_uri", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip


def test_what_the_request_says_changes_nothing_that_is_asked(provider: Provider, client: Client) -> None:
    more = "?scope=email,profile&auth_params=prompt%3Dnone&process=connect&next=https://another.example.org/"
    provider.authorise(start(client, f"/accounts/agency/csc/{more}"))
    assert provider.asked["scope"] == "openid"
    assert "prompt" not in provider.asked
    answer = client.post("/accounts/agency/csc/", HTTP_HOST="localhost")
    assert provider.authorise(answer["Location"])
    assert provider.asked["redirect_uri"] == "http://127.0.0.1:8000/accounts/agency/csc/back/"


def test_a_page_with_a_question_in_its_address(nadia: User, provider: Provider, client: Client) -> None:
    provider.published = {"authorization_endpoint": f"{ISSUER}/authorize?policy=sign-in"}
    address = start(client)
    assert address.startswith(f"{ISSUER}/authorize?policy=sign-in&")
    assert client.get(provider.authorise(address)).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["private_key_jwt"], None, 1])
def test_a_secret_is_shown_in_a_header_unless_the_form_is_taken(
    methods: Any, nadia: User, provider: Provider, client: Client, settings: Any
) -> None:
    settings.SINGLE_SIGN_ON = {"csc": replace(PROVIDER, client_id="portal:x", client_secret="s/1")}
    provider.published = {"token_endpoint_auth_methods_supported": methods}
    go(client, provider)
    (sent,) = (sent for sent in provider.sent if sent.method == "POST")
    # Both encoded before they are joined by a colon (RFC 6749, 2.3.1).
    assert sent.headers["Authorization"] == "Basic cG9ydGFsJTNBeDpzJTJGMQ=="
    assert "client_secret" not in str(sent.body)
    assert provider.asked["client_id"] == "portal:x"


# Answers


@pytest.mark.parametrize("end", [CONFIGURATION, TOKEN, KEYS])
@pytest.mark.parametrize(
    "answer",
    [
        {"said": b"{}", "status": 302, "Location": f"{ISSUER}/elsewhere"},
        {"said": b"{" + b" " * web.LONGEST_ANSWER + b"}"},
        {"said": b"[]"},
        {"said": b"<html>"},
        {"said": b"access_token=x&id_token=y"},
        {"said": b"{}", "status": 500},
    ],
)
def test_an_answer_that_is_none_opens_nothing(
    answer: dict[str, Any], end: str, nadia: User, provider: Provider, client: Client
) -> None:
    back = provider.authorise(start(client))
    provider.instead[end] = response(**answer)
    refused(client.get(back), "provider")
    assert not any(str(sent.url).endswith("/elsewhere") for sent in provider.sent)
    assert not is_in(client)


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
def test_a_provider_is_not_asked_in_the_open(
    name: str, nadia: User, provider: Provider, client: Client
) -> None:
    back = provider.authorise(start(client))
    provider.published = {name: "http://sign-in.example.org/tenants/sandwell/plain"}
    refused(client.get(back), "provider")
    assert not any(str(sent.url).endswith("/plain") for sent in provider.sent)
    provider.published = {"authorization_endpoint": "http://sign-in.example.org/tenants/sandwell/authorize"}
    refused(client.post("/accounts/agency/csc/"), "provider")


def test_a_signature_is_checked_though_the_token_came_by_tls(
    nadia: User, provider: Provider, client: Client
) -> None:
    """OpenID Connect Core 1.0 (3.1.3.7) would let it pass unread, and django-allauth does."""
    provider.key = OTHER_KEY
    refused(go(client, provider), "token")
    assert any(str(sent.url).endswith(KEYS) for sent in provider.sent)
    assert not is_in(client)


def test_a_token_that_was_answered_before_opens_nothing(
    nadia: User, provider: Provider, client: Client
) -> None:
    said: list[str] = []
    sign = provider.sign
    provider.sign = lambda claims: said.append(sign(claims)) or said[-1]  # type: ignore[method-assign,func-returns-value]
    go(client, provider)
    assert is_in(client)
    provider.token = said[0]
    refused(go(another := Client(), provider), "nonce")
    assert not is_in(another)


# The question


def test_a_state_is_long_and_of_one_answer_in_one_browser(
    nadia: User, provider: Provider, client: Client
) -> None:
    back = provider.authorise(start(client))
    assert len(provider.asked["state"]) == 43
    other = Client()
    start(other)  # has a question of its own, and not this one
    refused(other.get(back), "state")
    assert client.get(back).status_code == 302
    assert client.session[STATES_SESSION_KEY] == {}
    refused(client.get(back), "state")


def test_two_windows_of_a_browser_each_have_their_question(
    nadia: User, provider: Provider, client: Client
) -> None:
    go(client, provider)
    one = provider.authorise(start(client, next="/concerns/"))
    two = provider.authorise(start(client, next="/accounts/"))
    assert client.get(one)["Location"] == "/concerns/"
    assert client.get(two)["Location"] == "/accounts/"


def without_profile(app: Any) -> Any:
    """As allauth would have it: nothing asked about the person."""
    app.settings = {**app.settings, "fetch_userinfo": False}
    return app


def patterns(within: list[Any] | None = None) -> Iterator[URLPattern]:
    """Every address, of the portal or of a package's list."""
    for each in get_resolver().url_patterns if within is None else within:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns)
        else:
            yield each
