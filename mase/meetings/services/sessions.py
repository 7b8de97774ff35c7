"""Booking a session of MASE meetings, putting children into its slots, moving them, and cancelling it."""

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from cse_portal.keys import new_key
from cse_portal.reference.working_days import is_working_day
from cse_portal.ui.presenters import display_datetime, non_working_day_note
from mase.meetings.choices import MINUTE_TAKER, AnswerKind, MeetingState
from mase.meetings.errors import SESSION_CANCELLED, SESSION_FULL, SLOT_OUTSIDE, SLOT_TAKEN, MeetingRefused
from mase.meetings.models.meeting import Meeting, MeetingSession
from mase.meetings.selectors.answers import suggested
from mase.meetings.selectors.meetings import kind_of_next, people_to_invite
from mase.meetings.selectors.sessions import (
    LACN,
    family_to_ask,
    free_slots,
    meetings_in,
    nurses_for,
    own_invitations,
    usual,
    usual_slots,
)
from mase.meetings.services import scheduling
from mase.meetings.services.answers import Answer, answer
from mase.meetings.services.invitations import Asked, invite
from mase.meetings.services.locking import already_made

ANOTHER_SLOT = "Another slot of the session"


@transaction.atomic
def plan(*, session: MeetingSession, by: User) -> MeetingSession:
    """A day, a place and a chair for several children; on a working day, for agencies come on no other."""
    gate.require(by, Permission.SESSION_BOOK)
    if found := already_made(MeetingSession, session.pk, booked_by_id=by.pk):
        return found
    day, (minutes, slots) = timezone.localdate(session.starts_at), usual_slots()
    if not is_working_day(day):
        raise MeetingRefused(f"Date and time: {non_working_day_note(day)}", "starts_at")
    session.minutes_a_slot, session.slots, session.booked_by = minutes, session.slots or slots, by
    session.save(force_insert=True)
    record(Action.MEETING_SCHEDULED, by=by, obj=session, detail={"on": day.isoformat()})
    return session


@transaction.atomic
def book(
    *, session: MeetingSession, case: Case, by: User, at: dt.datetime | None = None, late_reason: str = ""
) -> Meeting:
    """A child's next meeting in a slot: the one chosen, or the next that is free.

    Whom it asks and what it is for follow from the case (strategy 14.3). A slot may be taken by a child whom this
    person does not see: the database refuses it, and the next one is tried.
    """
    held, purpose = _hold(session, by), usual(kind_of_next(case)).get("purpose", "")
    details = {
        "place": held.place, "link": held.link, "purpose": purpose, "late_reason": late_reason, **family_to_ask(case),
    }  # fmt: skip
    for slot in _candidates(held, at, by):
        try:
            with transaction.atomic():
                return _schedule(held, case, {**details, "scheduled_for": slot}, by)
        except IntegrityError:
            continue
    raise MeetingRefused(SLOT_TAKEN if at else SESSION_FULL, "slot")


@transaction.atomic
def move(*, meeting: Meeting, at: dt.datetime, by: User) -> Meeting:
    """Another slot of the same session; what was answered for the session holds for it too."""
    if meeting.session is None:
        raise MeetingRefused(SLOT_OUTSIDE, "slot")
    held = _hold(meeting.session, by)
    (slot,) = _candidates(held, at, by)
    details = {name: getattr(meeting, name) for name in scheduling.DETAILS}
    try:
        with transaction.atomic():
            return scheduling.change(
                meeting=meeting, details={**details, "scheduled_for": slot},
                reason=ANOTHER_SLOT, version=meeting.version, by=by, session=held,
            )  # fmt: skip
    except IntegrityError as taken:
        raise MeetingRefused(SLOT_TAKEN, "slot") from taken


@transaction.atomic
def cancel(*, session: MeetingSession, reason: str, by: User) -> MeetingSession:
    """No child's meeting in it is held, for a reason; each person is told once.

    A meeting that has begun or ended stays. So does one that this person may not see: its chair is told.
    """
    held = _hold(session, by)
    told = {by}
    for meeting in meetings_in(by, held).filter(state=MeetingState.SCHEDULED):
        scheduling.cancel(meeting=meeting, reason=reason, by=by, told=told)
    if held.chair not in told:
        when = display_datetime(held.starts_at)
        words = f"The MASE session on {when} is cancelled. See what is still booked."
        notify(user=held.chair, text=words, url=held.get_absolute_url())
    held.cancelled_at, held.cancelled_by, held.cancelled_reason = timezone.now(), by, reason
    held.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    return held


@transaction.atomic
def answer_all(*, session: MeetingSession, given: Answer, by: User) -> int:
    """One answer for all of the children somebody, or their agency, is asked about; all of it or nothing.

    Of those they come to, what was answered before stays. Each person is told once.
    """
    own = own_invitations(by, list(meetings_in(by, session)))
    chosen = [each for each in own if not each.answer or given.kind != AnswerKind.ACCEPT]
    told: set[tuple[User, str]] = set()
    for each in chosen:
        answer(invitation=each, given=given, by=by, told=told)
    return len(chosen)


def _hold(session: MeetingSession, by: User) -> MeetingSession:
    gate.require(by, Permission.SESSION_BOOK)
    rows = MeetingSession.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("chair", "minute_taker").get(pk=session.pk)
    if held.cancelled_at:
        raise MeetingRefused(SESSION_CANCELLED)
    return held


def _candidates(session: MeetingSession, at: dt.datetime | None, by: User) -> list[dt.datetime]:
    """The slot that was chosen, where it is free, or every free one."""
    free = free_slots(by, [session])[session.pk]
    if at is None:
        return free
    if at not in session.times:
        raise MeetingRefused(SLOT_OUTSIDE, "slot")
    if at not in free:
        raise MeetingRefused(SLOT_TAKEN, "slot")
    return [at]


def _schedule(session: MeetingSession, case: Case, details: scheduling.Details, by: User) -> Meeting:
    """With who belongs there. A restricted case is opened to nobody whom only the session names."""
    offered, leads = suggested(case), (session.chair, case.lead_professional)
    in_roles = [] if case.is_restricted else _in_roles(session, case, leads)
    named = {*leads, *(each.person for each in in_roles if each.role == LACN)}
    meeting = scheduling.schedule(
        key=new_key(), case=case, details=details, chair=session.chair, by=by, session=session,
        agencies=[each for each in offered.expected_agencies if each.pk != case.lead_agency_id],
        people=[each for each in offered.people_to_book if each.user not in named],
    )  # fmt: skip
    return invite(meeting=meeting, asked=in_roles, by=by) if in_roles else meeting


def _in_roles(session: MeetingSession, case: Case, leads: Collection[User | None]) -> list[Asked]:
    """The session's minute taker, and the nurse for looked-after children where the child is one."""
    takers = people_to_invite().filter(user=session.minute_taker) if session.minute_taker else []
    nurses = [each for each in nurses_for(case.child) if each.user not in (*leads, session.minute_taker)]
    return [*(Asked.of(each, MINUTE_TAKER) for each in takers), *(Asked.of(each, LACN) for each in nurses)]
