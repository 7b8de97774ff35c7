"""Nobody signed in gets further than their second factor; a session ends by itself; a token opens the API alone."""

from collections.abc import Callable
from http import HTTPStatus

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from cse_portal import acting
from cse_portal.access import refusals, request_origin
from cse_portal.access.user_context import user_context
from cse_portal.api import problems
from cse_portal.sign_in import factors, sessions, tokens
from cse_portal.sign_in.models import ApiToken

API = "/api/"
BY_AGENCY = frozenset({"sign_in:agency-start", "openid_connect_callback"})
ALWAYS = frozenset({"livez", "readyz", "account_logout", "sign_in:prove"}) | BY_AGENCY
TO_SET_UP = frozenset({"sign_in:set-up", "mfa_activate_totp", "mfa_add_webauthn"})
# Where signing in leads, and so no attempt at anything.
LANDING = "home"
NO_SUCH = "This token opens nothing: it is unknown, over, or not taken from where you are."
TOO_MANY = "Too many tokens that open nothing. Wait a minute."
NEEDED = "Show your second factor on the portal's own pages first. Nothing was changed."


class SessionTimesMiddleware:
    """A session that has lasted too long, or lain idle, is over before anything is done in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_origin.remember(request)
        if request.user.is_authenticated:
            sessions.end_if_over(request)
        return self.get_response(request)


class TokenMiddleware:
    """Another system shows its token: for the API alone, and instead of a session, whatever the cookie says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scheme, _, words = request.headers.get("Authorization", "").partition(" ")
        if not request.path.startswith(API) or scheme.lower() != "bearer":
            return self.get_response(request)
        address = request_origin.address(request)
        try:
            token = tokens.read(words.strip(), address=address)
        except tokens.BadToken as bad:
            return _refuse(request, bad, address)
        request.user, request.api_token = token.user, token  # type: ignore[attr-defined]
        who = user_context(token.user)
        with acting.acting(who.actor if who else acting.NOBODY):
            tokens.note_use(token, page=_name(request), method=request.method or "")
        return self.get_response(request)


class SecondFactorMiddleware:
    """Fails closed: without a proved second factor a signed-in person reaches the pages named here and no others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_token = isinstance(getattr(request, "api_token", None), ApiToken)
        if by_token or not request.user.is_authenticated or factors.second_factor_proved(request):
            return self.get_response(request)
        sets_up = not factors.has_second_factor(request.user)
        if _name(request) in _reachable(sets_up=sets_up):
            return self.get_response(request)
        if _name(request) != LANDING:
            refusals.note_unproved(request, page=_name(request))
        if request.path.startswith(API):
            return problems.as_http(HTTPStatus.FORBIDDEN, NEEDED, kind="SecondFactorNeeded")
        return HttpResponseRedirect(reverse("sign_in:set-up")) if sets_up else factors.detour(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view wanted proof for waits until it is given."""
        if not isinstance(exception, factors.ProofNeeded):
            return None
        return factors.detour(request)


def _refuse(request: HttpRequest, bad: tokens.BadToken, address: str) -> HttpResponse:
    """The same answer to every token that opens nothing; of many in a minute, not each is on record."""
    limit = {"app": "allauth.account", "action": "token_refused", "limit_get": True}
    if address and not ratelimit.consume(request, **limit):
        refusals.note_limit(request, refusals.Limit.TOKENS, page=_name(request))
        return problems.as_http(HTTPStatus.TOO_MANY_REQUESTS, TOO_MANY)
    tokens.note_refusal(bad)
    answer = problems.as_http(HTTPStatus.UNAUTHORIZED, NO_SUCH)
    answer["WWW-Authenticate"] = 'Bearer realm="api", error="invalid_token"'
    return answer


def _reachable(*, sets_up: bool) -> frozenset[str]:
    demo = frozenset({"demo:sign-in"}) if settings.DEMO_SIGN_IN else frozenset()
    return ALWAYS | demo | (TO_SET_UP if sets_up else frozenset())


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
