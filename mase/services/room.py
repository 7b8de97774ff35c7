"""Showing the restricted part to a room in which not everybody may read it, and hiding it again."""

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.errors import NotForThisRoom
from mase.models import MaseMeeting, Reveal
from mase.selectors.room import room_of
from mase.services.locking import hold_running


@transaction.atomic
def reveal(*, meeting: MaseMeeting, reason: str, by: User) -> Reveal:
    """The chair shows the restricted part to exactly those who are there now, for a reason that stands on record."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_running(meeting)
    room = room_of(held)
    if not room.may_be_revealed:
        raise NotForThisRoom
    end_reveal(held)
    row = Reveal.objects.create(meeting=held, reason=reason, seats=sorted(room.seats), by=by)
    detail = {"meeting": str(held.pk), "seats": len(room.seats), "may_not_read": len(room.may_not_read)}
    record(Action.RESTRICTED_REVEALED, by=by, obj=row, case=held.case, reason=reason, detail=detail)
    return row


@transaction.atomic
def hide(*, meeting: MaseMeeting, by: User) -> None:
    """The restricted part is on no shared screen any more."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    if end_reveal(held):
        record(Action.RESTRICTED_HIDDEN, by=by, obj=held, case=held.case)


def end_reveal(meeting: MaseMeeting) -> bool:
    """Whether anything was shown. The caller holds the meeting."""
    return bool(meeting.reveals.filter(ended_at__isnull=True).update(ended_at=timezone.now()))
