"""How you sign in: password, second factors, recovery codes, and where you are signed in."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cse_portal.errors import NotVisible
from cse_portal.jobs import services
from cse_portal.jobs.selectors import notice_ways
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.sign_in import factors, selectors, sessions
from cse_portal.sign_in.forms import NoticesForm


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
