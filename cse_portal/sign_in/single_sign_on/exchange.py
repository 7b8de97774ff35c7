"""The way to an identity provider and back: a question that one browser asks, once, and what its answer proves.

The steps are django-allauth's (`provider.py`); what is asked of each is said here and in `tokens.py`: docs/adr/0021.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from cse_portal.settings.identity_providers import IdentityProvider
from cse_portal.sign_in.single_sign_on import tokens
from cse_portal.sign_in.single_sign_on.provider import Provider
from cse_portal.sign_in.single_sign_on.refusals import Kind, Refused
from cse_portal.sign_in.single_sign_on.tokens import Proved

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
    """Send the browser to the provider with a question that only this browser can bring the answer to."""
    nonce = token_urlsafe(32)
    said = {"nonce": nonce, **(ANEW if anew else {})}
    noted = {"nonce": nonce, "by": _who(request), "at": time.time()}
    try:
        answer: HttpResponse = _of(request, provider).redirect(
            request, purpose, data=detail, auth_params=said, **noted
        )
    except RequestException as error:
        raise Refused(Kind.PROVIDER) from error
    return answer


def finish(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """The browser is back: exchange its code for a token, check that, and do what it was asked for."""
    ours = _of(request, provider)
    question = _question(request, ours)
    asked = Asked(*(question[name] for name in ("process", "by", "at", "data")))
    if not 0 <= time.time() - asked.at < MINUTES_TO_ANSWER * 60:
        raise Refused(Kind.STATE)
    if asked.by != _who(request):
        raise Refused(Kind.SESSION)
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        raise Refused(Kind.ISSUER)
    if not request.GET.get("code") or "error" in request.GET:
        raise Refused(Kind.PROVIDER)
    token, keys = _answer(request, ours, question["pkce_code_verifier"])
    proved = tokens.read(token, provider=provider, keys=keys, nonce=question["nonce"])
    return _handlers[asked.purpose](request, asked, proved)


def _question(request: HttpRequest, provider: Provider) -> dict[str, Any]:
    """What was noted when it was asked: for one answer, even where two come at the same moment."""
    state = request.GET.get("state", "")
    try:
        question: dict[str, Any] = provider.unstash_redirect_state(request, state)
    except PermissionDenied as error:
        raise Refused(Kind.STATE) from error
    if not cache.add(f"single-sign-on:{state}", True, timeout=2 * MINUTES_TO_ANSWER * 60):
        raise Refused(Kind.STATE)
    return question


def _answer(request: HttpRequest, provider: Provider, verifier: str) -> tuple[str, dict[str, Any]]:
    """The token that the provider gives for the browser's code, and the keys it signs with."""
    adapter = provider.get_oauth2_adapter(request)
    try:
        client = adapter.get_client(request, provider.app)
        said = adapter.get_access_token_data(request, provider.app, client, pkce_code_verifier=verifier)
        with get_adapter(request).get_requests_session() as session:
            keys = session.get(adapter.openid_config["jwks_uri"]).json()
    except (OAuth2Error, RequestException) as error:
        raise Refused(Kind.PROVIDER) from error
    token = said.get("id_token")
    if not isinstance(token, str):
        raise Refused(Kind.TOKEN)
    return token, keys


def _of(request: HttpRequest, provider: IdentityProvider) -> Provider:
    found: Provider = get_adapter(request).get_provider(request, provider.agency)
    return found


def _who(request: HttpRequest) -> str:
    return str(request.user.pk or "")
