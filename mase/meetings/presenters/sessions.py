"""A session as a table of slots, and what of it this person answers."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils import timezone

from cse_portal.ui.presenters import age_on, counted, display_time
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Invitation, InvitationAnswer, Meeting
from mase.meetings.models.session import MeetingSession


@dataclass(frozen=True)
class SlotLine:
    """One slot with the child in it, or those that are free one after the other."""

    time: str
    free: str = ""
    meeting: Meeting | None = None
    age: int | None = None
    reports: str = ""
    is_ahead: bool = False
    own: list[tuple[Invitation, InvitationAnswer | None]] = field(default_factory=list)


@dataclass(frozen=True)
class SessionPage:
    """The slots that are shown, those still free, and how many invitations this person has not answered."""

    lines: list[SlotLine]
    free: list[dt.datetime]
    time: str
    children: str
    unanswered: int
    asked: bool


Own = Sequence[tuple[Invitation, InvitationAnswer | None]]


def session_page(
    session: MeetingSession, meetings: Sequence[Meeting], own: Own, reports: Mapping[uuid.UUID, int]
) -> SessionPage:
    """Every slot in order."""
    booked = {each.scheduled_for: each for each in meetings}
    lines: list[SlotLine] = []
    for taken, group in groupby(sorted({*session.times, *booked}), key=booked.__contains__):
        times = list(group)
        lines += [_line(booked[at], own, reports) for at in times] if taken else [_free(times)]
    free = [
        at for at in session.times if at not in booked and at > timezone.now() and not session.cancelled_at
    ]
    return SessionPage(
        lines=lines, free=free, time=f"{display_time(session.starts_at)} to {display_time(session.ends_at)}",
        children=counted(len(meetings), "child,children"), unanswered=sum(said is None for _, said in own),
        asked=bool(own),
    )  # fmt: skip


def _free(times: Sequence[dt.datetime]) -> SlotLine:
    """Slots with nobody in them that follow each other, in one line."""
    until = f", the last at {display_time(times[-1])}" if len(times) > 1 else ""
    return SlotLine(display_time(times[0]), free=f"{counted(len(times), 'free slot')}{until}")


def _line(meeting: Meeting, own: Own, reports: Mapping[uuid.UUID, int]) -> SlotLine:
    waiting = reports.get(meeting.pk, 0)
    return SlotLine(
        time=display_time(meeting.scheduled_for), meeting=meeting, age=age_on(meeting.case.child.date_of_birth),
        reports=f"{counted(waiting, 'report')} to come" if waiting else "All in",
        is_ahead=meeting.state == MeetingState.SCHEDULED,
        own=[each for each in own if each[0].meeting_id == meeting.pk],
    )  # fmt: skip
