"""Proving it is you again, before what cannot be taken back: sharing, restricting, changing how one signs in."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from cse_portal.sign_in import factors


class ProofNeeded(Exception):
    """The person's last proof is older than five minutes; the middleware leads them to give it, and back."""


def require(request: HttpRequest) -> None:
    """Go on only for somebody who proved who they are within five minutes; asked after the gate, it tells nothing."""
    if not factors.proved_recently(request):
        raise ProofNeeded


def detour(request: HttpRequest, *, back: str = "") -> HttpResponseRedirect:
    """To the page where one proves it, which leads back here, or to the page that has the button once more."""
    there = back or request.get_full_path()
    return HttpResponseRedirect(f"{reverse('sign_in:prove')}?{urlencode({'next': there})}")
