"""How you sign in: password, second factors, recovery codes, and where you are signed in."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView
from allauth.decorators import rate_limit
from allauth.socialaccount import adapter
from allauth.socialaccount.providers.openid_connect.views import callback
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from cse_portal.errors import NotVisible
from cse_portal.jobs import services
from cse_portal.jobs.selectors import notice_ways
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.sign_in import changes, factors, selectors, sessions
from cse_portal.sign_in.forms import NoticesForm, WorkPhoneForm
from cse_portal.sign_in.single_sign_on import CONNECT, SIGN_IN, Refusal, providers, refused


@require_GET
def account(request: SignedInRequest) -> HttpResponse:
    """Everything about signing in on one page."""
    context = {
        "factors": selectors.own_factors(request.user),
        "codes_left": selectors.recovery_codes_left(request.user),
        "places": selectors.own_sessions(request),
        "work_account": selectors.work_account(request.user),
        "has_password": request.user.has_usable_password(),
        "may_connect": bool(selectors.agency_to_connect(request.user)),
    }
    return render(request, "sign_in/account.html", context)


@either
def session(request: SignedInRequest) -> JsonResponse:
    """How long this session lasts. A page asks by itself; a person who answers stays signed in."""
    seconds, last = sessions.seconds_left(request)
    return JsonResponse({"seconds": seconds, "last": last})


@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one session of one's own; somebody else's is not there. Not by anyone who finds a screen unlocked."""
    if not factors.proved_recently(request):
        return factors.detour(request, back=reverse("sign_in:account"))
    if not sessions.end_one(key=pk, by=request.user):
        raise NotVisible
    messages.success(request, "That session is ended.")
    return redirect("sign_in:account")


@require_POST
def end_other_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    if not factors.proved_recently(request):
        return factors.detour(request, back=reverse("sign_in:account"))
    sessions.end_others(request)
    messages.success(request, "You are signed out everywhere but here.")
    return redirect("sign_in:account")


class SignIn(LoginView):
    """With address and password, or with the account of an agency that signs in its own people."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The agencies to choose from."""
        return {**super().get_context_data(**kwargs), "agencies": selectors.agencies_to_sign_in_by()}


@either
def notices(request: SignedInRequest) -> HttpResponse:
    """One's own choice, and nobody else's."""
    form = NoticesForm(request.POST or None, initial=notice_ways(request.user))
    if request.method == "POST" and form.is_valid():
        services.choose_notices(ways=form.ways, by=request.user)
        messages.success(request, "Your choice of mails is kept.")
        return redirect("sign_in:notices")
    return render(request, "sign_in/notices.html", {"form": form})


@either
def phone(request: SignedInRequest) -> HttpResponse:
    """One's own work number."""
    form = WorkPhoneForm(request.POST or None, initial={"phone": request.user.phone})
    if request.method == "POST" and form.is_valid():
        changes.change_phone(phone=form.cleaned_data["phone"], by=request.user)
        messages.success(request, "Your work phone number is saved.")
        return redirect("sign_in:account")
    return render(request, "sign_in/phone.html", {"form": form})


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
