"""Proof of identity again after an hour: at the pages of one table, and at no other."""

import inspect
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cse_portal.accounts.models import User
from tests.access.addresses import ADDRESSES, PROVED, PROVED_ELSEWHERE, PROVED_FOR_SOME
from tests.access.places import Places
from tests.access.test_addresses import routes
from tests.cast import Cast
from tests.signing_in import PASSWORD, code_of, proved_long_ago, with_app
from tests.sweeps import Sweep

PROVE = "/accounts/prove/"


def asks(client: Client, path: str, *, post: bool) -> bool:
    """Whether the page, opened or posted nothing, leads to the proof; what that changes is taken back."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answers = [] if post else [client.get(path)]
        answers.append(client.post(path))
        transaction.set_rollback(True)
    client.cookies = cookies
    return any(answer.headers.get("Location", "").startswith(PROVE) for answer in answers)


def browser(person: User, seconds: int) -> Client:
    """Of somebody who proved who they are so long ago."""
    client = Client()
    client.force_login(person)
    proved_long_ago(client, seconds)
    return client


def test_the_pages_that_ask_after_an_hour_are_those_of_the_table(
    cast: Cast, places: Places, sweep: Sweep
) -> None:
    late, soon = {}, {}
    for name, address in sweep.of(ADDRESSES.items()):
        if address.public or not address.opens or name.startswith("api-"):
            continue
        person = sorted(address.opens)[0]
        path = reverse(name, kwargs={argument: places[thing] for argument, thing in address.about.items()})
        late[name] = asks(browser(cast.people[person], 3600), path, post=address.post)
        if late[name] or name in PROVED:
            soon[name] = asks(browser(cast.people[person], 3540), path, post=address.post)
    assert {name for name, asked in late.items() if asked} == PROVED & late.keys()
    assert [name for name, asked in soon.items() if asked] == []


def test_every_view_that_asks_for_proof_is_in_the_table() -> None:
    asking = {name for name, pattern in routes() if "factors.require_proof(" in source_of(pattern.callback)}
    assert asking - PROVED == PROVED_ELSEWHERE | PROVED_FOR_SOME


def source_of(view: Any) -> str:
    """As it was written."""
    return inspect.getsource(inspect.unwrap(getattr(view, "view_class", view)))


@pytest.mark.parametrize("way", ["password", "code"])
def test_proof_leads_back(cast: Cast, client: Client, way: str) -> None:
    client.force_login(with_app(cast.privacy))
    proved_long_ago(client)
    address = reverse("cases:exclusion-add")
    asked = client.get(address)
    shown = {"password": PASSWORD} if way == "password" else {"code": code_of(cast.privacy)}
    assert client.post(asked["Location"], {"way": way, **shown})["Location"] == address
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "shown",
    [
        {"way": "password", "password": "not this one"},
        {"way": "code", "code": "000000"},
        {"way": "demo"},
        {"way": "passkey", "credential": "{}"},
        {"way": "nonsense"},
        {},
    ],
)
def test_what_proves_nothing_leads_nowhere(cast: Cast, client: Client, shown: dict[str, str]) -> None:
    client.force_login(with_app(cast.practitioner))
    proved_long_ago(client)
    assert client.post(PROVE, shown).status_code == 200
    assert client.get("/accounts/factors/app/").status_code == 302


def test_in_the_demo_one_button_proves_it(cast: Cast, client: Client) -> None:
    client.post("/demo/", {"person": "practitioner"})
    proved_long_ago(client)
    assert client.get("/accounts/factors/app/").status_code == 302
    assert "It is me" in client.get(PROVE).content.decode()
    client.post(PROVE, {"way": "demo"})
    assert client.get("/accounts/factors/app/").status_code == 200
