"""Noting that somebody has a meeting's page open, and that its record has changed. Neither is a record itself."""

import time
import uuid
from contextlib import suppress

from django.core.cache import cache
from redis import RedisError

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from mase.models import MaseMeeting
from mase.selectors.presence import KEPT_SECONDS, changes_place, seen_at, seen_place


def note_here(*, meeting: MaseMeeting, part: str, by: User) -> None:
    """Somebody who takes part has the page open and writes in this part, or only reads. Onlookers are not shown."""
    if not gate.can(by, Permission.MEETING_CONTRIBUTE, meeting):
        return
    with suppress(RedisError):
        found = {**seen_at(meeting.pk), str(by.pk): (time.time(), part)}
        cache.set(seen_place(meeting.pk), found, timeout=KEPT_SECONDS)


def note_change(meeting: uuid.UUID) -> None:
    """Something of the meeting was written and committed: pages that show it ask for what is new."""
    place = changes_place(meeting)
    with suppress(RedisError):
        cache.add(place, 0, timeout=KEPT_SECONDS)
        cache.incr(place)
