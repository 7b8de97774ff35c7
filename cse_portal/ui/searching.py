"""Words somebody searches for: sent in a post, and in an address only as the portal alone reads them.

An address stays behind: in the browser's history, on a shared screen, in the log of whatever stands between. A search
for a child by name would leave the name in each of them. What is encrypted here is opened nowhere else, and nothing
that was encrypted elsewhere is opened here.
"""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from cse_portal.encryption import Unreadable, decrypt, encrypt

PURPOSE = "cse-portal words of a search"
MARK = "~"
WORDS = ("text", "q")  # how every box for words is called; a test holds each list's form to it
MOST_CHARACTERS = 500  # anyone who pastes more is told so by the list, which takes far less
MOST_BYTES = 8000  # no list of ours asks as much, and no browser need follow it
NOT_ASKED = ("csrfmiddlewaretoken", "to")


def concealed(words: str) -> str:
    """As they may stand in an address."""
    return MARK + encrypt(words[:MOST_CHARACTERS], PURPOSE)


def revealed(asked: str) -> str:
    """The words again; none where the address was changed or its key is gone. Plain words stay as they are."""
    if not asked.startswith(MARK):
        return asked
    try:
        return decrypt(asked.removeprefix(MARK), PURPOSE)
    except Unreadable:
        return ""


def search(request: HttpRequest) -> HttpResponse:
    """Go to the list that asked, `to`, with its filters in the address, unless too many; empty ones are left out."""
    to = request.POST.get("to", "")
    if not to.startswith("/") or not url_has_allowed_host_and_scheme(to, allowed_hosts=None):
        to = resolve_url("home")
    asked = QueryDict(mutable=True)
    for name in (name for name in request.POST if name not in NOT_ASKED):
        given = [each for each in request.POST.getlist(name) if each.strip()]
        asked.setlist(name, [concealed(each) for each in given] if name in WORDS else given)
    query = asked.urlencode()
    return redirect(f"{to}?{query}" if query and len(query) <= MOST_BYTES else to)
