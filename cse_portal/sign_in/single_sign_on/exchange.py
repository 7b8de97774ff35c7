"""The way to an identity provider and back: the authorisation code flow with state, nonce and PKCE.

OpenID Connect Core 1.0 (3.1) and RFC 7636. Why not django-allauth's: docs/adr/0012.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cse_portal.settings.identity_providers import IdentityProvider
from cse_portal.sign_in.single_sign_on import tokens, web
from cse_portal.sign_in.single_sign_on.refusals import Kind, Refused
from cse_portal.sign_in.single_sign_on.tokens import Proved

QUESTION = "single_sign_on"
MINUTES_TO_ANSWER = 10
# The provider asks its person anew, whoever is signed in there at this computer.
ANEW = {"prompt": "login", "max_age": "0"}


@dataclass(frozen=True)
class Asked:
    """What a provider was asked for, by whom, and when."""

    purpose: str
    by: str
    at: float
    detail: dict[str, Any]


Handler = Callable[[HttpRequest, Asked, Proved], HttpResponse]
_handlers: dict[str, Handler] = {}


def on_return(purpose: str) -> Callable[[Handler], Handler]:
    """What happens once a provider has answered: registered by whoever asks for this purpose."""

    def register(handler: Handler) -> Handler:
        _handlers[purpose] = handler
        return handler

    return register


def provider_of(agency: str) -> IdentityProvider | None:
    """The agency's provider, where it has one."""
    found: IdentityProvider | None = settings.SINGLE_SIGN_ON.get(agency)
    return found


def begin(
    request: HttpRequest, provider: IdentityProvider, *, purpose: str, anew: bool = False, **detail: Any
) -> HttpResponse:
    """Send the browser to the provider with a question that only this browser can bring the answer to.

    A browser asks one question at a time: asked again, in another window, the first is void.
    """
    state, nonce, verifier = token_urlsafe(32), token_urlsafe(32), token_urlsafe(64)
    request.session[QUESTION] = {
        "state": state, "nonce": nonce, "verifier": verifier, "agency": provider.agency,
        "purpose": purpose, "by": _who(request), "at": time.time(), "detail": detail,
    }  # fmt: skip
    asked = {
        "response_type": "code", "scope": "openid", "client_id": provider.client_id,
        "redirect_uri": _back(provider), "state": state, "nonce": nonce,
        "code_challenge": _challenge(verifier), "code_challenge_method": "S256", **(ANEW if anew else {}),
    }  # fmt: skip
    address = _published(provider)["authorization_endpoint"]
    return HttpResponseRedirect(f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}")


def finish(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """The browser is back: exchange its code for a token, check that, and do what it was asked for."""
    question = _question(request, provider)
    asked = Asked(*(question[name] for name in ("purpose", "by", "at", "detail")))
    if asked.by != _who(request):
        raise Refused(Kind.SESSION)
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        raise Refused(Kind.ISSUER)
    code = request.GET.get("code", "")
    if not code or "error" in request.GET:
        raise Refused(Kind.PROVIDER)
    return _handlers[asked.purpose](request, asked, _proved(provider, code, question))


def _question(request: HttpRequest, provider: IdentityProvider) -> dict[str, Any]:
    """What was noted when it was asked: for one answer, even where two come at the same moment."""
    question = request.session.pop(QUESTION, None)
    state = request.GET.get("state", "")
    if not isinstance(question, dict) or not hmac.compare_digest(question["state"].encode(), state.encode()):
        raise Refused(Kind.STATE)
    on_time = 0 <= time.time() - question["at"] < MINUTES_TO_ANSWER * 60
    if question["agency"] != provider.agency or not on_time:
        raise Refused(Kind.STATE)
    if not cache.add(f"single-sign-on:{state}", True, timeout=2 * MINUTES_TO_ANSWER * 60):
        raise Refused(Kind.STATE)
    return question


def _proved(provider: IdentityProvider, code: str, question: dict[str, Any]) -> Proved:
    published = _published(provider)
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": _back(provider),
        "code_verifier": question["verifier"], "client_id": provider.client_id,
    }  # fmt: skip
    headers: dict[str, str] = {}
    if "client_secret_post" in published.get("token_endpoint_auth_methods_supported", []):
        form["client_secret"] = provider.client_secret
    else:
        headers = web.basic(provider.client_id, provider.client_secret)
    answer = _fetch(published["token_endpoint"], form, headers)
    token = answer.get("id_token") if isinstance(answer, dict) else None
    if not isinstance(token, str):
        raise Refused(Kind.TOKEN)
    keys = _fetch(published["jwks_uri"])
    return tokens.read(token, provider=provider, keys=keys, nonce=question["nonce"])


def _published(provider: IdentityProvider) -> dict[str, Any]:
    """What the provider says of itself; refused where that is another one, or people would be sent elsewhere."""
    said = _fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if not isinstance(said, dict):
        raise Refused(Kind.PROVIDER)
    if said.get("issuer") != provider.issuer:
        raise Refused(Kind.ISSUER)
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    parts = urlsplit(str(said.get(names[0], "")))
    if f"{parts.scheme}://{parts.netloc}" != provider.origin or not all(
        isinstance(said.get(name), str) for name in names
    ):
        raise Refused(Kind.PROVIDER)
    return said


def _fetch(address: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Any:
    try:
        return web.fetch(address, form, headers)
    except web.NoAnswer as error:
        raise Refused(Kind.PROVIDER) from error


def _back(provider: IdentityProvider) -> str:
    """One address, registered with the provider; never what the request says of itself."""
    return str(settings.PORTAL_ADDRESS).rstrip("/") + reverse("sign_in:agency-back", args=[provider.agency])


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _who(request: HttpRequest) -> str:
    return str(request.user.pk or "")
