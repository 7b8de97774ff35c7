"""The stage a meeting is at, the chair's agenda, and what is said: notes, and the child's voice. Two writers lose
nothing.
"""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from mase.meetings.choices import Stage
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import ChildVoice
from mase.meetings.services.locking import already_made, hold_open, hold_running
from mase.meetings.services.meeting_reading import record_change

# What is said of the child's voice, and of a parent's, in one part.
SPOKEN = (
    "obtained", "words", "heard_by", "heard_on", "tool", "seen_alone", "what_changed", "not_obtained",
    "not_obtained_detail", "parent_view", "parent_not_sought", "parent_heard_by", "parent_heard_on", "parent_how",
    "parent_alone", "parent_changed",
)  # fmt: skip
R = TypeVar("R", bound=models.Model)


@transaction.atomic
def save_notes(*, item: AgendaItem, notes: str, version: int, by: User) -> AgendaItem:
    """The notes under one item of the agenda: by the chair or the minute taker."""
    gate.require(by, Permission.MEETING_NOTE, item.meeting)
    if item.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, item.meeting.case)
    meeting = hold_running(item.meeting)
    return save_edited(item, {"notes": notes}, version=version, meeting=meeting, by=by)


@transaction.atomic
def save_voice(*, voice: ChildVoice, said: ChildVoice, version: int, by: User) -> ChildVoice:
    """The child's voice: by anyone who works on the case, before or during the meeting; during it by who writes it."""
    if not (voice.meeting.is_running and gate.can(by, Permission.MEETING_NOTE, voice.meeting)):
        gate.require(by, Permission.CASE_CHANGE, voice.meeting.case)
    meeting = hold_open(voice.meeting)
    changes = {name: getattr(said, name) for name in SPOKEN}
    return save_edited(voice, changes, version=version, meeting=meeting, by=by)


def save_edited(
    row: R,
    changes: Mapping[str, Any],
    *,
    version: int,
    meeting: Meeting,
    by: User,
    compare: tuple[str, ...] = (),
    unchanged: bool = True,
) -> R:
    """Write a row, unless somebody else saved it since the `version` that its writer had before them.

    Saving the same again changes nothing. `unchanged` is False where something that belongs to the row, but is in
    another, changes with it.
    """
    locked = cast(Any, type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk))
    compared = compare or tuple(changes)
    if unchanged and all(getattr(locked, name) == changes[name] for name in compared):
        return cast(R, locked)
    if locked.version != version:
        raise SomeoneElseSaved(locked)
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.version, locked.saved_at, locked.saved_by = locked.version + 1, timezone.now(), by
    locked.save(update_fields=[*changes, "version", "saved_at", "saved_by"])
    record_change(meeting, by, obj=locked, fields=sorted(changes))
    return cast(R, locked)


@transaction.atomic
def move_to(*, meeting: Meeting, stage: Stage, by: User) -> Meeting:
    """The meeting moves to this stage, and with it every screen that follows it."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    if held.stage != stage:
        held.stage = stage
        held.save(update_fields=["stage"])
        record_change(held, by, stage=stage)
    return held


@transaction.atomic
def add_item(*, meeting: Meeting, key: uuid.UUID, title: str, restricted: bool, by: User) -> AgendaItem:
    """One more item, at the end of the agenda; a restricted one is for professionals only."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_open(meeting)
    if found := already_made(AgendaItem, key, meeting_id=held.pk):
        return found
    item = AgendaItem.objects.create(
        pk=key, meeting=held, case=held.case, order=last_place(held) + 1, code=f"added-{key.hex[-12:]}",
        title=title, restricted=restricted,
    )  # fmt: skip
    record_change(held, by, obj=item, part="agenda", what="added")
    return item


@transaction.atomic
def move_item(*, item: AgendaItem, up: bool, by: User) -> AgendaItem:
    """One place up or down. An item at the end stays where it is."""
    gate.require(by, Permission.MEETING_CHAIR, item.meeting)
    held = hold_open(item.meeting)
    rows = held.agenda.select_for_update(of=("self",))
    locked = rows.get(pk=item.pk)
    beside = Q(order__lt=locked.order) if up else Q(order__gt=locked.order)
    other = rows.filter(beside).order_by("-order" if up else "order").first()
    if other is not None:
        locked.order, other.order = other.order, locked.order
        AgendaItem.objects.bulk_update([locked, other], ["order"])
        record_change(held, by, obj=locked, part="agenda", what="moved")
    return locked


def last_place(meeting: Meeting) -> int:
    """The number of the last item."""
    return meeting.agenda.aggregate(last=Max("order"))["last"] or 0
