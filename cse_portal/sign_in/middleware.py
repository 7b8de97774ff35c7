"""Nobody signed in gets further than their second factor; and a session ends by itself."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from cse_portal.api import problems
from cse_portal.sign_in import factors, proof, sessions
from cse_portal.ui import keeping

API = "/api/"
BY_AGENCY = frozenset({"sign_in:agency-start", "sign_in:agency-back"})
ALWAYS = frozenset({"livez", "readyz", "account_logout", "sign_in:prove"}) | BY_AGENCY
TO_SET_UP = frozenset({"sign_in:set-up", "mfa_activate_totp", "mfa_add_webauthn"})
NEEDED = "Show your second factor on the portal's own pages first. Nothing was changed."


class SessionTimesMiddleware:
    """A session that has lasted too long, or lain idle, is over before anything is done in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            sessions.end_if_over(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Fails closed: without a proved second factor a signed-in person reaches the pages named here and no others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated or factors.second_factor_proved(request):
            return self.get_response(request)
        sets_up = not factors.has_second_factor(request.user)
        if _name(request) in _reachable(sets_up=sets_up):
            return self.get_response(request)
        if request.path.startswith(API):
            return problems.as_http(problems.problem(HTTPStatus.FORBIDDEN, NEEDED, kind="SecondFactorNeeded"))
        keeping.keep(request, "Show your second factor: what you typed is kept for an hour.")
        return HttpResponseRedirect(reverse("sign_in:set-up")) if sets_up else proof.detour(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view wanted proof for waits until it is given."""
        if not isinstance(exception, proof.ProofNeeded):
            return None
        keeping.keep(request, "Prove it is you: what you typed is kept for an hour.")
        return proof.detour(request)


def _reachable(*, sets_up: bool) -> frozenset[str]:
    demo = frozenset({"demo:sign-in"}) if settings.DEMO_SIGN_IN else frozenset()
    return ALWAYS | demo | (TO_SET_UP if sets_up else frozenset())


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
