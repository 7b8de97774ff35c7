"""What is sent as a passkey and is none: each is a wrong answer like any other, on record, and breaks no page."""

import base64
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.integration.sign_in.test_paths import ANSWERED, PROVE, UNKNOWN, failures
from tests.signing_in import forget_tries, give_password, with_app

pytestmark = pytest.mark.django_db
ADD, LOGIN = "/accounts/factors/passkey/", "/accounts/login/factor/"


def written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def with_answer(**parts: Any) -> str:
    return json.dumps({**json.loads(UNKNOWN), "response": {**ANSWERED, **parts}})


def with_part(**parts: Any) -> str:
    return json.dumps({**json.loads(UNKNOWN), **parts})


ODD = {
    "no JSON": "{",
    "half a string": '"\\ud8',
    "an empty list": "[]",
    "an empty map": "{}",
    "nothing": "null",
    "a list": "[1]",
    "a number": "5",
    "a text": '"x"',
    "a yes": "true",
    "a number of many digits": "1" * 5000,
    "endless nesting": "[" * 100_000,
    "deep nesting": '{"id": ' * 900 + "1" + "}" * 900,
    "an id alone": '{"id": "x"}',
    "a number for an id": with_part(id=5),
    "a number for a raw id": with_part(rawId=5),
    "no raw id": with_part(rawId=None),
    "a raw id of no letters": with_part(rawId="\u00e9!"),
    "half a character": with_part(id="\ud800", rawId="\ud800", type="\ud800"),
    "half a character beside it": with_part(more="\udfff"),
    "a nothing character": with_part(id="\x00", rawId="\x00"),
    "another type": with_part(type="zzz"),
    "a list for an answer": with_part(response=[]),
    "no answer": with_part(response=None),
    "a text for an answer": with_part(response="x"),
    "a number for what else it says": with_part(clientExtensionResults=5),
    "a list for what else it says": with_part(clientExtensionResults=[[]]),
    "an attachment of no kind": with_part(authenticatorAttachment=[]),
    **{
        f"{part} is {value!r}": with_answer(**{part: value})
        for part in ANSWERED
        for value in (5, None, "", "AA", "\u00e9", "\ud800", [], {})
    },
    "client data of nothing": with_answer(clientDataJSON=written(b"null")),
    "client data of a list": with_answer(clientDataJSON=written(b"[" * 100_000)),
    "client data of no letters": with_answer(clientDataJSON=written(b"\xff\xfe")),
    "a handle that is a number": with_answer(userHandle=5),
}


@pytest.mark.parametrize("way", ["after the password", "before what matters"])
def test_an_odd_passkey_is_a_wrong_one_and_on_record_once(with_passkey: User, way: str) -> None:
    client, page, wrong = Client(raise_request_exception=False), LOGIN, {}
    if way == "after the password":
        give_password(client, with_passkey)
    else:
        page = PROVE
        client.force_login(with_passkey)
    for name, credential in ODD.items():
        forget_tries()
        before = failures()
        answer = client.post(page, {"way": "passkey", "credential": credential})
        if (answer.status_code, failures() - before) != (200, 1):
            wrong[name] = (answer.status_code, failures() - before)
    assert wrong == {}


def test_an_odd_passkey_is_not_set_up(cast: Cast) -> None:
    person, wrong = with_app(cast.practitioner), {}
    client = Client(raise_request_exception=False)
    client.force_login(person)
    for name, credential in ODD.items():
        client.get(ADD)
        answer = client.post(ADD, {"name": "laptop", "credential": credential})
        if answer.status_code != 200 or not answer.context["form"].errors:
            wrong[name] = answer.status_code
    assert wrong == {}
    assert not Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists()
    assert failures() == 0, "nobody claims to be anybody"
