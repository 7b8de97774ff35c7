"""Sessions: how long they last, where they are, and how they end."""

import datetime as dt
import hashlib
import time
from contextlib import suppress
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from redis import RedisError

from cse_portal import acting
from cse_portal.accounts import services
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from cse_portal.jobs.updating import loads_itself
from cse_portal.reference.selectors import retention_days
from cse_portal.sign_in import factors

IDLE_SECONDS: int = settings.SESSION_IDLE_SECONDS
LONGEST_SECONDS = 10 * 60 * 60
# The cache knows when the last page was, to the second; the database is told once a minute. Where the cache forgets,
# a session may end up to a minute early, and never late.
NOTED_EVERY_SECONDS = 60
MOST_AT_ONCE = 5
TOLD = "You signed in a sixth time: your oldest session ended. If that was not you, tell your agency's lead at once."
BY_ITSELF = "Portal-By-Itself"
SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"


def begin(request: HttpRequest, user: User) -> None:
    """Both clocks of a session start when its person signs in, and it takes its place among their others."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()
    make_room(request, user)


def end_if_over(request: HttpRequest) -> None:
    """End a session that is idle or old, that nobody timed or no person has; else note that its person is here."""
    now, user = time.time(), request.user
    if (isinstance(user, User) and user.is_system) or _is_over(request, now):
        _expire(request)
    elif not is_background_request(request) and now - request.session[SEEN_AT] >= NOTED_EVERY_SECONDS:
        request.session[SEEN_AT] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now()
        )


def _is_over(request: HttpRequest, now: float) -> bool:
    began, noted = request.session.get(SIGNED_IN_AT), request.session.get(SEEN_AT)
    if began is None or noted is None:
        return True
    return now - began >= LONGEST_SECONDS or now - _seen(request, noted, now) >= IDLE_SECONDS


def seconds_left(request: HttpRequest) -> tuple[int, bool]:
    """Until this session ends, and whether it then ends for good because it is ten hours old."""
    now, noted = time.time(), request.session[SEEN_AT]
    with suppress(RedisError):
        noted = max(noted, cache.get(_place(request)) or noted)
    idle, longest = noted + IDLE_SECONDS - now, request.session[SIGNED_IN_AT] + LONGEST_SECONDS - now
    return int(min(idle, longest)), longest <= idle


def is_background_request(request: HttpRequest) -> bool:
    """Whether a page asks while nobody does anything: that keeps no session alive. A false claim only ends one."""
    return BY_ITSELF in request.headers or loads_itself(request)


def _seen(request: HttpRequest, noted: float, now: float) -> float:
    """When the last page of this session was, before the one that is asked for now.

    A page that comes too late is none: whatever else is asked in the same moment finds the session as idle.
    """
    place, seen = _place(request), noted
    with suppress(RedisError):  # the pages work without the cache
        last: float | None = cache.get(place)
        seen = max(noted, last or noted)
        if now - seen < IDLE_SECONDS and not is_background_request(request):
            cache.set(place, now, timeout=2 * IDLE_SECONDS)
    return seen


def _place(request: HttpRequest) -> str:
    return f"seen:{hashlib.sha256(str(request.session.session_key).encode()).hexdigest()}"


@transaction.atomic
def make_room(request: HttpRequest, user: User) -> None:
    """This session is one of five: the oldest makes room for it. Asked when it begins, and when more is proved in it.

    One without its second factor is given room among its like alone: somebody who has a person's work password ends
    none of theirs. Forgotten sessions go without a word; anyone who ends one that was in use is told.
    """
    User.objects.select_for_update().get(pk=user.pk)
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    rows = [row for row in others.order_by("created_at") if not row.purge()]
    idle_since = timezone.now() - dt.timedelta(seconds=IDLE_SECONDS + NOTED_EVERY_SECONDS)
    in_use = [row for row in rows if row.last_seen_at > idle_since]
    proved = _proved(request.session, user)
    alike = [row for row in in_use if _proved(SessionStore(row.session_key), user) == proved]
    surplus = alike[: max(0, len(alike) - MOST_AT_ONCE + 1)]
    for row in [row for row in rows if row not in in_use] + surplus:
        row.end()
    if surplus:
        record(Action.SESSION_ENDED, by=user, obj=user, detail={"too_many": True})
        tell_owner(user, TOLD)


def tell_owner(user: User, text: str) -> None:
    """The owner hears of it, by a mail that there is something to read; told by themselves, who are just signing in."""
    with acting.acting(acting.Actor(str(user.pk))):
        notify(user=user, text=text, url=reverse("sign_in:account"), urgent=True)


def _proved(session: SessionBase, user: User) -> bool:
    """Whether this person has shown their second factor in that session, which may be another than this one."""
    asks = HttpRequest()
    asks.session, asks.user = session, user
    return factors.second_factor_proved(asks)


@transaction.atomic
def _expire(request: HttpRequest) -> None:
    user: User = request.user  # type: ignore[assignment]
    record(Action.SESSION_EXPIRED, by=user, obj=user)
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.flush()
    request.user = AnonymousUser()


@transaction.atomic
def end_others(request: HttpRequest) -> None:
    """Every session of this person is over at once, but the one they are in."""
    user: User = request.user  # type: ignore[assignment]
    services.end_sessions(user=user)
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
    record(Action.SESSIONS_ENDED, by=user, obj=user, detail={"but_this": True})


@transaction.atomic
def renew(request: HttpRequest) -> None:
    """The session goes on under another key: the person who copied the one before the proof holds nothing."""
    make_room(request, request.user)  # type: ignore[arg-type]
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.cycle_key()
    UserSession.objects.create_from_request(request)


@transaction.atomic
def end_one(*, key: int, by: User) -> bool:
    """End one of the person's own sessions; whether there was one."""
    session = UserSession.objects.filter(user=by, pk=key).first()
    if session is None:
        return False
    session.end()
    record(Action.SESSION_ENDED, by=by, obj=by)
    return True


@transaction.atomic
def forget_old() -> int:
    """Every night: sessions that ran out. Returns how many."""
    past = timezone.now() - dt.timedelta(days=retention_days("session"))
    old = Session.objects.filter(expire_date__lt=past)
    UserSession.objects.filter(session_key__in=old.values("session_key")).delete()
    return old.delete()[0]


class MessagesForReaders(SessionStorage):
    """What an open page fetches by itself shows no message, and takes none from the page that its reader loads next."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return ([], True) if is_background_request(self.request) else super()._get(*args, **kwargs)  # type: ignore[misc]

    def update(self, response: HttpResponseBase) -> list[Message] | None:
        """Write down what is left to show."""
        return None if is_background_request(self.request) else super().update(response)
