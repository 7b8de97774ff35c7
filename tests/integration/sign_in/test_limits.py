"""Guessing is slow, passwords and codes alike, however the address is written and wherever a caller says they are."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.cast import Cast
from tests.signing_in import (
    PASSWORD,
    code_for,
    code_of,
    give_code,
    give_password,
    with_app,
    with_password,
)

TRIES, OF_A_NETWORK = 5, 10


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
    assert "Wait a minute, then try again" in changed(client, PASSWORD)  # the page itself takes five a minute
    with time_machine.travel(time.time() + 61):
        assert "Too many tries" in changed(client, PASSWORD)
        assert "Too many tries" in tried(Client(), cast.practitioner.email, PASSWORD)
        assert client.get("/accounts/").status_code == 200  # anyone who is in stays in
    with time_machine.travel(time.time() + 301):
        assert changed(client, PASSWORD) == "changed"


def shows_a_code(client: Client, person: User) -> bool:
    return give_code(client, code_of(person)).status_code == 302


def shows_a_passkey(client: Client, person: User) -> bool:
    """The test has made every answer of theirs the right one."""
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "laptop"})
    return client.post("/accounts/login/factor/", {"credential": '{"id": "eA"}'}).status_code == 302


def proves_it_again(client: Client, person: User) -> bool:
    client.force_login(person)
    return client.post("/accounts/prove/", {"way": "code", "code": code_of(person)}).status_code == 302


def sets_up_an_app(client: Client, person: User) -> bool:
    client.force_login(person)
    code = code_for(client.get("/accounts/factors/app/").context["form"].secret)
    return client.post("/accounts/factors/app/", {"code": code}).status_code == 302


def chooses_a_password_by_mail(client: Client, person: User) -> bool:
    client.post("/accounts/password/reset/", {"email": person.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(urlsplit(link).path, follow=True)
    new = "another sentence of words"
    answer = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    return answer.status_code == 302


@pytest.mark.parametrize(
    "is_right",
    [shows_a_code, shows_a_passkey, proves_it_again, sets_up_an_app, chooses_a_password_by_mail],
)
def test_whoever_is_right_takes_back_their_own_try_and_nobody_elses_in_their_network(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, is_right: Callable[[Client, User], bool]
) -> None:
    """Or anybody with an account would try their colleagues' passwords nine at a time, without end."""
    monkeypatch.setattr("cse_portal.sign_in.forms.parse_authentication_response", lambda answer: None)
    monkeypatch.setattr(
        "cse_portal.sign_in.forms.complete_authentication",
        lambda user, answer: Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN),
    )
    with_password(cast.health)
    give_password(client, with_app(cast.practitioner))
    for number in range(OF_A_NETWORK - 1):
        assert "is not right" in tried(Client(), f"nobody-{number}@example.org")
    assert is_right(client, cast.practitioner)
    assert "is not right" in tried(Client(), "nobody-9@example.org")
    assert "Too many tries" in tried(Client(), cast.health.email, PASSWORD)


def test_a_password_chosen_by_mail_ends_the_wait_of_its_owner(cast: Cast, client: Client) -> None:
    address = with_app(cast.practitioner).email
    for _ in range(TRIES):
        tried(client, address)
    assert "Too many tries" in tried(client, address, PASSWORD)
    assert chooses_a_password_by_mail(client, cast.practitioner)
    assert tried(Client(), address, "another sentence of words") == "in"
