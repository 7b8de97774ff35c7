"""Sign-in by a button, for the demo board only; production settings refuse to start with it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cse_portal.demo.people import CAST
from cse_portal.demo.sign_in import sign_in_as


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The cast, a sentence each on what they may see, and a button to become one of them."""
    if request.method == "POST":
        sign_in_as(request, request.POST.get("person", ""))
        return redirect("home")
    return render(request, "demo/sign_in.html", {"cast": CAST})
