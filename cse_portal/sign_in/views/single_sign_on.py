"""Signing in with an agency's own account, connecting it and disconnecting it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.decorators import rate_limit
from allauth.socialaccount import adapter
from allauth.socialaccount.providers.openid_connect.views import callback
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.sign_in import changes, factors, selectors
from cse_portal.sign_in.single_sign_on import CONNECT, SIGN_IN, Refusal, providers, refused

# The provider asks its person again, also where they are signed in there.
AGAIN = {"prompt": "login", "max_age": "0"}
# The provider is not reached, or its answer lacks what it must hold.
NO_ANSWER = (RequestException, KeyError, ValueError, ImproperlyConfigured)
limited = rate_limit(action="login", limit_get=True)


@login_not_required
@require_POST
@limited
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the agency's sign-in. A person who is signed in proves there that it is them."""
    wanted = request.POST.get("next", "")
    onward = wanted if wanted and get_adapter(request).is_safe_url(wanted) else "/"
    said = {"auth_params": AGAIN} if request.user.is_authenticated else {}
    return _leave(request, provider_id, SIGN_IN, onward, **said)


@login_not_required
@require_GET
@limited
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the agency sends the browser back to: allauth asks it who that is."""
    _known(provider_id)
    try:
        answer: HttpResponse = callback(request, provider_id)
    except NO_ANSWER:
        return refused(request, provider_id, Refusal.PROVIDER).response
    return answer


@require_POST
def connect(request: SignedInRequest) -> HttpResponse:
    """To the agency, which asks who it is: that account will open this one."""
    factors.require_proof(request)
    agency = selectors.agency_to_connect(request.user)
    return _leave(request, agency, CONNECT, reverse("sign_in:account"), auth_params=AGAIN)


@either
def disconnect(request: SignedInRequest) -> HttpResponse:
    """The work account opens nothing here any more; password and second factor remain."""
    factors.require_proof(request)
    account = selectors.work_account(request.user)
    if account is None:
        raise NotVisible
    if request.method == "POST":
        changes.disconnect_account(request)
        messages.success(request, "It is disconnected. Your other sessions are ended.")
        return redirect("sign_in:account")
    return render(request, "sign_in/disconnect.html", {"account": account})


def _known(agency: str) -> None:
    if agency not in providers():
        raise NotVisible


def _leave(request: HttpRequest, agency: str, process: str, onward: str, **said: Any) -> HttpResponse:
    _known(agency)
    provider = adapter.get_adapter(request).get_provider(request, agency)
    try:
        answer: HttpResponse = provider.redirect(request, process, next_url=onward, **said)
    except NO_ANSWER:
        return refused(request, agency, Refusal.PROVIDER).response
    return answer
