"""A code of an app opens the door once, however it is written and anyone who forgets."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.test.utils import override_settings

from cse_portal import encryption
from cse_portal.sign_in import factors
from tests.cast import Cast
from tests.signing_in import code_of, forget_tries, give_code, give_password, with_app

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def opens(cast: Cast, code: str) -> bool:
    """Whether a fresh browser gets in with the password and this code."""
    client = Client()
    give_password(client, cast.practitioner)
    return give_code(client, code).status_code == 302


@pytest.mark.parametrize(
    "again",
    [
        lambda code: code,
        lambda code: f"{code[:3]} {code[3:]}",
        lambda code: f"{code[:3]}-{code[3:]}",
        lambda code: code.translate(FULL_WIDTH),
        lambda code: f" {code}\u200b",
        lambda code: f"{code}\u0660",
    ],
)
def test_a_used_code_is_refused_in_every_spelling(cast: Cast, again: object) -> None:
    with_app(cast.practitioner)
    code = code_of(cast.practitioner)
    assert opens(cast, code)
    forget_tries()  # what the cache forgets, the database remembers
    assert not opens(cast, again(code))  # type: ignore[operator]


def test_clocks_may_differ_by_half_a_minute_and_no_more(cast: Cast) -> None:
    with_app(cast.practitioner)
    now = time.time() // 30 * 30 + 15
    with time_machine.travel(now, tick=False):
        assert [opens(cast, code_of(cast.practitioner, steps=steps)) for steps in (-2, -1, 0, 1, 2)] == [
            False,
            True,
            True,
            True,
            False,
        ]


def test_two_at_once_with_one_code_let_one_in(cast: Cast) -> None:
    with_app(cast.practitioner)
    app = Authenticator.objects.get(user=cast.practitioner)
    code = code_of(cast.practitioner)
    assert [factors.consume_code(app, code), factors.consume_code(app, code)] == [True, False]


def test_a_new_key_reads_what_the_old_one_wrote_and_a_stranger_reads_nothing() -> None:
    with override_settings(FIELD_ENCRYPTION_KEYS=["the old key"]):
        written = encryption.encrypt("a secret")
    with override_settings(FIELD_ENCRYPTION_KEYS=["a new key", "the old key"]):
        assert encryption.decrypt(written) == "a secret"
        newer = encryption.encrypt("a secret")
    with override_settings(FIELD_ENCRYPTION_KEYS=["the old key"]), pytest.raises(encryption.Unreadable):
        encryption.decrypt(newer)
