"""Sessions: how long they last, where they are, and how they end."""

import time

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from cse_portal.accounts import services
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record

IDLE_SECONDS = 20 * 60
LONGEST_SECONDS = 10 * 60 * 60
# Pages within a minute of one another are noted once: it may end a session up to a minute early, never late.
NOTED_EVERY_SECONDS = 60
SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"


def begin(request: HttpRequest) -> None:
    """Both clocks of a session start when its person signs in."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()


def end_if_over(request: HttpRequest) -> None:
    """End a session that is idle or old, or that nobody timed; else note that its person is here."""
    now = time.time()
    began, seen = request.session.get(SIGNED_IN_AT), request.session.get(SEEN_AT)
    if began is None or seen is None or now - began >= LONGEST_SECONDS or now - seen >= IDLE_SECONDS:
        _expire(request)
    elif now - seen >= NOTED_EVERY_SECONDS:
        request.session[SEEN_AT] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now()
        )


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
    """The session goes on under another key: whoever copied the one before the proof holds nothing."""
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
