"""Noting who read a meeting or a list of meetings, who has its page open, and that its record has changed."""

import time
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.core.cache import cache
from django.db.models import Model
from redis import RedisError

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.presence import (
    GONE_AFTER_SECONDS,
    KEPT_SECONDS,
    Heard,
    changes_place,
    seen_place,
)


def record_view(
    *, meeting: Meeting, by: User, page: str = "meeting", shown: Sequence[AgendaItem] = ()
) -> None:
    """A person opened this page of a meeting; of one about no one child, and these items were on it."""
    detail: dict[str, object] = {"page": page}
    if meeting.case_id is None:
        detail["shown"] = [str(each.pk) for each in shown]
    cases, about = [each.case_id for each in shown], [each.subject_id for each in shown]
    record(
        Action.MEETING_VIEWED, by=by, obj=meeting, case=meeting.case, detail=detail, cases=cases, about=about
    )  # fmt: skip


def record_listed(
    *, shown: Sequence[Any], by: User, case: Case | None = None, action: Action = Action.MEETINGS_LISTED,
    about: Iterable[uuid.UUID | None] = (), **detail: object,
) -> None:  # fmt: skip
    """A person saw these in a list: which list it was, and which filters chose them."""
    said, cases = {**detail, "shown": [str(each.pk) for each in shown]}, [each.case_id for each in shown]
    record(action, by=by, obj=case, case=case, detail=said, cases=cases, about=about)


def record_to_book(*, shown: Sequence[Case], by: User, which: str = "to book") -> None:
    """A person saw which children wait, or waited, for a meeting."""
    record(Action.CASES_LISTED, by=by, detail={"which": which}, cases=[each.pk for each in shown])


def record_change(meeting: Meeting, by: User, *, obj: Model | None = None, **detail: object) -> None:
    """What was written in a meeting, or in a row of it that is named in its place."""
    of = {"meeting": str(meeting.pk)} if obj else {}
    record(Action.MEETING_CHANGED, by=by, obj=obj or meeting, case=meeting.case, detail=of | detail)


def tell_chronology(meeting: Meeting, words: str, by: User) -> None:
    """A line in the child's chronology about what has just become of a meeting."""
    add_entry(case=meeting.case, kind=EntryKind.MEETING, text=words, by=by, source_id=meeting.pk)


def note_here(*, meeting: Meeting, heard: Heard, part: str, by: User) -> None:
    """Somebody who takes part has the page open and writes in this part, or only reads. Onlookers are not shown."""
    who = user_context(by)
    if who is None or not gate.can(by, Permission.MEETING_CONTRIBUTE, meeting):
        return
    words = f"{by.full_name} ({who.agency.short_name})"
    with suppress(RedisError):
        seen = {**heard.seen, str(by.pk): (time.time(), words, part)}
        cache.set(seen_place(meeting.pk), seen, timeout=GONE_AFTER_SECONDS)


def note_change(meeting: uuid.UUID) -> None:
    """Something of the meeting was written and committed: pages that show it ask for what is new. It is no record."""
    place = changes_place(meeting)
    with suppress(RedisError):
        cache.add(place, 0, timeout=KEPT_SECONDS)
        cache.incr(place)
