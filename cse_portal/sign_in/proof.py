"""Proof of identity again: before records are copied out, exclusions, disposal, tokens and changes to one's sign-in."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from cse_portal.sign_in import factors


class ProofNeeded(Exception):
    """The person's last proof is older than an hour; the middleware leads them to give it, and back."""


def require(request: HttpRequest) -> None:
    """Go on if the person proved who they are within the hour. Ask the gate first."""
    if not factors.proved_recently(request):
        raise ProofNeeded


def detour(request: HttpRequest, *, back: str = "") -> HttpResponseRedirect:
    """To the page where one proves it. It leads back here, or to the page that has the button."""
    there = back or request.get_full_path()
    return HttpResponseRedirect(f"{reverse('sign_in:prove')}?{urlencode({'next': there})}")
