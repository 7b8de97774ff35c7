"""Who has a meeting's page open just now, in which part they write, and how often its record has changed.

It is in the cache for seconds and is no record: where the cache is away, the page is simply not live. Two people
who come in the same millisecond may hide one another until they are heard of again, a few seconds later.
"""

import time
import uuid
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache
from redis import RedisError

from cse_portal.accounts.models import Membership, User
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.record import sees_professionals_part

GONE_AFTER_SECONDS = 15
KEPT_SECONDS = 12 * 60 * 60

# By the key of a person: when they were last heard of, and the part they write in.
Seen = dict[str, tuple[float, str]]


@dataclass(frozen=True)
class Here:
    """A colleague with the page open; `part` is the one they write in, as the page calls it, or nothing."""

    who: str
    part: str


@dataclass(frozen=True)
class Live:
    """What a page asks every few seconds: `changes` is another number once something of the meeting was written.

    `restricted` changes where the page may now show more or less than it did.
    """

    changes: int
    state: str
    family_in_room: bool
    here: list[Here]
    stage: str
    restricted: bool


def part_id(kind: str, pk: uuid.UUID) -> str:
    """The name of a part within its page."""
    return f"{kind}-{pk.hex[-12:]}"


def live(user: User, meeting: Meeting, *, room: bool = False) -> Live:
    """For a reader who was shown the meeting: nothing in it points to a part they may not read now."""
    restricted = sees_professionals_part(user, meeting, room=room)
    return Live(
        changes=changes_of(meeting.pk),
        state=meeting.state,
        family_in_room=meeting.family_in_room,
        here=_colleagues(user, meeting, restricted=restricted),
        stage=meeting.stage if meeting.is_running else "",
        restricted=restricted,
    )


def changes_of(meeting: uuid.UUID) -> int:
    """How often it was written to; 0 where nobody knows."""
    with suppress(RedisError):
        return int(cache.get(changes_place(meeting)) or 0)
    return 0


def seen_at(meeting: uuid.UUID) -> Seen:
    """Everybody heard of in the last seconds."""
    with suppress(RedisError):
        found: Seen = cache.get(seen_place(meeting)) or {}
        since = time.time() - GONE_AFTER_SECONDS
        return {person: (at, part) for person, (at, part) in found.items() if at >= since}
    return {}


def changes_place(meeting: uuid.UUID) -> str:
    """Where the number of changes stands."""
    return f"meeting:{meeting}:changes"


def seen_place(meeting: uuid.UUID) -> str:
    """Where it stands who was seen."""
    return f"meeting:{meeting}:seen"


def _colleagues(user: User, meeting: Meeting, *, restricted: bool) -> list[Here]:
    """Everybody else who has the page open, by name."""
    parts = {uuid.UUID(person): part for person, (_, part) in seen_at(meeting.pk).items()}
    parts.pop(user.pk, None)
    if not parts:
        return []
    shown = {} if restricted else _without_restricted(meeting, parts)
    rows = Membership.objects.current().filter(user__in=parts).select_related("user", "agency")
    names = {row.user_id: f"{row.user.full_name} ({row.agency.short_name})" for row in rows}
    told = [Here(name, parts[pk] if restricted else shown[pk]) for pk, name in names.items()]
    return sorted(told, key=lambda each: each.who)


def _without_restricted(meeting: Meeting, parts: dict[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    """That somebody writes in a part the reader may not read is nothing they are told."""
    items = meeting.agenda.filter(restricted=False).values_list("pk", flat=True)
    notes = {part_id("notes", pk) for pk in items}
    kept = {
        part: part
        for part in parts.values()
        if not part.startswith(("notes-", "apart-", "step-down-apart-")) or part in notes
    }
    return {pk: kept.get(part, "") for pk, part in parts.items()}
