"""What every answer says to the browser: nothing is kept, framed, guessed, run from elsewhere, or indexed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from rest_framework.throttling import UserRateThrottle

from tests.access.addresses import ADDRESSES, Address
from tests.access.forms import reader_of
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.signing_in import forget_tries
from tests.sweeps import Sweep

EXACTLY = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
    "font-src": "'self'", "connect-src": "'self'", "form-action": "'self'", "frame-ancestors": "'none'",
    "base-uri": "'none'",
}  # fmt: skip
NONCE = re.compile(r"'nonce-([A-Za-z0-9+/=_-]{16,})'")
SEALED = {"default-src": "'none'", "sandbox": ""}
OFF = (
    "camera",
    "microphone",
    "geolocation",
    "display-capture",
    "usb",
    "payment",
    "clipboard-read",
    "browsing-topics",
)


@pytest.fixture
def world(places: Places, settings: Settings) -> Places:
    """Something at every address, behind TLS as in production."""
    forget_tries()
    settings.SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    return places


def test_every_address_signed_in_and_out_says_it_all(cast: Cast, world: Places, sweep: Sweep) -> None:
    wrong = []
    for name, address in sweep.of(ADDRESSES.items()):
        for who in (None, reader_of(address) if address.opens else "manager"):
            answer = ask(cast, who, name, address, world)
            wrong += [f"{name} as {who or 'nobody'}: {what}" for what in missing(answer)]
    assert wrong == []


@pytest.mark.parametrize("path", ["/no/such/page/", "/api/v1/no/such/thing/", "/cases/CSE-2026-00000/"])
def test_so_does_what_is_not_there(cast: Cast, world: Places, path: str) -> None:
    assert missing(signed_in(cast, "outsider").get(path, secure=True)) == []


def broken(*args: Any, **kwargs: Any) -> Any:
    """A fault of ours."""
    raise RuntimeError


def too_much(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """More than a form may hold."""
    monkeypatch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 1)
    return client.post("/search/", {"text": "much"}, secure=True)


def forged(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Posted from somebody else's page."""
    monkeypatch.setattr(client.handler, "enforce_csrf_checks", True)
    return client.post("/search/", secure=True)


def too_often(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Twice where once is allowed."""
    monkeypatch.setattr(UserRateThrottle, "get_rate", lambda self: "1/hour")
    client.get("/api/v1/cases/", secure=True)
    return client.get("/api/v1/cases/", secure=True)


def faulty_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A page that breaks."""
    monkeypatch.setattr("cse_portal.ui.searching.redirect", broken)
    return client.post("/search/", {"text": "much"}, secure=True)


def faulty_call(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A call that breaks."""
    monkeypatch.setattr("cases.casework.api.caseload", broken)
    return client.get("/api/v1/cases/", secure=True)


CASES = "/api/v1/cases/"
# Each kind of refusal or fault, its status, and how somebody comes by it.
REFUSALS: dict[str, tuple[int, Callable[[Client, pytest.MonkeyPatch], Any]]] = {
    "another site's name": (400, lambda client, _: client.get("/", headers={"host": "else.example"}, secure=True)),
    "more than a form may hold": (413, too_much),
    "no JSON": (
        400,
        lambda client, _: client.post("/api/v1/concerns/", b"{", content_type="application/json", secure=True),
    ),
    "a token that opens nothing": (
        401, lambda *_: Client().get(CASES, headers={"authorization": "Bearer no"}, secure=True)
    ),
    "a forged form": (403, forged),
    "a page of another role": (403, lambda client, _: client.get("/people/", secure=True)),
    "a program that is nobody": (403, lambda *_: Client().get(CASES, secure=True)),
    "a page that is posted to": (405, lambda client, _: client.get("/notifications/read/", secure=True)),
    "a method of no page": (405, lambda client, _: client.generic("TRACE", "/", secure=True)),
    "a method of no call": (405, lambda client, _: client.delete(CASES, secure=True)),
    "too many calls": (429, too_often),
    "a fault of a page": (500, faulty_page),
    "a fault of a call": (500, faulty_call),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSALS)
def test_so_does_every_refusal_and_every_fault(
    cast: Cast, world: Places, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    status, asked = REFUSALS[kind]
    client = signed_in(cast, "practitioner")
    client.raise_request_exception = False
    answer = asked(client, monkeypatch)
    assert (answer.status_code, missing(answer)) == (status, [])


@pytest.mark.parametrize(
    ("path", "status"), [("/", 301), ("/no/such/page/", 301), ("/api/v1/cases/", 403), ("/livez", 400)]
)
def test_so_does_what_was_asked_without_tls(
    world: Places, settings: Settings, path: str, status: int
) -> None:
    """But for the promise to use TLS from now on: a browser believes that only where nobody in between can write it."""
    settings.SECURE_SSL_REDIRECT, settings.SECURE_REDIRECT_EXEMPT = True, [r"^livez$"]
    answer = Client().get(path, headers={"host": "else.example"} if status == 400 else {})
    assert answer.status_code == status
    assert missing(answer) == ["Strict-Transport-Security: None"]


def test_a_static_file_may_be_kept_and_says_the_rest(client: Client, db: None) -> None:
    answer = client.get("/static/js/portal.js")
    assert answer.status_code == 200
    assert "no-store" not in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert policy(answer) == POLICY
    answer.close()


def test_every_answer_has_a_nonce_of_its_own_and_its_scripts_bear_it(cast: Cast, world: Places) -> None:
    client = signed_in(cast, "practitioner")
    nonces = []
    for path in ("/", "/", "/cases/", "/notifications/"):
        answer = client.get(path, secure=True)
        assert answer.status_code == 200
        [nonce] = set(NONCE.findall(answer["Content-Security-Policy"]))
        scripts = re.findall(r"<script\b[^>]*>", answer.content.decode())
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        nonces.append(nonce)
    assert len(set(nonces)) == len(nonces)
    gone = client.get("/no/such/page/", secure=True)
    assert ("<script" in gone.content.decode(), NONCE.findall(gone["Content-Security-Policy"])) == (False, [])


def test_a_file_is_sealed_more_tightly_than_a_page(cast: Cast, world: Places, sweep: Sweep) -> None:
    sealed, known = (
        set(),
        {"cases:document-file", "cases:export-file", "api-document-file", "reporting:report-pdf"},
    )
    for name in known | set(sweep.of(ADDRESSES)):
        address = ADDRESSES[name]
        if address.opens and not address.post and name != "api-schema":  # which tells of nobody
            answer = ask(cast, reader_of(address), name, address, world)
            if answer.get("Content-Disposition"):
                assert answer["Content-Disposition"].startswith("attachment")
                assert policy(answer) == SEALED, name
                sealed.add(name)
    assert sealed >= known


def test_signing_out_empties_the_browser(cast: Cast, world: Places) -> None:
    client = signed_in(cast, "practitioner")
    assert "Clear-Site-Data" not in client.get("/", secure=True)
    left = client.post(reverse("account_logout"), secure=True)
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert left["Cache-Control"] == "private, no-store"


def missing(answer: Any) -> list[str]:
    """What an answer does not say, or says otherwise."""
    wrong = [f"{name}: {answer.get(name)}" for name, value in EXACTLY.items() if answer.get(name) != value]
    allowed = answer.get("Permissions-Policy", "")
    wrong += [f"{ability} is not off" for ability in OFF if f"{ability}=()" not in allowed]
    said = policy(answer)
    wrong += [] if said in (POLICY, SEALED) else [f"Content-Security-Policy: {said}"]
    wrong += ["reports only"] if "Content-Security-Policy-Report-Only" in answer else []
    return wrong


def policy(answer: Any) -> dict[str, str]:
    """The policy, a directive each, without the nonce of this one answer."""
    said = re.sub(f" {NONCE.pattern}", "", answer.get("Content-Security-Policy", ""))
    return {
        name: rest.strip()
        for name, _, rest in (each.strip().partition(" ") for each in said.split(";") if each)
    }


def ask(cast: Cast, who: str | None, name: str, address: Address, world: Places) -> Any:
    """What this person's browser is told; what that changes is taken back."""
    client = signed_in(cast, who) if who else Client()
    path = reverse(name, kwargs={argument: world[thing] for argument, thing in address.about.items()})
    with transaction.atomic():
        answer = client.post(path, secure=True) if address.post else client.get(path, secure=True)
        transaction.set_rollback(True)
    return answer
