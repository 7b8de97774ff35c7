"""What is said at a meeting: notes, each agency's information, the child's voice. Two writers lose nothing."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from mase.meetings.errors import MeetingNotStarted, SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import AgencyInformation, ChildVoice
from mase.meetings.services.locking import hold_open, hold_running
from mase.minutes.models import RestrictedInformation


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
Information = TypeVar("Information", AgencyInformation, RestrictedInformation)


@transaction.atomic
def save_notes(*, item: AgendaItem, notes: str, edit: Edit, by: User) -> AgendaItem:
    """The notes under one item of the agenda: by the chair or the minute taker."""
    gate.require(by, Permission.MEETING_NOTE, item.meeting)
    if item.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, item.meeting.case)
    meeting = hold_running(item.meeting)
    return save_edited(item, {"notes": notes}, edit=edit, meeting=meeting, by=by)


@transaction.atomic
def save_information(
    *, information: Information, text: str, edit: Edit, by: User, family_may_read: bool = False
) -> Information:
    """An agency's information for the meeting: by someone of that agency, before or during it, or by who takes notes.

    Of what is restricted, by a chair to whom that part was given. What is written while the meeting runs is given to
    everybody at the table at once; before that it is the agency's draft. The family reads it where its writer says so.
    """
    who = user_context(by)
    own = who is not None and who.agency.pk == information.agency_id
    for_others = (
        Permission.MEETING_NOTE if isinstance(information, AgencyInformation) else Permission.MEETING_CHAIR
    )
    gate.require(by, Permission.MEETING_CONTRIBUTE if own else for_others, information.meeting)
    if not own and isinstance(information, RestrictedInformation):
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, information.meeting.case)
    meeting = hold_open(information.meeting)
    if isinstance(information, AgencyInformation) and not own:
        _check_at_the_table(meeting, information)
    compare = ["text"]
    changes: dict[str, Any] = {"text": text}
    if isinstance(information, AgencyInformation):
        compare.append("family_may_read")
        changes["family_may_read"] = family_may_read
    if text and information.first_given_at is None:
        changes["first_given_at"] = timezone.now()
    if meeting.is_running and isinstance(information, AgencyInformation) and not information.submitted_at:
        changes |= {"submitted_at": timezone.now(), "submitted_by": by}
    return save_edited(information, changes, edit=edit, meeting=meeting, by=by, compare=tuple(compare))


def _check_at_the_table(meeting: Meeting, information: AgencyInformation) -> None:
    """Who takes notes writes for another agency what is said at the table, and never into a draft."""
    if not meeting.is_running:
        raise MeetingNotStarted
    if information.is_draft:
        raise NotVisible


@transaction.atomic
def save_voice(*, voice: ChildVoice, said: Voice, edit: Edit, by: User) -> ChildVoice:
    """The child's voice: by anyone who works on the case, before or during the meeting."""
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
