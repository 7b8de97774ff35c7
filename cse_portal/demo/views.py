"""Sign-in by a button, for the demo board only; production settings refuse to start with it."""

from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cse_portal.accounts.models import User
from cse_portal.demo.people import CAST
from cse_portal.errors import NotVisible
from cse_portal.sign_in import factors, sessions

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The cast, a sentence each on what they may see, and a button to become one of them."""
    if request.method == "POST":
        become(request, request.POST.get("person", ""))
        return redirect("home")
    return render(request, "demo/sign_in.html", {"cast": CAST})


def become(request: HttpRequest, key: str) -> None:
    """Sign in as a member of the cast; anyone else is not found. The leaver signs in and finds nothing."""
    emails = {member.key: member.email for member in CAST}
    person = User.objects.active().filter(email=emails.get(key, "")).first()
    if person is None:
        raise NotVisible
    login(request, person, backend=BACKEND)
    # The button stands for both factors, and the session says that it was the button.
    clear_authentication_records(request)
    record_authentication(request, person, factors.DEMO)
    sessions.make_room(request, person)
    UserSession.objects.create_from_request(request)
