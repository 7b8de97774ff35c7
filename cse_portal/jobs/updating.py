"""A page that loads itself anew, without scripts, while something is being made.

A browser that does so says nothing of it, so the address does: nobody is there only because a page asks for itself.
"""

import uuid
from functools import partial

from django.db import transaction
from django.http import HttpRequest, HttpResponse

REFRESH_SECONDS = 4
WORD, ON, OFF = "updates", "on", "off"
WATCHED = "watched"  # in the session: the job whose making its person was shown last


def is_wanted(request: HttpRequest) -> bool:
    """Unless its reader stopped it."""
    return request.GET.get(WORD) != OFF


def loads_itself(request: HttpRequest) -> bool:
    """Whether a page that was left open asks for itself anew."""
    return request.method == "GET" and request.GET.get(WORD) == ON


def repeats(request: HttpRequest, job: uuid.UUID) -> bool:
    """Whether a page asks for itself that its reader was shown before in this session, while the same was being made.

    That look is on record, and nobody looks again. Anyone who only says so is shown it for the first time, and on
    record.
    """
    known = request.session.get(WATCHED) == str(job)
    if not known:
        # Where the transaction is given up, so is what it says of this look: the page that is tried again is the first.
        transaction.on_commit(partial(request.session.__setitem__, WATCHED, str(job)))
    return known and loads_itself(request)


def poll_again(page: HttpResponse, request: HttpRequest) -> None:
    """In a few seconds, by the address that says so."""
    page["Refresh"] = f"{REFRESH_SECONDS}; url={request.path}?{WORD}={ON}"
