"""Guessing is slow, passwords and codes alike, however the address is written and wherever a caller says they are."""

import time

import pytest
import time_machine
from django.test import Client

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.cast import Cast
from tests.signing_in import (
    PASSWORD,
    code_of,
    forget_tries,
    give_code,
    give_password,
    with_app,
    with_password,
)

TRIES = 5


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


def tried(client: Client, address: str, password: str = "not this one", **headers: str) -> str:  # noqa: S107
    """The words of the page after a try."""
    answer = client.post("/accounts/login/", {"login": address, "password": password}, headers=headers)
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_after_five_wrong_passwords_the_right_one_waits_too(cast: Cast, client: Client) -> None:
    address = with_password(cast.practitioner).email
    for _ in range(TRIES):
        assert "is not right" in tried(client, address)
    assert "Too many tries" in tried(client, address, PASSWORD)
    with_password(cast.health)
    assert tried(Client(), cast.health.email, PASSWORD) == "in"


def test_spelling_the_address_otherwise_gives_no_more_tries(cast: Cast, client: Client) -> None:
    address = with_password(cast.practitioner).email
    spellings = [address, address.upper(), f" {address} ", address.title(), address.swapcase()]
    for spelling in spellings:
        tried(client, spelling)
    assert "Too many tries" in tried(client, address, PASSWORD)


def test_a_forged_way_here_gives_no_more_tries(cast: Cast, client: Client) -> None:
    for number in range(10):
        tried(client, f"nobody-{number}@example.org", **{"x-forwarded-for": f"203.0.113.{number}"})
    with_password(cast.practitioner)
    answer = tried(client, cast.practitioner.email, PASSWORD, **{"x-forwarded-for": "203.0.113.99"})
    assert "Too many tries" in answer


def test_behind_one_proxy_only_what_the_proxy_adds_is_believed(
    cast: Cast, client: Client, settings: object
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    for number in range(10):
        tried(
            client, f"nobody-{number}@example.org", **{"x-forwarded-for": f"198.51.100.{number}, 203.0.113.7"}
        )
    with_password(cast.practitioner)
    address = cast.practitioner.email
    assert "Too many tries" in tried(client, address, PASSWORD, **{"x-forwarded-for": "1.1.1.1, 203.0.113.7"})
    assert tried(Client(), address, PASSWORD, **{"x-forwarded-for": "1.1.1.1, 203.0.113.8"}) == "in"


def test_after_five_wrong_codes_the_right_one_waits_too(cast: Cast, client: Client) -> None:
    give_password(client, with_app(cast.practitioner))
    for _ in range(TRIES):
        assert "not right" in give_code(client, "000000").content.decode()
    assert "Too many tries" in give_code(client, code_of(cast.practitioner)).content.decode()


def changed(client: Client, old: str) -> str:
    """The words of the page after another password was asked for, with this as the one there is."""
    new = "another sentence of words"
    typed = {"oldpassword": old, "password1": new, "password2": new}
    answer = client.post("/accounts/password/change/", typed)
    return "changed" if answer.status_code == 302 else answer.content.decode()


def test_changing_a_password_gives_no_more_tries_at_the_old_one_and_each_is_on_record(
    cast: Cast, client: Client
) -> None:
    client.force_login(with_app(cast.practitioner))
    for _ in range(TRIES):
        assert "That is not your password" in changed(client, "not this one")
    assert AuditEvent.objects.filter(action=Action.SIGN_IN_FAILED).count() == TRIES
    with time_machine.travel(time.time() + 61):  # the page itself takes five a minute
        assert "Too many tries" in changed(client, PASSWORD)
        assert "Too many tries" in tried(Client(), cast.practitioner.email, PASSWORD)
        assert client.get("/accounts/").status_code == 200  # whoever is in stays in
    with time_machine.travel(time.time() + 301):
        assert changed(client, PASSWORD) == "changed"
