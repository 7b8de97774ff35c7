"""What every answer says to the browser: nothing is kept, framed, guessed, run from elsewhere, or indexed."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.access.addresses import ADDRESSES, Address
from tests.access.forms import reader_of
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.signing_in import forget_tries

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


def test_every_address_signed_in_and_out_says_it_all(cast: Cast, world: Places) -> None:
    wrong = []
    for name, address in ADDRESSES.items():
        for who in (None, reader_of(address) if address.opens else "manager"):
            answer = ask(cast, who, name, address, world)
            wrong += [f"{name} as {who or 'nobody'}: {what}" for what in missing(answer)]
    assert wrong == []


@pytest.mark.parametrize("path", ["/no/such/page/", "/api/v1/no/such/thing/", "/cases/CSE-2026-00000/"])
def test_so_does_what_is_not_there(cast: Cast, world: Places, path: str) -> None:
    assert missing(signed_in(cast, "outsider").get(path, secure=True)) == []


def test_a_file_is_sealed_more_tightly_than_a_page(cast: Cast, world: Places) -> None:
    sealed = set()
    for name, address in ADDRESSES.items():
        if address.opens and not address.post and name != "api-schema":  # which tells of nobody
            answer = ask(cast, reader_of(address), name, address, world)
            if answer.get("Content-Disposition"):
                assert answer["Content-Disposition"].startswith("attachment")
                assert policy(answer) == SEALED, name
                sealed.add(name)
    assert sealed >= {"cases:document-file", "cases:export-file", "api-document-file", "reporting:report-pdf"}


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
    said = re.sub(r" 'nonce-[A-Za-z0-9+/=_-]{16,}'", "", answer.get("Content-Security-Policy", ""))
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
