"""An identity provider of the tests, in place of the network: it says whatever it is asked to say."""

import json
import time
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from django.test import Client

from cse_portal.settings import identity_providers

ISSUER = "https://sign-in.example.org/sandwell"
SUBJECT = "subject-of-nadia"
SETTINGS = {
    "agency": "csc", "issuer": ISSUER, "client_id": "portal", "client_secret": "a secret of nobody's",
    "second_factor_amr": ["mfa"], "second_factor_acr": ["urn:example:two-factors"],
}  # fmt: skip
START = "/accounts/agency/csc/"


@dataclass
class Provider:
    """Whom it lets in, and what it adds to its next token."""

    claims: dict[str, Any] = field(default_factory=dict)
    issuer: str = ISSUER
    is_down: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    def answer(self, sent: requests.PreparedRequest) -> requests.Response:
        """Its configuration, and a token for a code; nothing else is asked of it."""
        if self.is_down:
            raise requests.ConnectionError
        self.sent.append(f"{sent.method} {sent.url}")
        found = requests.Response()
        found.status_code, found.raw = 200, BytesIO(json.dumps(self._said(str(sent.url))).encode())
        found.headers["Content-Type"] = "application/json"
        return found

    def _said(self, address: str) -> dict[str, Any]:
        if address.endswith("/token"):
            now = int(time.time())
            said = {
                "iss": self.issuer,
                "aud": "portal",
                "sub": SUBJECT,
                "exp": now + 300,
                "iat": now,
                "auth_time": now,
            }
            claims = {name: value for name, value in {**said, **self.claims}.items() if value is not None}
            token = jwt.encode(claims, "a key that nobody is asked for, since it came by TLS")
            return {"access_token": "unused", "token_type": "Bearer", "id_token": token}
        pages = {f"{name}_endpoint": f"{ISSUER}/{path}" for name, path in PAGES.items()}
        return {"issuer": self.issuer, "jwks_uri": f"{ISSUER}/keys", **pages}

    def leads_back(self, address: str) -> str:
        """Where the browser goes once its person has signed in there."""
        asked = self.asked = {name: each[0] for name, each in parse_qs(urlsplit(address).query).items()}
        return f"{urlsplit(asked['redirect_uri']).path}?code=a-code&state={asked['state']}"


PAGES = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Provider:
    """Social care signs in its own people."""
    made = Provider()
    configure(settings, SETTINGS)
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda _, sent, **__: made.answer(sent))
    return made


def configure(settings: Any, *said: dict[str, Any]) -> None:
    """These agencies sign in their own people."""
    ours = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    apps = identity_providers.read(json.dumps(said))
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**ours, "APPS": apps}}


def go(client: Client, provider: Provider, address: str = START, **typed: str) -> Any:
    """Press the button, sign in at the provider, come back."""
    answer = client.post(address, typed)
    assert answer["Location"].startswith(f"{ISSUER}/authorize?"), answer.content.decode()
    return client.get(provider.leads_back(answer["Location"]))
