"""Every way into the portal, through its real pages, with and without a second factor: nobody gets past without it."""

import json
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.sign_in.authentication import SecondFactorProved
from cse_portal.sign_in.changes import TOLD
from tests.cast import Cast
from tests.signing_in import (
    PASSWORD,
    code_for,
    code_of,
    give_code,
    give_password,
    with_app,
    with_password,
    without_second_factor,
)

# As a browser answers, of a key that nobody has here.
ANSWERED = {
    "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiZUhoNCIsIm9y"
    "aWdpbiI6Imh0dHBzOi8vcG9ydGFsLmV4YW1wbGUifQ",
    "authenticatorData": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEFAAAAAA",
    "signature": "eA",
}
UNKNOWN = json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": ANSWERED})
SET_UP, PROVE = "/accounts/factors/", "/accounts/prove/"
# What anybody signed in reaches before their second factor is shown.
BY_AGENCY = {"sign_in:agency-start", "openid_connect_callback"}
REACHED_BY_ALL = {"livez", "readyz", "account_logout", "sign_in:prove", "demo:sign-in"} | BY_AGENCY
REACHED_TO_SET_UP = REACHED_BY_ALL | {"sign_in:set-up", "mfa_activate_totp", "mfa_add_webauthn"}


def is_in(client: Client) -> bool:
    """Whether this browser reaches a page with something in it."""
    return client.get("/cases/").status_code == 200


def test_a_password_alone_leads_to_setting_up_a_factor_and_nowhere_else(cast: Cast, client: Client) -> None:
    give_password(client, with_password(cast.practitioner))
    assert SESSION_KEY in client.session
    assert client.get("/")["Location"] == SET_UP
    assert not is_in(client)


def test_a_password_of_somebody_with_a_factor_signs_nobody_in(cast: Cast, client: Client) -> None:
    asked = give_password(client, with_app(cast.practitioner))
    assert asked["Location"] == "/accounts/login/factor/"
    assert SESSION_KEY not in client.session
    assert client.get("/cases/")["Location"].startswith("/accounts/login/")


def test_a_password_and_a_code_lead_in(cast: Cast, client: Client) -> None:
    give_password(client, with_app(cast.practitioner))
    give_code(client, code_of(cast.practitioner))
    assert is_in(client)


def test_a_new_person_sets_up_an_app_and_is_in(cast: Cast, client: Client) -> None:
    give_password(client, with_password(cast.practitioner))
    page = client.get("/accounts/factors/app/")
    code = code_for(page.context["form"].secret)
    done = client.post("/accounts/factors/app/", {"code": code})
    assert done["Location"] == "/accounts/recovery-codes/"
    codes = client.get(done["Location"]).context["unused_codes"]
    assert len(codes) == 10
    assert is_in(client)
    # Shown once, and the code that set it up cannot be used again.
    assert "****" in client.get("/accounts/recovery-codes/").context["unused_codes"]
    another = Client()
    give_password(another, cast.practitioner)
    assert "not right" in give_code(another, code).content.decode()
    # A recovery code works, once.
    assert give_code(another, codes[0]).status_code == 302
    third = Client()
    give_password(third, cast.practitioner)
    assert "not right" in give_code(third, codes[0]).content.decode()


def test_somebody_with_a_factor_cannot_set_up_another_instead_of_showing_it(
    cast: Cast, client: Client
) -> None:
    client.force_login(with_app(cast.practitioner))
    without_second_factor(client)
    for address in ("/accounts/factors/", "/accounts/factors/app/", "/accounts/factors/passkey/"):
        assert client.get(address)["Location"].startswith(PROVE)
    # Nor is the password, again, a proof of the second factor.
    client.post(PROVE, {"way": "password", "password": PASSWORD})
    assert not is_in(client)
    client.post(PROVE, {"way": "code", "code": code_of(cast.practitioner)})
    assert is_in(client)


def test_a_password_chosen_by_mail_still_needs_the_factor(cast: Cast, client: Client) -> None:
    person = with_app(cast.practitioner)
    client.post("/accounts/password/reset/", {"email": person.email})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    form = client.get(urlsplit(link).path, follow=True)
    new = "another sentence of words"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert SESSION_KEY not in client.session
    assert give_password(client, person, new)["Location"] == "/accounts/login/factor/"
    assert not is_in(client)


def test_a_password_that_is_new_is_told_to_its_owner_whoever_chose_it(cast: Cast, client: Client) -> None:
    person = with_app(cast.practitioner)
    client.force_login(person)
    new = "another sentence of words"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert [each.text for each in Notification.objects.filter(user=person)] == [TOLD]
    Client().post("/accounts/password/reset/", {"email": person.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(urlsplit(link).path, follow=True)
    newer = "a third sentence of words"
    client.post(form.redirect_chain[-1][0], {"password1": newer, "password2": newer})
    assert [each.text for each in Notification.objects.filter(user=person)] == [TOLD, TOLD]


def test_the_demo_button_says_in_the_session_that_it_was_the_demo(cast: Cast, client: Client) -> None:
    client.post("/demo/", {"person": "practitioner"})
    records = client.session["account_authentication_methods"]
    assert [each["method"] for each in records] == ["demo"]
    assert is_in(client)


def test_what_the_demo_button_proved_counts_for_nothing_outside_the_demo(
    cast: Cast, client: Client, settings: object
) -> None:
    client.post("/demo/", {"person": "practitioner"})
    settings.DEMO_SIGN_IN = False  # type: ignore[attr-defined]
    assert not is_in(client)


def test_a_record_of_somebody_else_proves_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.practitioner)
    session = client.session
    session["account_authentication_methods_user"] = str(cast.manager.pk)
    session.save()
    assert not is_in(client)


class AnyView(APIView):
    """A view that no middleware stands before."""

    permission_classes = api_settings.DEFAULT_PERMISSION_CLASSES

    def get(self, request: Request) -> Response:
        """Something."""
        return Response({})


def test_a_view_of_the_api_refuses_without_the_middleware_too(cast: Cast, client: Client) -> None:
    assert [IsAuthenticated, SecondFactorProved] == api_settings.DEFAULT_PERMISSION_CLASSES
    client.force_login(cast.practitioner)
    request = APIRequestFactory().get("/anything/")
    request.user, request.session = cast.practitioner, client.session
    assert AnyView.as_view()(request).status_code == 200
    without_second_factor(client)
    request.session = client.session
    assert AnyView.as_view()(request).status_code == 403
    del request.session
    assert AnyView.as_view()(request).status_code == 403


def test_secrets_of_factors_are_unreadable_in_the_database(cast: Cast, client: Client) -> None:
    give_password(client, with_password(cast.practitioner))
    secret = client.get("/accounts/factors/app/").context["form"].secret
    assert secret not in in_sessions()
    again = client.post("/accounts/factors/app/", {"code": "000000"})
    assert again.context["form"].secret == secret  # a wrong code begins nothing anew
    assert secret not in in_sessions()
    client.post("/accounts/factors/app/", {"code": code_for(secret)})
    codes = client.get("/accounts/recovery-codes/").context["unused_codes"]
    kept = str([row.data for row in Authenticator.objects.filter(user=cast.practitioner)])
    assert secret not in kept
    assert not any(code in kept for code in codes)
    assert secret not in in_sessions()


def in_sessions() -> str:
    """What is in the database of everybody's sessions, as anyone who reads it finds it."""
    return str([each.get_decoded() for each in Session.objects.all()])


def failures() -> int:
    return AuditEvent.objects.filter(action=Action.FACTOR_FAILED).count()


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "000000"},
        {"code": "\u0661\u0662\u0663456"},
        {"credential": '{"id": "x"}'},
        {"credential": UNKNOWN},
    ],
)
def test_whatever_second_factor_fails_after_the_password_is_on_record_once(
    client: Client, with_passkey: User, wrong: dict[str, str]
) -> None:
    give_password(client, with_passkey)
    assert client.post("/accounts/login/factor/", wrong).status_code == 200
    assert failures() == 1
    event = AuditEvent.objects.get(action=Action.FACTOR_FAILED)
    assert event.object_id == with_passkey.pk
    assert (event.detail, event.network) == ({}, "127.0.0.0/24")


@pytest.mark.parametrize(
    "wrong", [{"way": "code", "code": "12.34.56"}, {"way": "passkey", "credential": UNKNOWN}]
)
def test_what_proves_nothing_of_who_is_signed_in_is_on_record(
    client: Client, with_passkey: User, wrong: dict[str, str]
) -> None:
    client.force_login(with_passkey)
    assert client.post(PROVE, wrong).status_code == 200
    assert failures() == 1


def test_failures_and_changes_are_on_record_without_what_was_typed(cast: Cast, client: Client) -> None:
    give_password(client, with_app(cast.practitioner), "not this one")
    give_password(client, cast.practitioner)
    give_code(client, "000000")
    give_code(client, code_of(cast.practitioner))
    noted = list(AuditEvent.objects.order_by("at").values_list("action", flat=True))
    wanted = [Action.SIGN_IN_FAILED, Action.FACTOR_FAILED, Action.SIGNED_IN]
    assert [action for action in noted if action in wanted] == wanted
    assert "not this one" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
