"""An identity provider of the tests: its own keys and pages, and no network. It tells whatever lie it is asked to."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from requests.adapters import BaseAdapter

from cse_portal.settings.identity_providers import IdentityProvider
from cse_portal.sign_in.single_sign_on import web

ISSUER = "https://sign-in.example.org/tenants/sandwell"
TENANT = "sandwell-tenant"
PROVIDER = IdentityProvider(
    agency="csc",
    issuer=ISSUER,
    client_id="portal",
    client_secret="not a secret of anybody",
    tenant_claim="tid",
    tenant=TENANT,
    second_factor_amr=("mfa",),
    second_factor_acr=("urn:example:two-factors",),
)
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def coded(raw: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int) -> str:
    """As a JWK holds it."""
    return coded(value.to_bytes((value.bit_length() + 7) // 8))


@dataclass
class Provider:
    """What it publishes, whom it lets in, and what it changes in its next token."""

    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    header: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: Any = RSA_KEY
    published: dict[str, Any] = field(default_factory=dict)
    is_down: bool = False
    subject: str = "subject-of-nadia"
    asked: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    token: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    sent: list[requests.PreparedRequest] = field(default_factory=list)
    instead: dict[str, requests.Response] = field(default_factory=dict)

    def answer(self, sent: requests.PreparedRequest) -> requests.Response:
        """What it says, or what it is asked to say instead at the end of an address."""
        address = str(sent.url)
        if self.is_down:
            raise requests.ConnectionError
        self.sent.append(sent)
        for end, answer in self.instead.items():
            if address.endswith(end):
                return answer
        form = {name: values[0] for name, values in parse_qs(str(sent.body or "")).items()}
        said = self._say(address, form)
        return response(json.dumps(said).encode()) if said else response(b"{}", status=400)

    def _say(self, address: str, form: dict[str, str]) -> Any:
        if address == f"{ISSUER}/.well-known/openid-configuration":
            return {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **self.published,
            }
        if address == f"{ISSUER}/keys":
            return {"keys": [_rsa_jwk("one", RSA_KEY), _ec_jwk("two", EC_KEY)]}
        assert address == f"{ISSUER}/token"
        return self._exchange(form)

    def authorise(self, address: str) -> str:
        """The person signs in on its page: where it sends their browser then, as a path of the portal."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = coded(hashlib.sha256(self.asked["state"].encode()).digest())
        self.codes[code] = self.asked
        return f"{urlsplit(self.asked['redirect_uri']).path}?state={self.asked['state']}&code={code}"

    def sign(self, claims: dict[str, Any]) -> str:
        """A token that says this."""
        header = {"alg": self.algorithm, "kid": "two" if self.algorithm == "ES256" else "one", **self.header}
        said = f"{coded(json.dumps(header).encode())}.{coded(json.dumps(claims).encode())}"
        return f"{said}.{coded(self._signature(said.encode()))}"

    def _exchange(self, form: dict[str, str]) -> Any:
        """A code counts once, for whoever asked, with the verifier of the challenge (RFC 7636)."""
        self.forms.append(form)
        asked = self.codes.pop(form["code"], None)
        if asked is None or form.get("client_secret") != PROVIDER.client_secret:
            return None
        assert coded(hashlib.sha256(form["code_verifier"].encode()).digest()) == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": "portal", "sub": self.subject, "tid": TENANT, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "auth_time": now, "amr": ["pwd", "mfa"], "email": "anybody@example.org",
            **self.claims,
        }  # fmt: skip
        self.token = self.token or self.sign({k: v for k, v in claims.items() if k not in self.without})
        token, self.token = self.token, ""
        return {"access_token": "unused", "token_type": "Bearer", "id_token": token}

    def _signature(self, said: bytes) -> bytes:
        if self.algorithm == "none":
            return b""
        if self.algorithm == "HS256":  # with the public key, which everybody has, as the secret
            pem = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return hmac.new(pem, said, hashlib.sha256).digest()
        if self.algorithm == "ES256":
            halves = decode_dss_signature(EC_KEY.sign(said, ec.ECDSA(SHA256())))
            return b"".join(half.to_bytes(32) for half in halves)
        if self.algorithm == "PS256":
            return bytes(self.key.sign(said, padding.PSS(padding.MGF1(SHA256()), 32), SHA256()))
        return bytes(self.key.sign(said, padding.PKCS1v15(), SHA256()))


def _rsa_jwk(name: str, key: rsa.RSAPrivateKey) -> dict[str, str]:
    public = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": name, "use": "sig", "n": number(public.n), "e": number(public.e)}


def _ec_jwk(name: str, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    public = key.public_key().public_numbers()
    x, y = (coded(each.to_bytes(32)) for each in (public.x, public.y))
    return {"kty": "EC", "kid": name, "crv": "P-256", "alg": "ES256", "x": x, "y": y}


class Unread(BytesIO):
    """What comes with a refusal or a redirect: as much as its sender likes."""

    def read(self, *_: Any) -> bytes:
        """By nobody."""
        raise AssertionError


def response(said: bytes, *, status: int = 200, **headers: str) -> requests.Response:
    """As it comes from the network, not yet read."""
    made = requests.Response()
    made.status_code, made.raw = status, BytesIO(said) if status == HTTPStatus.OK else Unread(said)
    made.headers.update(headers)
    return made


class Network(BaseAdapter):
    """In place of the network, and of nothing else: whoever asks goes by the portal's own session."""

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self.provider = provider

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Asked for a few seconds, of a provider whose certificate is checked."""
        assert kwargs["timeout"] == web.SECONDS
        assert kwargs["verify"]
        return self.provider.answer(request)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Provider:
    """Social care signs in its own people."""
    made = Provider()
    settings.SINGLE_SIGN_ON = {"csc": PROVIDER}
    monkeypatch.setattr(web, "HTTPAdapter", lambda: Network(made))
    return made


def start(client: Client, address: str = "/accounts/agency/csc/", **typed: str) -> str:
    """Press the button; the address of the provider's page."""
    answer = client.post(address, typed)
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"].startswith(f"{ISSUER}/authorize?")
    return str(answer["Location"])


def go(client: Client, provider: Provider, address: str = "/accounts/agency/csc/", **typed: str) -> Any:
    """Press the button, sign in at the provider, come back."""
    return client.get(provider.authorise(start(client, address, **typed)))
