"""Every way in, stopped before the second factor, at every address by reading and by posting: nothing opens."""

import base64
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cse_portal.accounts.choices import Role
from cse_portal.people import services
from tests.access.addresses import ADDRESSES
from tests.access.places import Places
from tests.cast import Cast
from tests.integration.sign_in.test_paths import PROVE, REACHED_BY_ALL, REACHED_TO_SET_UP, SET_UP
from tests.signing_in import (
    PASSWORD,
    code_of,
    forget_tries,
    give_code,
    give_password,
    with_app,
    with_password,
    without_second_factor,
)
from tests.sweeps import Sweep

LOGIN = "/accounts/login/"
NEW = "another sentence of words"
Way = Callable[[Cast, Client, Any], None]


def a_password(cast: Cast, client: Client, capture: Any) -> None:
    """Of somebody with an app, whose code is asked for next."""
    give_password(client, with_app(cast.manager))


def a_password_and_wrong_codes(cast: Cast, client: Client, capture: Any) -> None:
    """Guessing."""
    a_password(cast, client, capture)
    for code in ("000000", "", code_of(cast.manager, steps=40), "\uff11\uff12\uff13\uff14\uff15\uff16"):
        give_code(client, code)


def a_code_that_was_used(cast: Cast, client: Client, capture: Any) -> None:
    """Somebody looked over a shoulder."""
    person = with_app(cast.manager)
    give_password(client, person)
    code = code_of(person)
    give_code(client, code)
    client.logout()
    give_password(client, person)
    give_code(client, code)


def a_password_without_any_factor(cast: Cast, client: Client, capture: Any) -> None:
    """Somebody new, who has still to set one up."""
    give_password(client, with_password(cast.manager))


def an_app_set_up_by_half(cast: Cast, client: Client, capture: Any) -> None:
    """The key was shown, no code was given."""
    a_password_without_any_factor(cast, client, capture)
    client.get("/accounts/factors/app/")
    client.post("/accounts/factors/app/", {"code": "000000"})
    client.get("/accounts/factors/passkey/")


def a_password_by_mail(cast: Cast, client: Client, capture: Any) -> None:
    """Anyone who reads somebody's mail."""
    person = with_app(cast.manager)
    client.post("/accounts/password/reset/", {"email": person.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(urlsplit(link).path, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    give_password(client, person, NEW)


def an_invitation(cast: Cast, client: Client, capture: Any) -> None:
    """Accepted, with a password chosen."""
    with capture(execute=True):
        services.invite(
            email="nadia.frost@example.org", full_name="Nadia Frost", role=Role.PRACTITIONER, by=cast.lead
        )
    found = re.search(r"https?://[^/]+(/invitation/\S+)", mail.outbox[-1].body)
    assert found is not None
    client.post(found[1], {"password1": NEW, "password2": NEW})


def a_session_of_before(cast: Cast, client: Client, capture: Any) -> None:
    """A cookie from the moment after the password."""
    client.force_login(with_app(cast.manager))
    without_second_factor(client)


def a_password_shown_again(cast: Cast, client: Client, capture: Any) -> None:
    """Proving with the first factor what the second is asked for."""
    a_session_of_before(cast, client, capture)
    client.post(PROVE, {"way": "password", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def somebody_elses_proof(cast: Cast, client: Client, capture: Any) -> None:
    """The record of a proof that another person gave."""
    client.force_login(with_app(cast.manager))
    session = client.session
    session["account_authentication_methods_user"] = str(cast.practitioner.pk)
    session.save()


def a_session_that_was_left(cast: Cast, client: Client, capture: Any) -> None:
    """Signed out; the cookie kept."""
    client.force_login(with_app(cast.manager))
    cookie = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = cookie


def a_header(cast: Cast, client: Client, capture: Any) -> None:
    """Ways of programs that the portal does not offer to people."""
    person = with_app(cast.manager)
    basic = base64.b64encode(f"{person.email}:{PASSWORD}".encode()).decode()
    client.defaults.update(
        HTTP_AUTHORIZATION=f"Basic {basic}", HTTP_REMOTE_USER=person.email, REMOTE_USER=person.email,
        HTTP_X_SESSION_TOKEN="x",
    )  # fmt: skip


def a_cookie_of_ones_own(cast: Cast, client: Client, capture: Any) -> None:
    """Made up."""
    client.cookies["sessionid"] = "a" * 32
    client.cookies["mfa_trusted"] = "1"


WAYS: list[Way] = [
    a_password, a_password_and_wrong_codes, a_code_that_was_used, a_password_without_any_factor, an_app_set_up_by_half,
    a_password_by_mail, an_invitation, a_session_of_before, a_password_shown_again, somebody_elses_proof,
    a_session_that_was_left, a_header, a_cookie_of_ones_own,
]  # fmt: skip


def shut(answer: Any, name: str) -> bool:
    """Whether it leads to signing in or to the second factor, or is a program's refusal."""
    if name.startswith("api-"):
        return answer.status_code in (401, 403) and answer["Content-Type"] == "application/problem+json"
    led = answer.get("Location", "")
    return answer.status_code == 302 and led.startswith((LOGIN, SET_UP, PROVE))


def test_nothing_opens_before_the_second_factor(
    cast: Cast, world: Places, django_capture_on_commit_callbacks: Any, sweep: Sweep
) -> None:
    wrong, asked = [], 0
    for way in WAYS:
        with transaction.atomic():
            forget_tries()
            client = Client()
            way(cast, client, django_capture_on_commit_callbacks)
            signed_in = SESSION_KEY in client.session
            for name, method in sweep.of(every_address(signed_in=signed_in)):
                asked += 1
                about = ADDRESSES[name].about.items()
                path = reverse(name, kwargs={word: world[thing] for word, thing in about})
                answer = getattr(client, method)(path)
                if not shut(answer, name):
                    wrong.append(f"{way.__name__}: {method} {name}: {answer.status_code}")
            transaction.set_rollback(True)
    sys.stdout.write(f"\n{asked:,} addresses asked for by {len(WAYS)} ways without a second factor\n")
    assert wrong == []
    assert asked > sweep.at_least(2500)


def every_address(*, signed_in: bool) -> Iterator[tuple[str, str]]:
    """Every address but those meant for anyone who has got this far, to read and to post to."""
    for name, address in ADDRESSES.items():
        if name == "mfa_authenticate":
            continue  # the very page that asks for the code
        if name in REACHED_TO_SET_UP or name in REACHED_BY_ALL or (address.public and not signed_in):
            continue
        if name.startswith(("account_", "mfa_", "sign_in:")) and address.public:
            continue  # the pages of signing in themselves lead on or begin again
        for method in ("post",) if address.post else ("get", "post"):
            yield name, method
