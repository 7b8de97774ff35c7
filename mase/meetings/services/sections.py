"""What is said at a meeting: notes, and the child's voice. Two writers lose nothing."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import ChildVoice
from mase.meetings.services.locking import hold_open, hold_running


@dataclass(frozen=True)
class Edit:
    """Which version the writer had before them."""

    version: int


@dataclass(frozen=True)
class Voice:
    """The child's own words and who heard them, or why they were not heard."""

    obtained: bool
    words: str = ""
    heard_by: str = ""
    heard_on: dt.date | None = None
    tool: str = ""
    seen_alone: bool | None = None
    what_changed: str = ""
    not_obtained: str = ""
    not_obtained_detail: str = ""
    parent_view: str = ""
    parent_not_sought: str = ""
    parent_heard_by: str = ""
    parent_heard_on: dt.date | None = None
    parent_how: str = ""
    parent_alone: bool | None = None
    parent_changed: str = ""


R = TypeVar("R", bound=models.Model)


@transaction.atomic
def save_notes(*, item: AgendaItem, notes: str, edit: Edit, by: User) -> AgendaItem:
    """The notes under one item of the agenda: by the chair or the minute taker."""
    gate.require(by, Permission.MEETING_NOTE, item.meeting)
    if item.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, item.meeting.case)
    meeting = hold_running(item.meeting)
    return save_edited(item, {"notes": notes}, edit=edit, meeting=meeting, by=by)


@transaction.atomic
def save_voice(*, voice: ChildVoice, said: Voice, edit: Edit, by: User) -> ChildVoice:
    """The child's voice: by anyone who works on the case, before or during the meeting; during it by who writes it."""
    if not (voice.meeting.is_running and gate.can(by, Permission.MEETING_NOTE, voice.meeting)):
        gate.require(by, Permission.CASE_CHANGE, voice.meeting.case)
    meeting = hold_open(voice.meeting)
    return save_edited(voice, asdict(said), edit=edit, meeting=meeting, by=by)


def save_edited(
    row: R,
    changes: Mapping[str, Any],
    *,
    edit: Edit,
    meeting: Meeting,
    by: User,
    compare: tuple[str, ...] = (),
    unchanged: bool = True,
) -> R:
    """Write a versioned row, unless somebody else saved first. Saving the same again changes nothing.

    `unchanged` is False where something that belongs to the row, but is in another, changes with it.
    """
    locked = cast(Any, type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk))
    compared = compare or tuple(changes)
    if unchanged and all(getattr(locked, name) == changes[name] for name in compared):
        return cast(R, locked)
    if locked.version != edit.version:
        raise SomeoneElseSaved(locked)
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.version, locked.saved_at, locked.saved_by = locked.version + 1, timezone.now(), by
    locked.save(update_fields=[*changes, "version", "saved_at", "saved_by"])
    detail = {"meeting": str(meeting.pk), "fields": sorted(changes)}
    record(Action.MEETING_CHANGED, by=by, obj=locked, case=meeting.case, detail=detail)
    return cast(R, locked)
