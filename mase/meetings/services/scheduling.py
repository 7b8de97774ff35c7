"""Booking a meeting, changing its time and place, and cancelling it."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.record.models.case import Case
from cases.record.selectors import leads
from cases.record.services import CaseClosed
from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.reference.selectors import agenda_items
from cse_portal.ui.presenters import display_datetime
from mase.clocks import services as clocks
from mase.clocks.models import ClockPause
from mase.clocks.selectors.clocks import is_late
from mase.meetings.choices import MeetingState
from mase.meetings.errors import (
    ALREADY_BOOKED,
    NO_CHAIR,
    STILL_RUNS,
    WHY_LATE,
    MeetingRefused,
    SomeoneElseSaved,
)
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting, MeetingSession
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.meetings import (
    access_until,
    cancelled_before,
    chairs_for,
    due_date,
    free_month,
    held_pause,
    kind_of_next,
)
from mase.meetings.services import calendars, sight
from mase.meetings.services.invitations import (
    CHAIR,
    Asked,
    ask,
    ask_family,
    tell_invited,
)
from mase.meetings.services.locking import already_made, hold, hold_ahead, hold_case, hold_to_plan
from mase.meetings.services.meeting_reading import tell_chronology
from mase.plans.models.plan import PlanAction
from mase.plans.services.handing_over import take_over
from mase.transition.services import set_on_agenda

CASE_CLOSED = "The case was closed"
HAD_BEGUN = "It had begun, and was not held after all or was broken off."


# When and where a meeting is held; of one about a child also why, and whether the family is asked.
DETAILS = (
    "scheduled_for", "place", "link", "purpose", "late_reason", "child_invited", "child_not_invited", "parent_invited",
    "parent_not_invited",
)  # fmt: skip
Details = Mapping[str, Any]  # some of these


@transaction.atomic
def schedule(
    *,
    key: uuid.UUID,
    case: Case,
    details: Details,
    chair: User,
    agencies: Iterable[Agency],
    people: Iterable[Membership],
    by: User,
    session: MeetingSession | None = None,
) -> Meeting:
    """Book the next meeting about a child: its agenda, its invitations, and sight of the case for who lacks it."""
    hold_case(case.pk)
    gate.require(by, Permission.MEETING_SCHEDULE, case)
    locked = Case.objects.select_for_update(of=("self",)).select_related("lead_agency", "lead_professional")
    held = locked.get(pk=case.pk)
    if found := already_made(Meeting, key, case_id=case.pk, booked_by_id=by.pk):
        return found
    meeting = _booked(held, key, details, chair, by, session)
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, case=held, order=order, code=item.code, title=item.title, guidance=item.guidance,
            restricted=item.restricted,
        )
        for order, item in enumerate(agenda_items(meeting.kind), 1)
    )  # fmt: skip
    ChildVoice.objects.create(meeting=meeting)
    set_on_agenda(meeting)
    take_over(meeting, is_new=True)
    _ask_everyone(meeting, agencies, people, by)
    booked = f"{meeting.get_kind_display()} booked for {display_datetime(meeting.scheduled_for)}."
    tell_chronology(meeting, booked, by)
    day = timezone.localdate(meeting.scheduled_for)
    detail = {"kind": meeting.kind, "on": day.isoformat(), "late": meeting.late_reason}
    if cancelled := cancelled_before(held):
        detail["takes_over"] = str(cancelled.pk)
    record(Action.MEETING_SCHEDULED, by=by, obj=meeting, case=held, detail=detail)
    return meeting


@transaction.atomic
def change(
    *,
    meeting: Meeting,
    details: Details,
    reason: str,
    version: int,
    by: User,
    session: MeetingSession | None = None,
) -> Meeting:
    """Another time, place or purpose. Everyone invited is told, and sees a child's case long enough for the new day.

    Another time asks everybody again: an answer holds for the time it was given for. It leaves its session,
    unless that time is another slot of the `session`.
    """
    hold_to_plan(meeting, by)
    held = hold_ahead(meeting)
    if held.version != version:
        raise SomeoneElseSaved(held)
    moved = held.scheduled_for != details["scheduled_for"]
    changed = [name for name, value in details.items() if getattr(held, name) != value]
    for name, value in details.items():
        setattr(held, name, value)
    if held.case_id is None:
        held.period = free_month(held.kind, held.scheduled_for, but=held)
    else:
        check_late(held, held_pause(held.case, held))
    if moved:
        held.session = session
    held.version += 1
    held.save()
    if held.case_id is not None:
        ask_family(held, by)
        if moved:
            follow_new_day(held, by)
    record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, reason=reason, detail={"fields": changed})
    words = f"A meeting you are invited to has changed. It is on {display_datetime(held.scheduled_for)}."
    asked_again = moved and session is None
    asks = " Say whether you can come." if asked_again else ""
    tell_invited(held, words + asks, by=by, calendar=asked_again)
    return held


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: User, told: set[User] | None = None) -> Meeting:
    """The meeting will not be held, for a reason. The person who saw the case only through it sees it no longer.

    The agenda of a CMOG goes; the next one is compiled anew.
    """
    hold_to_plan(meeting, by)
    return call_off(hold_ahead(meeting), reason, by, told=told)


def follow_closing(case: Case, by: User) -> None:
    """A case that closes takes the meeting ahead of it along: there is nothing to book, remind of or hold any more.

    Refused where it has begun: what it decided would be lost.
    """
    found = Meeting.objects.upcoming().filter(case=case).first()
    if found is None:
        return
    held = hold(found)
    if held.state == MeetingState.IN_PROGRESS:
        raise MeetingRefused(STILL_RUNS)
    if held.state == MeetingState.SCHEDULED:
        call_off(held, CASE_CLOSED, by)


def follow_new_day(held: Meeting, by: User) -> None:
    """The person who was asked sees the case until then, and is asked again but in another slot of its session.

    The agenda is that of a child as old as they are by then.
    """
    if held.session_id is None:
        held.invitations.update(
            answer="", answer_reason="", answered_by=None, deputy_named=None, deputy_name=""
        )
    sight.renew_access(held, until=access_until(timezone.localdate(held.scheduled_for)), by=by)
    sight.keep(case=held.case, by=by)
    set_on_agenda(held)


def call_off(
    held: Meeting, reason: str, by: User, *, had_begun: bool = False, told: set[User] | None = None
) -> Meeting:
    """Cancelled; the caller holds it and has found that it is still ahead, or that it had begun: why that one was
    broken off is of its record, which not everybody reads who sees that it is cancelled.
    """
    said = HAD_BEGUN if had_begun else reason
    held.state, held.cancelled_at, held.cancelled_by = MeetingState.CANCELLED, timezone.now(), by
    held.cancelled_reason = said
    held.version += 1
    held.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancelled_reason", "version"])
    words = f"The meeting on {display_datetime(held.scheduled_for)} is cancelled."
    if told is not None and held.session is not None:
        words = f"The MASE session on {display_datetime(held.session.starts_at)} is cancelled."
    tell_invited(held, words, by=by, calendar=False, told=told)
    calendars.take_out(held)
    # What one that had begun took along from an earlier plan goes on from there: the next meeting finds it again.
    with acting.for_the_system():  # restricted actions too, and items that the manager may not be shown
        taken_along = PlanAction.objects.filter(
            meeting=held, issued_at__isnull=True, carried_from__isnull=False
        )
        taken_along.update(carried_from=None)
        held.agenda.filter(meeting__case=None).delete()
    if held.case_id is not None:
        why = "The meeting was cancelled"
        grants.withdraw(held.case, by=by, reason=why, source=GrantSource.MEETING, source_id=held.pk)
        of = f"{held.get_kind_display()} of {display_datetime(held.scheduled_for)}"
        tell_chronology(held, f"{of} cancelled. {said}", by)
    record(Action.MEETING_CANCELLED, by=by, obj=held, case=held.case, reason=reason)
    return held


def _booked(
    case: Case, key: uuid.UUID, details: Details, chair: User, by: User, session: MeetingSession | None
) -> Meeting:
    if not case.is_open:
        raise CaseClosed
    if case.meetings.upcoming().exists():
        raise MeetingRefused(ALREADY_BOOKED)
    if chair not in chairs_for(case):
        raise MeetingRefused(NO_CHAIR, "chair")
    kind = kind_of_next(case)
    due_on, due_rule = due_date(case, kind)
    meeting = Meeting(
        pk=key, case=case, kind=kind, chair=chair, category_at_entry=case.category, due_on=due_on,
        due_rule=due_rule, booked_by=by, session=session,
        **{"child_invited": True, "parent_invited": True, **details},
    )  # fmt: skip
    check_late(meeting, held_pause(case))
    meeting.save(force_insert=True)
    clocks.take_over(meeting)
    return meeting


def check_late(meeting: Meeting, paused: list[ClockPause]) -> None:
    """A reason where it is booked for a later day than it is due, and none where it is not."""
    late = is_late(meeting.due_on, paused, timezone.localdate(meeting.scheduled_for))
    if late and not meeting.late_reason:
        raise MeetingRefused(WHY_LATE)
    if not late:
        meeting.late_reason = ""


def _ask_everyone(
    meeting: Meeting, agencies: Iterable[Agency], people: Iterable[Membership], by: User
) -> None:
    """The chair and the lead professional are always asked.

    Where nobody of the lead agency is, for there is no lead professional yet or they have left it, the agency itself is
    asked, unless the case is restricted: that is opened to named people only.
    """
    case = meeting.case
    chairs_agency = Membership.objects.current().select_related("agency").get(user=meeting.chair).agency
    everyone = [Asked(chairs_agency, meeting.chair, role=CHAIR)]
    lead = case.lead_professional
    if lead not in (None, meeting.chair) and leads(case, lead):
        everyone.append(Asked(case.lead_agency, lead))
    everyone += map(Asked, agencies)
    everyone += map(Asked.of, people)
    if not case.is_restricted and case.lead_agency not in {each.agency for each in everyone}:
        everyone.append(Asked(case.lead_agency))
    ask(meeting, everyone, by=by)
    ask_family(meeting, by)
