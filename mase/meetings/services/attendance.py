"""Who came to a meeting, and whether the family is in the room."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.meetings.choices import PRESENT, AttendanceCode
from mase.meetings.models.meeting import Attendance, MaseMeeting
from mase.meetings.selectors.seats import is_present
from mase.meetings.services.locking import hold_running


@dataclass(frozen=True)
class Came:
    """How one invitation was answered on the day."""

    code: AttendanceCode
    who: str = ""


@transaction.atomic
def record_attendance(*, meeting: MaseMeeting, answers: Mapping[uuid.UUID, Came], by: User) -> MaseMeeting:
    """Mark who came, by invitation; the last word counts. Invitations of other meetings are passed over.

    "Family is here" turns on when the child or a parent is marked as there for the first time.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    rows, family_came = [], False
    for invitation in held.invitations.select_related("attendance"):
        answer = answers.get(invitation.pk)
        before = getattr(invitation, "attendance", None)
        if answer is None or (before and (before.code, before.who_came) == (answer.code, answer.who)):
            continue
        family_came |= invitation.is_family and answer.code in PRESENT and not is_present(invitation)
        rows.append(Attendance(invitation=invitation, code=answer.code, who_came=answer.who, recorded_by=by))
    Attendance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["invitation"],
        update_fields=["code", "who_came", "recorded_at", "recorded_by"],
    )
    if marked := {str(row.invitation_id): row.code for row in rows}:
        record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, detail={"attendance": marked})
    if family_came:
        _switch(held, True, by)
    return held


@transaction.atomic
def set_family_in_room(*, meeting: MaseMeeting, present: bool, by: User) -> MaseMeeting:
    """The switch "Family is here": while it is on, no screen shows what is for professionals."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    _switch(held, present, by)
    return held


def _switch(meeting: MaseMeeting, present: bool, by: User) -> None:
    """The caller holds the meeting."""
    if meeting.family_in_room == present:
        return
    meeting.family_in_room = present
    meeting.save(update_fields=["family_in_room"])
    record(Action.MEETING_CHANGED, by=by, obj=meeting, case=meeting.case, detail={"family_in_room": present})
