"""Every address of the portal as every member of the cast, and as nobody: opened, refused, or not there."""

import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from tests.access.addresses import ADDRESSES, EVERYONE, Address
from tests.access.places import Places
from tests.cast import Cast
from tests.sweeps import Sweep

ANSWERS = {403: "refused", 404: "not found"}


@pytest.fixture
def world(cast: Cast, places: Places) -> Places:
    """One child's case with something on every floor; the leaver has left."""
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    return places


def test_every_address_is_in_the_table() -> None:
    assert sorted(name for name, _ in routes()) == sorted(ADDRESSES)


def test_some_people_have_hardly_any_addresses() -> None:
    of_all = {
        name
        for name, address in ADDRESSES.items()
        if address.public or EVERYONE - {"leaver"} <= address.opens
    }
    own = {
        person: {name for name, address in ADDRESSES.items() if person in address.opens} - of_all
        for person in ("board", "administrator", "leaver", "privacy", "lead")
    }
    assert own == {
        "board": {
            "reporting:reports",
            "reporting:report-pdf",
            "reporting:board-pack",
            "reporting:board-pack-foreword",
            "reporting:board-pack-preview",
            "reporting:board-decision",
            "reporting:board-decision-report",
            "reporting:profiles",
            "reporting:profile",
            "reporting:profile-pdf",
            "reporting:success",
            "reporting:strategy-report",
            "reporting:support",
            "reporting:prevention",
            "reporting:prevention-csv",
            "reporting:prevention-wards",
            "mase:strategy",
            "mase:objective",
        },
        "administrator": set(),
        "leaver": set(),
        "privacy": {
            "cases:exclusions",
            "cases:exclusion-add",
            "cases:exclusion-lift",
            "cases:emergencies",
            "cases:emergency-review",
            "cases:why",
            "cases:conflicts",
            "cases:conflict-add",
            "cases:exclusion-decide",
            "cases:copies",
            "reporting:audit",
            "reporting:audit-decided",
            "reporting:audit-finding",
            "reporting:audit-searches",
            "reporting:audit-case",
            "reporting:audit-person",
            *(name for name in ADDRESSES if name.startswith("reporting:retention")),
            "reporting:disposals",
            "reporting:disposal",
            "reporting:certificate",
            "reporting:disclosures",
        },
        "lead": {name for name in ADDRESSES if name.startswith("people:")} - {"people:accept"}
        | {
            "mase:action-people",
            "reporting:training",
            "reporting:training-people",
            "reporting:training-attend",
        }
        | {"reporting:training-courses", "reporting:training-upload", "reporting:training-list"},
    }


def test_every_address_answers_everybody_as_the_table_says(cast: Cast, world: Places, sweep: Sweep) -> None:
    """Twelve people and every tenth question: each address meets one or two of them, the next one others."""
    wrong, clients = [], {person: signed_in(cast, person) for person in sorted(EVERYONE)}
    for name, person in sweep.of(product(ADDRESSES, clients)):
        given = ask(clients[person], name, ADDRESSES[name], world)
        if given != (expected := ADDRESSES[name].answer(person)):
            wrong.append(f"{name} as {person}: {given}, expected {expected}")
    assert wrong == []


def test_nobody_reaches_anything_without_signing_in(world: Places) -> None:
    reached = []
    for name, address in ADDRESSES.items():
        response = fetch(Client(), name, address, world)
        sent_to_sign_in = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
        kept_out = sent_to_sign_in or response.status_code in (401, 403)
        if kept_out == address.public:
            reached.append(f"{name}: {response.status_code}")
    assert reached == []


def test_what_is_hidden_answers_exactly_as_what_does_not_exist(
    cast: Cast, world: Places, sweep: Sweep
) -> None:
    outsider = signed_in(cast, "outsider")
    unknown = {"/": outsider.get("/no/such/page/"), "/api/": outsider.get("/api/v1/no/such/thing/")}
    different = []
    closed = [each for each in ADDRESSES if ADDRESSES[each].answer("outsider") == "not found"]
    for name, address in ((each, ADDRESSES[each]) for each in sweep.of(closed)):
        hidden = fetch(outsider, name, address, world)
        other = unknown["/api/" if name.startswith("api-") else "/"]
        if (hidden.status_code, without_nonces(hidden)) != (other.status_code, without_nonces(other)):
            different.append(name)
    assert different == []


def ask(client: Client, name: str, address: Address, world: Places) -> str:
    """What the portal answers, in the table's words."""
    status = fetch(client, name, address, world).status_code
    assert status != 405, f"{name} does not take what the table sends it"
    assert status < 500, f"{name}: {status}"
    return ANSWERS.get(status, "opens")


SAID = {"mase:session-book": {"case": "case"}}  # what a form names beside its address


def fetch(client: Client, name: str, address: Address, world: Places) -> Any:
    """Open the address, or post to it no more than what it names; what that changes is taken back."""
    path = reverse(name, kwargs={argument: world[thing] for argument, thing in address.about.items()})
    said = {field: world[thing] for field, thing in SAID.get(name, {}).items()}
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = client.post(path, said) if address.post else client.get(path)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def signed_in(cast: Cast, person: str) -> Client:
    """This person's browser, on the portal's own pages."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    client.force_login(cast.people[person], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def without_nonces(response: Any) -> str:
    """The body without what differs in every answer."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value)="[^"]*"', "", response.content.decode())
    for mark in (response.wsgi_request.path, str(getattr(response.wsgi_request, "csp_nonce", "") or "-")):
        body = body.replace(mark, "")
    return body


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route by its full name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern, inner)
        else:
            yield f"{space}{pattern.name or str(pattern.pattern)}", pattern
