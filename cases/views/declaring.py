"""Whoever works with children says first where they live and whom they are close to; before, no page tells of a child.

What a colleague's own family is known for is found by what they declare alone: whoever never answers would be compared
with nobody. So the answer comes before the first record, not beside it.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from cases.selectors.exclusions import has_answered
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api import problems
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui import keeping

API = "/api/"
ANSWERED = (
    "declared"  # in the session: whose answer was found, so that it is asked for once and not at every page
)
# How one signs in and who one is, and the declaration itself. Of any child they tell nothing. Whatever nobody need sign
# in for is open too; every other address is shut, a new one as well.
OPEN = frozenset({"cases:conflicts", "cases:conflict-add", "cases:conflict-withdraw"})
OPEN_PARTS = ("account_", "mfa_", "sign_in:")
NEEDED = (
    "Say on the portal's own pages first where you live and whom you are close to, or that there is nobody. "
    "Nothing was changed."
)
KEPT = "Say first whom you are close to: what you typed is kept for an hour."


class AnswerFirstMiddleware:
    """Fails closed: who has not answered yet reaches what is named here, and for the rest is led to the question."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: SignedInRequest, view: object, args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lead whoever has still to answer to the question, and from there to where they were going."""
        if not request.user.is_authenticated or _is_open(request, view) or not must_answer(request):
            return None
        if request.path.startswith(API):
            return problems.as_http(problems.problem(HTTPStatus.FORBIDDEN, NEEDED, kind="DeclarationNeeded"))
        keeping.keep(request, KEPT)
        return redirect(with_next(reverse("cases:conflict-add"), request.get_full_path()))


def must_answer(request: SignedInRequest) -> bool:
    """Whether this person's role lets them read about children and they have not answered; one question a session."""
    key = str(request.user.pk)
    if request.session.get(ANSWERED) == key or not gate.can(request.user, Permission.CONFLICT_DECLARE):
        return False
    if has_answered(request.user):
        request.session[ANSWERED] = key
        return False
    return True


def ask_again(request: SignedInRequest) -> None:
    """Somebody took a declaration back: what their session remembers of it may not hold any more."""
    request.session.pop(ANSWERED, None)


def going_to(request: HttpRequest) -> str:
    """Where they were going when they were asked, if that is a page of ours; else nothing."""
    wanted = request.GET.get("next", "")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else ""


def with_next(address: str, going: str) -> str:
    """This address of the declaration, which leads on to where somebody was going, if anywhere."""
    return f"{address}?{urlencode({'next': going})}" if going else address


def _is_open(request: HttpRequest, view: object) -> bool:
    if request.path.startswith(API):
        return False  # its views say themselves that nobody need sign in, and ask for it later
    match = request.resolver_match
    name = match.view_name if match else ""
    return name in OPEN or name.startswith(OPEN_PARTS) or not getattr(view, "login_required", True)
