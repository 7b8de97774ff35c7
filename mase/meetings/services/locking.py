"""Holding a meeting still while one part of it is written, and finding the row a second post already made."""

import uuid
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.db.models import Model

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.recorder import ANSWERS
from cse_portal.errors import NotAllowedNow, NotVisible
from mase.meetings.choices import MeetingState
from mase.meetings.errors import ALREADY_STARTED, MeetingNotEditable, MeetingNotStarted, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.chairing import require_planner
from mase.meetings.services.meeting_reading import note_change
from mase.minutes.errors import MINUTES_AGREED, NOT_SENT_OUT
from mase.minutes.models import Minutes

M = TypeVar("M", bound=Model)


def hold_case(key: uuid.UUID | None) -> None:
    """The child's case, until this transaction ends: nobody restricts it meanwhile, or takes back what somebody holds.

    Where the caller gives or renews sight, before it asks the gate, which answers afresh, and before it holds the
    meeting, as closing a case does it: what it finds from here on is so when it writes. To hold a case is to see it,
    and not to write on it: NotVisible for who does not see it any more.
    """
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    if key is None or not rows.filter(pk=key).values_list("pk"):
        raise NotVisible
    context.forget(ANSWERS)


def hold_to_plan(meeting: Meeting, by: User) -> None:
    """For anyone who moves, cancels or invites: the child's case first, where there is one, then the gate."""
    if meeting.case_id is not None:
        hold_case(meeting.case_id)
    require_planner(by, meeting)


def hold(meeting: Meeting) -> Meeting:
    """The meeting as it is now; nobody else writes to it until this transaction ends. Open pages then hear of it."""
    transaction.on_commit(partial(note_change, meeting.pk))
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("case", "chair", "session").get(pk=meeting.pk)


def hold_ahead(meeting: Meeting) -> Meeting:
    """The meeting, while it is still to be held."""
    held = hold(meeting)
    if held.state != MeetingState.SCHEDULED:
        raise MeetingRefused(ALREADY_STARTED) if held.is_running else MeetingNotEditable
    return held


def hold_open(meeting: Meeting) -> Meeting:
    """The meeting, while its record may still be written."""
    held = hold(meeting)
    if not held.is_open:
        raise MeetingNotEditable
    return held


def hold_running(meeting: Meeting) -> Meeting:
    """The meeting, while it is going on."""
    held = hold_open(meeting)
    if not held.is_running:
        raise MeetingNotStarted
    return held


def hold_minutes(meeting: Meeting) -> Minutes:
    """Its minutes as they are now; nobody else writes to them until this transaction ends."""
    rows = Minutes.objects.select_for_update(of=("self",), no_key=True)
    minutes: Minutes | None = rows.filter(meeting=meeting).first()
    if minutes is None:
        raise MeetingRefused(NOT_SENT_OUT)
    minutes.meeting = meeting
    return minutes


def hold_unagreed(meeting: Meeting) -> Minutes:
    """Its minutes, while they may still change."""
    minutes = hold_minutes(meeting)
    if minutes.agreed_at is not None:
        raise MeetingRefused(MINUTES_AGREED)
    return minutes


def already_made(model: type[M], key: uuid.UUID, **belongs: object) -> M | None:
    """The row an earlier post of the same page made, if it made one."""
    row = model._default_manager.filter(pk=key).first()
    if row is not None and any(getattr(row, name) != value for name, value in belongs.items()):
        raise NotAllowedNow("This page was already used for something else. Open it again and start afresh.")
    return row
