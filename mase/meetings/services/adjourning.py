"""Taking back the start of a meeting that was not held after all, or that was broken off: it is booked again."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.ui.presenters import display_datetime, joined
from mase.clocks import services as clocks
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Attendance, Invitation, Meeting
from mase.meetings.models.sections import Adjournment
from mase.meetings.selectors.meetings import held_pause
from mase.meetings.selectors.thresholds import is_present, name_of
from mase.meetings.services.invitations import tell_invited
from mase.meetings.services.locking import hold_case, hold_running
from mase.meetings.services.scheduling import call_off, check_late, follow_new_day


@transaction.atomic
def adjourn(
    *, meeting: Meeting, reason: str, to: dt.datetime | None, by: User, late_reason: str = ""
) -> Meeting:
    """A meeting that was started is booked for `to`, its old time or a new one; without one it is cancelled.

    What was written stays, for it is the same meeting. Who was there is kept in words beside the reason: attendance is
    that of the day on which it is held, and so are its clocks. Answers to its invitations hold for the time they were
    given for. The reason is in the meeting's record alone.

    Raises MeetingNotEditable once it has ended: what it decided has been sent out by then.
    """
    hold_case(meeting.case_id)
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    gate.require(by, Permission.MEETING_SCHEDULE, meeting.case)
    held = hold_running(meeting)
    began = held.started_at or timezone.now()
    broken = Adjournment.objects.create(
        meeting=held, started_at=began, reason=reason, there=_who_was_there(held), by=by
    )
    _back_to_booked(held)
    _record_adjournment(held, broken, to, by)
    if to is None:
        return call_off(held, reason, by, had_begun=True)
    moved, held.scheduled_for = held.scheduled_for != to, to
    held.late_reason = late_reason or held.late_reason
    if moved:
        held.session = None
    check_late(held, held_pause(held.case, held))
    held.save(update_fields=["scheduled_for", "late_reason", "session"])
    if held.category_at_entry < held.case.category:
        clocks.follow_category(held.case, by)
    if moved:
        follow_new_day(held, by)
    words = "A meeting you are invited to was not held after all, or was broken off. It is on"
    asks = " Say whether you can come." if moved else ""
    tell_invited(held, f"{words} {display_datetime(to)}.{asks}", by=by, calendar=moved)
    return held


def _who_was_there(meeting: Meeting) -> str:
    seats = meeting.invitations.select_related("agency", "person", "attendance")
    return joined(_name(each) for each in seats if is_present(each))


def _name(seat: Invitation) -> str:
    """Of the family the role alone; of an agency the person who came, where that is another than was asked."""
    came = seat.attendance.who_came
    asked = seat.person.full_name if seat.person else ""
    if seat.agency is None or came in ("", asked):
        return name_of(seat)
    return f"{came} ({seat.agency.short_name})"


def _back_to_booked(held: Meeting) -> None:
    Attendance.objects.filter(invitation__meeting=held).delete()
    held.state, held.started_at = MeetingState.SCHEDULED, None
    held.family_in_room = False
    held.version += 1
    held.save(update_fields=["state", "started_at", "family_in_room", "version"])


def _record_adjournment(held: Meeting, broken: Adjournment, to: dt.datetime | None, by: User) -> None:
    booked = f" It is booked for {display_datetime(to)}." if to else ""
    began = f"{held.get_kind_display()} that began on {display_datetime(broken.started_at)}"
    text = f"{began} was not held after all, or was broken off.{booked}"
    add_entry(
        case=held.case,
        kind=EntryKind.MEETING,
        happened_on=timezone.localdate(),
        text=text,
        by=by,
        source_id=held.pk,
    )
    detail = {"began": broken.started_at.isoformat(), "to": to.isoformat() if to else ""}
    record(Action.MEETING_BROKEN_OFF, by=by, obj=held, case=held.case, reason=broken.reason, detail=detail)
