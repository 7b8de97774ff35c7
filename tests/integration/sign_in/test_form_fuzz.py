"""Any text in the forms of signing in: never a fault, no secret shown, and an address asked for again as typed."""

import html
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from cse_portal.accounts.choices import Role
from cse_portal.people import services
from tests.access.forms import Form, Reader, send
from tests.cast import Cast
from tests.integration.test_form_fuzz import BEGIN, END, NASTY, TAKEN
from tests.signing_in import (
    forget_tries,
    give_password,
    proved_long_ago,
    with_app,
    with_password,
    without_second_factor,
)

HUGE = "\U0001d4b5" * 250_000
Way = Callable[[Cast, Client, Any], str]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    """Refusals are not written to the log."""
    forget_tries()
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def password(cast: Cast, client: Client, capture: Any) -> str:
    """Nobody yet."""
    return "/accounts/login/"


def reset(cast: Cast, client: Client, capture: Any) -> str:
    """A password is forgotten."""
    return "/accounts/password/reset/"


def reset_by_link(cast: Cast, client: Client, capture: Any) -> str:
    """The link in the mail was opened."""
    client.post("/accounts/password/reset/", {"email": with_app(cast.manager).email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    led: str = client.get(urlsplit(link).path, follow=True).redirect_chain[-1][0]
    return led


def invitation(cast: Cast, client: Client, capture: Any) -> str:
    """The link of an invitation was opened."""
    with capture(execute=True):
        services.invite(
            email="nadia.frost@example.org", full_name="Nadia Frost", role=Role.PRACTITIONER, by=cast.lead
        )
    found = re.search(r"https?://[^/]+(/invitation/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def code(cast: Cast, client: Client, capture: Any) -> str:
    """The password was right."""
    give_password(client, with_app(cast.manager))
    return "/accounts/login/factor/"


def proof(cast: Cast, client: Client, capture: Any) -> str:
    """Who is at the screen is asked."""
    client.force_login(with_app(cast.manager))
    proved_long_ago(client)
    return "/accounts/prove/"


def app(cast: Cast, client: Client, capture: Any) -> str:
    """Somebody new sets up an authenticator app."""
    client.force_login(with_password(cast.manager))
    without_second_factor(client)
    return "/accounts/factors/app/"


def passkey(cast: Cast, client: Client, capture: Any) -> str:
    """Somebody new sets up a passkey."""
    app(cast, client, capture)
    return "/accounts/factors/passkey/"


def other_password(cast: Cast, client: Client, capture: Any) -> str:
    """Somebody chooses another password."""
    client.force_login(with_app(cast.manager))
    return "/accounts/password/change/"


PAGES: list[Way] = [
    password, reset, reset_by_link, invitation, code, proof, app, passkey, other_password,
]  # fmt: skip


@pytest.mark.parametrize("way", PAGES, ids=lambda each: each.__name__)
def test_nasty_text_breaks_no_form_of_signing_in(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: Any, way: Way
) -> None:
    path = way(cast, client, django_capture_on_commit_callbacks)
    found = forms_of(client, path)
    assert found
    wrong = []
    for form in found:
        for words in (*(f"{BEGIN}{each}{END}" for each in NASTY), "x\x00y", HUGE):
            forget_tries()
            filled = {
                name: words[::-1] if kind == "hidden" else words  # what leads on is shown, and is no secret
                for name, kind in form.kinds.items()
                if kind not in ("checkbox", "radio")
            }
            answer = send(client, form, form.filled(**filled))
            wrong += [f"{form.action}: {each}" for each in answered(answer, form, words)]
    assert wrong == []


def forms_of(client: Client, path: str) -> list[Form]:
    """What the page asks; leaving, and what a page's head has on every page, aside."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.get("Location"))
    reader = Reader()
    reader.feed(answer.content.decode())
    for form in reader.forms:
        form.action = form.action or path
    return [
        form for form in reader.forms if form.method == "post" and "/accounts/" in form.action + path
        and not form.action.endswith("logout/")
    ] or [form for form in reader.forms if form.method == "post"]  # fmt: skip


def answered(answer: Any, form: Form, words: str) -> Iterator[str]:
    """A fault; a page that shows what was typed as a secret; one that has forgotten an address it asks for again."""
    if answer.status_code not in TAKEN:
        yield f"{words[:40]!r}: {answer.status_code}"
        return
    page, shown = answer.content.decode(), html.escape(words)
    boxes = [kind for kind in form.kinds.values() if kind != "hidden"]
    if set(boxes) == {"password"} and shown in page:
        yield f"{words[:40]!r} is a secret and is on the page"
    if "email" in boxes and words == f"{BEGIN}{NASTY[2]}{END}" and shown not in page:
        yield f"{words[:40]!r} is forgotten"
