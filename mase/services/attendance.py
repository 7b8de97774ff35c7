"""Who came to a meeting, and whether a child or parent is in the room."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from mase.choices import FAMILY, PRESENT, AttendanceCode
from mase.errors import NotMarkedAsThere
from mase.models import Attendance, MaseMeeting
from mase.selectors.room import room_of
from mase.selectors.seats import is_in_room, is_present
from mase.services.locking import hold_running
from mase.services.room import end_reveal


@dataclass(frozen=True)
class Came:
    """How one invitation was answered on the day."""

    code: AttendanceCode
    who: str = ""


@transaction.atomic
def record_attendance(*, meeting: MaseMeeting, answers: Mapping[uuid.UUID, Came], by: User) -> MaseMeeting:
    """Mark who came, by invitation; the last word counts. Invitations of other meetings are passed over.

    The child or a parent who is marked as there for the first time is in the room, until the chair says that they left;
    so is everybody who is marked otherwise than before.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    rows, family_came, replaced = [], False, False
    for invitation in held.invitations.select_related("attendance"):
        answer = answers.get(invitation.pk)
        before = getattr(invitation, "attendance", None)
        if answer is None or (before and (before.code, before.who_came) == (answer.code, answer.who)):
            continue
        family_came |= invitation.is_family and answer.code in PRESENT and not is_present(invitation)
        replaced |= answer.code in PRESENT and is_present(invitation)
        rows.append(
            Attendance(
                invitation=invitation,
                code=answer.code,
                who_came=answer.who,
                recorded_by=by,
                out_and_back=_turned(before, out=False),
            )  # fmt: skip
        )
    Attendance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["invitation"],
        update_fields=["code", "who_came", "recorded_at", "recorded_by", "out_and_back"],
    )
    marked = {str(row.invitation_id): row.code for row in rows}
    if replaced:  # somebody else sits there now
        end_reveal(held)
    if marked:
        _hide_from_newcomers(held)
        record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, detail={"attendance": marked})
    if family_came:
        _say_whether_family_is_there(held, True, by)
    return held


@transaction.atomic
def set_out_of_room(*, meeting: MaseMeeting, seat: uuid.UUID, out: bool, by: User) -> MaseMeeting:
    """Somebody who came has left the room, or is back. They attended; no screen the room sees is about them meanwhile.

    Raises NotMarkedAsThere for whoever did not come. The family leave and come back together: `set_family_in_room`.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    asked = held.invitations.filter(pk=seat).exclude(role__in=FAMILY).select_related("attendance").first()
    if asked is None:
        raise NotVisible
    if not is_present(asked):
        raise NotMarkedAsThere
    if is_in_room(asked) != out:
        return held
    asked.attendance.out_and_back = _turned(asked.attendance, out=out)
    asked.attendance.save(update_fields=["out_and_back"])
    if not out:
        _hide_from_newcomers(held)
    detail = {"out_of_room": {str(asked.pk): out}}
    record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, detail=detail)
    return held


@transaction.atomic
def set_family_in_room(*, meeting: MaseMeeting, present: bool, by: User) -> MaseMeeting:
    """While a child or parent is in the room, the parts for professionals only are on no page of the meeting."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    _say_whether_family_is_there(held, present, by)
    return held


def _say_whether_family_is_there(meeting: MaseMeeting, present: bool, by: User) -> None:
    """The caller holds the meeting."""
    if meeting.family_in_room == present:
        return
    meeting.family_in_room = present
    if present:
        end_reveal(meeting)
    meeting.save(update_fields=["family_in_room"])
    for each in Attendance.objects.filter(
        invitation__meeting=meeting, invitation__role__in=FAMILY, code__in=PRESENT
    ):
        each.out_and_back = _turned(each, out=not present)
        each.save(update_fields=["out_and_back"])
    record(Action.MEETING_CHANGED, by=by, obj=meeting, case=meeting.case, detail={"family_in_room": present})


def _turned(row: Attendance | None, *, out: bool) -> list[dt.datetime]:
    """The moments after they went out, or came back, now; where they had already, as they were."""
    if row is None or (row.out_since is not None) == out:
        return row.out_and_back if row else []
    return [*row.out_and_back, timezone.now()]


def _hide_from_newcomers(meeting: MaseMeeting) -> None:
    """What was shown to the room was shown to those who were there then."""
    if meeting.reveals.filter(ended_at__isnull=True).exists() and room_of(meeting).reveal is None:
        end_reveal(meeting)
