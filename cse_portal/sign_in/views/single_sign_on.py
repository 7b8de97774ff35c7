"""Signing in with an agency's own account, proving with it that it is you, connecting and disconnecting it."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest
from cse_portal.settings.identity_providers import IdentityProvider
from cse_portal.sign_in import changes, factors, proof, selectors, sessions
from cse_portal.sign_in.single_sign_on import accounts, exchange
from cse_portal.sign_in.single_sign_on.exchange import Asked
from cse_portal.sign_in.single_sign_on.refusals import Kind, Refused
from cse_portal.sign_in.single_sign_on.tokens import Proved

SIGN_IN, PROVE, CONNECT = "sign_in", "prove", "connect"
CLOCKS_DIFFER_BY = 30
limited = rate_limit(action="login", limit_get=True)


@login_not_required
@require_POST
@limited
@transaction.non_atomic_requests
def start(request: HttpRequest, agency: str) -> HttpResponse:
    """To the agency's sign-in: for whoever is signed in, to prove that it is them."""
    is_in = request.user.is_authenticated
    purpose, wanted = (PROVE if is_in else SIGN_IN), request.POST.get("next", "")
    onward = wanted if wanted and get_adapter(request).is_safe_url(wanted) else "/"
    return leave(request, agency, purpose=purpose, anew=is_in, next=onward)


@login_not_required
@require_GET
@limited
@transaction.non_atomic_requests
def back(request: HttpRequest, agency: str) -> HttpResponse:
    """Where the agency sends the browser back to."""
    provider = _provider(agency)
    return _unless_refused(request, provider, lambda: exchange.finish(request, provider))


@require_POST
@transaction.non_atomic_requests
def connect(request: SignedInRequest) -> HttpResponse:
    """To the agency, which asks who it is: that account will open this one."""
    proof.require(request)
    agency = selectors.agency_to_connect(request.user)
    if not agency:
        raise NotVisible
    return leave(request, agency, purpose=CONNECT, anew=True)


@require_http_methods(["GET", "POST"])
def disconnect(request: SignedInRequest) -> HttpResponse:
    """The work account opens nothing here any more, unless it is the only way in."""
    proof.require(request)
    account = selectors.work_account(request.user)
    if account is None:
        raise NotVisible
    if not account.may_disconnect:
        messages.error(
            request, "This is your only way in. Choose a password and set up a second factor first."
        )
        return redirect("sign_in:account")
    if request.method == "POST":
        changes.disconnect_account(request)
        messages.success(request, "It is disconnected. Your other sessions are ended.")
        return redirect("sign_in:account")
    return render(request, "sign_in/disconnect.html", {"account": account})


def leave(request: HttpRequest, agency: str, *, purpose: str, anew: bool, **detail: str) -> HttpResponse:
    """The way to an agency's provider, or the page of refusal."""
    provider = _provider(agency)
    return _unless_refused(
        request, provider, lambda: exchange.begin(request, provider, purpose=purpose, anew=anew, **detail)
    )


@exchange.on_return(SIGN_IN)
def signed_in(request: HttpRequest, asked: Asked, proved: Proved) -> HttpResponse:
    """The person whose account it is, is in; a second factor that the agency did not show is asked for next."""
    person = accounts.person_of(proved)
    accounts.sign_in(request, person, proved, at=proved.authenticated_at)
    return HttpResponseRedirect(asked.detail["next"])


@exchange.on_return(PROVE)
def proved_again(request: HttpRequest, asked: Asked, proved: Proved) -> HttpResponse:
    """It is them, if the agency asked them since they left and it is the account they are signed in to."""
    user = accounts.person_of(proved)
    if user != request.user:
        raise Refused(Kind.SESSION)
    if proved.authenticated_at < asked.at - CLOCKS_DIFFER_BY:
        raise Refused(Kind.NOT_FRESH)
    if not proved.second_factor and not selectors.one_factor_proves(request):
        raise Refused(Kind.SECOND_FACTOR)
    with transaction.atomic():
        accounts.note(request, user, proved, at=proved.authenticated_at)
        sessions.renew(request)
        record(Action.PROVED_AGAIN, by=user, obj=user, detail={"kind": factors.AGENCY})
    return HttpResponseRedirect(asked.detail["next"])


@exchange.on_return(CONNECT)
def connected(request: HttpRequest, asked: Asked, proved: Proved) -> HttpResponse:
    """Theirs from now on; both factors and the hour are asked of the session once more."""
    if not (factors.second_factor_proved(request) and factors.proved_recently(request)):
        raise Refused(Kind.PROOF)
    changes.connect_account(request, proved)
    messages.success(request, "Your work account is connected. Your other sessions are ended.")
    return redirect("sign_in:account")


def _provider(agency: str) -> IdentityProvider:
    provider = exchange.provider_of(agency)
    if provider is None:
        raise NotVisible
    return provider


def _unless_refused(
    request: HttpRequest, provider: IdentityProvider, act: Callable[[], HttpResponse]
) -> HttpResponse:
    """The same page whatever was wrong; which it was, the audit knows, and not whose account it was."""
    try:
        return act()
    except Refused as refusal:
        user = request.user if isinstance(request.user, User) else None
        with transaction.atomic():
            detail = {"kind": refusal.kind.value, "agency": provider.agency}
            record(Action.WORK_ACCOUNT_REFUSED, by=user, detail=detail)
        return render(request, "sign_in/not_signed_in.html", status=403)
