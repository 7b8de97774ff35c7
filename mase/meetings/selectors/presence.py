"""Who has a meeting's page open just now, in which part they write, and how often its record has changed.

It is in the cache for seconds and is no record: where the cache is away, the page is simply not live. Two people
who come in the same millisecond may hide one another until they are heard of again, a few seconds later.
"""

import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from redis import RedisError

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import counted
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.record import sees_professionals_part

GONE_AFTER_SECONDS = 15
KEPT_SECONDS = 12 * 60 * 60

# By the key of a person: when they were last heard of, who they are in words, and the part they write in.
Seen = dict[str, tuple[float, str, str]]


@dataclass(frozen=True)
class Heard:
    """How often a meeting was written to, 0 where nobody knows, and everybody heard of in the last seconds."""

    changes: int = 0
    seen: Seen = field(default_factory=dict)


def part_id(kind: str, pk: uuid.UUID) -> str:
    """The name of a part within its page."""
    return f"{kind}-{pk.hex[-12:]}"


def live(user: User, meeting: Meeting, heard: Heard, *, room: bool = False) -> dict[str, Any]:
    """What a page of a reader who was shown the meeting asks every few seconds. Nothing of what was written is in it.

    `changes` is another number once something of the meeting was written; `sight` changes where the page may now show
    more or less than it did. Nothing points to a part they may not read now.
    """
    restricted = sees_professionals_part(user, meeting, room=room)
    here = _colleagues(user, meeting, heard.seen, restricted=restricted)
    return {
        "changes": heard.changes,
        "state": meeting.state,
        "family": meeting.family_in_room,
        "here": [who for who, _ in here],
        "others": f"{counted(len(here), 'colleague') if here else 'Nobody else is'} on this page",
        "writing": [{"who": who, "part": part} for who, part in here if part],
        "stage": meeting.stage if meeting.is_running else "",
        "sight": "all" if restricted else "open",
    }


def heard_of(meeting: uuid.UUID) -> Heard:
    """What the cache knows of a meeting, in one question."""
    with suppress(RedisError):
        found = cache.get_many([changes_place(meeting), seen_place(meeting)])
        since, seen = time.time() - GONE_AFTER_SECONDS, found.get(seen_place(meeting), {})
        here = {person: each for person, each in seen.items() if each[0] >= since}
        return Heard(int(found.get(changes_place(meeting), 0)), here)
    return Heard()


def changes_place(meeting: uuid.UUID) -> str:
    """Where the number of changes stands."""
    return f"meeting:{meeting}:changes"


def seen_place(meeting: uuid.UUID) -> str:
    """Where it stands who was seen."""
    return f"meeting:{meeting}:seen"


def _colleagues(user: User, meeting: Meeting, seen: Seen, *, restricted: bool) -> list[tuple[str, str]]:
    """Everybody else who has the page open, by name, and the part they write in, as the page calls it, or nothing.

    That somebody writes in a part the reader may not read is nothing they are told.
    """
    others = [(who, part) for person, (_, who, part) in seen.items() if person != str(user.pk)]
    if any(part for _, part in others) and not restricted:
        items = meeting.agenda.filter(restricted=False).values_list("pk", flat=True)
        notes = {part_id("notes", pk) for pk in items}
        apart = ("notes-", "apart-", "step-down-apart-")
        others = [(who, "" if part.startswith(apart) and part not in notes else part) for who, part in others]
    return sorted(others)
