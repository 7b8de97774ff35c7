"""What is refused besides what the gate refuses: too much, before the second factor, or by somebody's forgery.

Each is an event of its own in a transaction of its own, for what was refused may have been rolled back.
"""

from contextlib import suppress
from enum import StrEnum

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from redis import RedisError

from cse_portal.access import request_origin
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record

MARK = "refused_besides"
TOO_MANY = 429
NOTED_SECONDS = 60
UNPROVED = "asked_before_second_factor"


class Limit(StrEnum):
    """Which one, as the audit keeps it."""

    PAGES = "pages"
    TRIES = "tries"
    TOKENS = "tokens"
    CALLS = "calls"
    CHILDREN = "children"


def stopped_at(request: HttpRequest, limit: Limit) -> None:
    """To be written down once this request is answered and whatever it did is undone."""
    setattr(request, MARK, (limit, None))


def forged(request: HttpRequest) -> None:
    """The same of a form, or a call, that shows no token of ours beside a session of ours."""
    setattr(request, MARK, (Action.FORM_FORGED, _user(request)))  # the API lets go of who it was


def record_refusal(request: HttpRequest, response: HttpResponse) -> None:
    """What was refused in this request, outside of its transaction; nothing of what was asked or sent."""
    is_unmarked = (Limit.PAGES, None) if response.status_code == TOO_MANY else (None, None)
    what, user = getattr(request, MARK, is_unmarked)
    if isinstance(what, Limit):
        note_limit(request, what)
    elif what is not None and user is not None:
        _note(what, request, user, method=str(request.method))


def note_limit(request: HttpRequest, limit: Limit, *, page: str = "") -> None:
    """Once a minute for a person, or for a network of nobody known: anyone who knocks on is refused, and not noted."""
    user = _user(request)
    place = f"limit-noted:{limit}:{user.pk if user else request_origin.network_of(request_origin.address(request))}"
    with suppress(RedisError):  # without it each is noted
        if not cache.add(place, 1, timeout=NOTED_SECONDS):
            return
    _note(Action.LIMIT_REACHED, request, user, page, limit=limit.value)


def note_unproved(request: HttpRequest, *, page: str) -> None:
    """Once a session: somebody who has shown one factor asks for what needs two."""
    if not request.session.get(UNPROVED):
        _note(Action.FACTOR_MISSING, request, _user(request), page, method=str(request.method))
        request.session[UNPROVED] = True


def _note(action: Action, request: HttpRequest, by: User | None, page: str = "", **detail: str) -> None:
    """The page is known here once its view has been found; anyone who answers before that says which it is."""
    found = request.resolver_match.view_name if request.resolver_match else page
    with transaction.atomic():
        record(action, by=by, detail={"page": found, **detail})


def _user(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
