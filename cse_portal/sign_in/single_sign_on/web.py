"""Asking an identity provider something, server to server: by TLS, for a few seconds, and never sent elsewhere."""

import base64
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote_plus, urlencode

SECONDS = 5
LONGEST_ANSWER = 1024 * 1024


class NoAnswer(Exception):
    """It cannot be reached, refuses, or says nothing that can be read."""


class _Stays(urllib.request.HTTPRedirectHandler):
    """A provider answers itself."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Never: the caller sees the redirect as the error it is."""
        return


_opener = urllib.request.build_opener(_Stays)


def fetch(address: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Any:
    """What is published at this address, or answered to this form."""
    if not address.startswith("https://"):
        raise NoAnswer
    return ask(address, form, headers or {})


def ask(address: str, form: dict[str, str] | None, headers: dict[str, str]) -> Any:
    """As `fetch`, wherever it is."""
    body = urlencode(form).encode() if form is not None else None
    try:
        request = urllib.request.Request(address, body, {"Accept": "application/json", **headers})  # noqa: S310
        with _opener.open(request, timeout=SECONDS) as answer:
            said = answer.read(LONGEST_ANSWER + 1)
        return json.loads(said[:LONGEST_ANSWER] if len(said) <= LONGEST_ANSWER else b"")
    except (OSError, ValueError, RecursionError) as error:  # urllib's own errors are OSErrors
        raise NoAnswer from error


def basic(name: str, secret: str) -> dict[str, str]:
    """The header by which a client shows its secret (RFC 6749, 2.3.1)."""
    both = f"{quote_plus(name)}:{quote_plus(secret)}".encode()
    return {"Authorization": f"Basic {base64.b64encode(both).decode()}"}
