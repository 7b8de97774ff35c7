"""How many different children a day the API shows to somebody who signed in with a browser.

Six hundred calls an hour, each with a page of named rows, would copy a board in an afternoon, and anyone who takes
copies of people's records gives a reason and asks a second person. So there is a hard stop, as there is for copies. An
agency's own system, with its token, is not stopped: it sees no case, and sends as many concerns as it has.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from cse_portal.access import refusals
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record, shown_so_far
from cse_portal.sign_in.models import ApiToken

KEPT_SECONDS = 25 * 60 * 60
STOPPED = (
    "You have read of as many children through the API as one person may in a day. The pages of the portal still show"
    " you your cases. For a copy of many records, ask for one under Copies of records."
)


class ChildrenADay(BaseThrottle):
    """Lets a call in while its person has read of fewer children today than `API_DAILY_CHILDREN`.

    What the call shows is counted once its transaction is over, so the call that reaches the limit is the last one:
    it is shown whole, and the calls beside it at that very moment. Without Redis no call is answered.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """True, or Throttled with words and the seconds until midnight."""
        user = request.user
        if not isinstance(user, User) or isinstance(request.auth, ApiToken):
            return True
        if read_today(user) >= settings.API_DAILY_CHILDREN:
            refusals.stopped_at(request._request, refusals.Limit.CHILDREN)
            raise Throttled(wait=seconds_left(), detail=STOPPED)
        transaction.on_commit(lambda: count(user, shown_so_far()))
        return True


def read_today(user: User) -> int:
    """Of how many different children this person has read through the API today."""
    return int(cache.get(_place(user), 0))


def count(user: User, cases: Iterable[uuid.UUID]) -> None:
    """Add those not met before today; anyone who reaches the limit by them is on record, once, for the privacy
    officer.
    """
    place = _place(user)
    cache.add(place, 0, timeout=KEPT_SECONDS)
    new = sum(cache.add(f"{place}:{case}", 1, timeout=KEPT_SECONDS) for case in cases)
    if not new:
        return
    now = cache.incr(place, new)
    if now - new < settings.API_DAILY_CHILDREN <= now:
        with transaction.atomic():
            record(Action.CHILDREN_CEILING, by=user, detail={"children": now})


def seconds_left() -> int:
    """Until midnight, when the day's count begins again."""
    now = timezone.localtime()
    midnight = timezone.make_aware(dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time()))
    return max(1, int((midnight - now).total_seconds()))


def _place(user: User) -> str:
    return f"children-read:{timezone.localdate():%Y%m%d}:{user.pk}"
