"""A CMOG: its day, who is asked, its agenda brought up to date, its start, who was there, its end."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import granted_in_agency
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.ui.presenters import display_date, display_datetime
from mase.cmog.selectors.cmog import GUESTS, standing_agencies
from mase.cmog.services.agenda import bring_up_to_date
from mase.meetings.choices import ItemKind, MeetingKind, MeetingState, role_of
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.services import calendars
from mase.meetings.services.locking import already_made, hold_ahead, hold_open, hold_running
from mase.meetings.services.telling import everybody, leave_word
from mase.minutes.services import draft
from mase.plans.models.plan import PlanAction
from mase.plans.services.carrying import drop_overtaken, replace_carried
from mase.plans.services.readers import tell_owners
from mase.plans.services.rows import add_to_chronology, begin


class CmogThisMonth(NotAllowedNow):
    """One CMOG a month."""

    message = "There is a CMOG in this month already. Change that one, or choose a day in another month."


@dataclass(frozen=True)
class CmogDetails:
    """When and where a CMOG is held, and who chairs it."""

    scheduled_for: dt.datetime
    place: str
    chair: User


@transaction.atomic
def book(*, key: uuid.UUID, details: CmogDetails, people: Iterable[Membership], by: User) -> Meeting:
    """Set the day of a month's CMOG and compile its agenda. Who sits on it each month is asked without being named."""
    gate.require(by, Permission.CMOG_BOOK)
    if found := already_made(Meeting, key, booked_by_id=by.pk):
        return found
    month = timezone.localdate(details.scheduled_for).replace(day=1)
    if _of_month(month).exists():
        raise CmogThisMonth
    meeting = Meeting(
        pk=key, kind=MeetingKind.CMOG, period=month, scheduled_for=details.scheduled_for, place=details.place,
        chair=details.chair, booked_by=by,
    )  # fmt: skip
    meeting.save(force_insert=True)
    record(Action.MEETING_SCHEDULED, by=by, obj=meeting, detail={"month": month.isoformat()})
    asked = {row.person for row in invite(meeting=meeting, people=people, by=by) if row.person}
    calendars.send_to(meeting, set(everybody(meeting)) - asked)
    return compile_agenda(meeting=meeting, by=by)


def _of_month(month: dt.date) -> QuerySet[Meeting]:
    return Meeting.objects.of_kind(MeetingKind.CMOG).not_cancelled().filter(period=month)


@transaction.atomic
def move(*, meeting: Meeting, details: CmogDetails, reason: str, by: User) -> Meeting:
    """Another day, place or chair, for a reason. Who sits on it and who was asked is told; calendars follow the day."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_ahead(meeting)
    month = timezone.localdate(details.scheduled_for).replace(day=1)
    if (
        Meeting.objects.not_cancelled()
        .of_kind(MeetingKind.CMOG)
        .filter(period=month)
        .exclude(pk=held.pk)
        .exists()
    ):
        raise CmogThisMonth
    moved = held.scheduled_for != details.scheduled_for
    held.period, held.scheduled_for = month, details.scheduled_for
    held.place, held.chair = details.place, details.chair
    held.version += 1
    held.save(update_fields=["period", "scheduled_for", "place", "chair", "version"])
    record(Action.MEETING_CHANGED, by=by, obj=held, reason=reason, detail={"month": month.isoformat()})
    people = everybody(held)
    words = f"A CMOG has changed. It is on {display_datetime(held.scheduled_for)}."
    leave_word(held, people, words, by=by)
    if moved:
        calendars.send_to(held, people)
    return held


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: User) -> Meeting:
    """It will not be held, for a reason. Its agenda goes; the next one is compiled anew."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_ahead(meeting)
    held.state, held.cancelled_at, held.cancelled_by = MeetingState.CANCELLED, timezone.now(), by
    held.cancelled_reason = reason
    held.version += 1
    held.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancelled_reason", "version"])
    with acting.for_the_system():  # items too that the manager may not be shown
        AgendaItem.objects.filter(meeting=held).delete()
    record(Action.MEETING_CANCELLED, by=by, obj=held, reason=reason)
    leave_word(
        held, everybody(held), f"The CMOG on {display_datetime(held.scheduled_for)} is cancelled.", by=by
    )
    calendars.take_out(held)
    return held


def _asked(meeting: Meeting, post: Membership, by: User) -> Invitation | None:
    """Their new invitation; None where they have one. One from before they came back counts no more and is renewed."""
    row, is_new = Invitation.objects.get_or_create(
        meeting=meeting,
        agency=post.agency,
        person=post.user,
        defaults={"invited_by": by, "role": role_of(post.agency)},
    )
    who = user_context(post.user)
    if is_new or who is None or Invitation.objects.filter(granted_in_agency(who, "invited_at"), pk=row.pk):
        return row if is_new else None
    row.invited_at, row.invited_by = timezone.now(), by
    row.save(update_fields=["invited_at", "invited_by"])
    return row


@transaction.atomic
def invite(*, meeting: Meeting, people: Iterable[Membership], by: User) -> list[Invitation]:
    """Ask people by name, for their agency. It opens no child's case: they see what they may see anyway."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held, people = hold_open(meeting), list(people)
    if any(each.role not in GUESTS for each in people):
        raise NotPermitted
    new = [row for each in people if (row := _asked(held, each, by))]
    if new:
        record(Action.CMOG_INVITED, by=by, obj=held, detail={"people": [str(row.person_id) for row in new]})
        people_asked = [row.person for row in new if row.person]
        when = display_datetime(held.scheduled_for)
        leave_word(held, people_asked, f"You are invited to the CMOG on {when}.", by=by)
        calendars.send_to(held, people_asked)
    return new


@transaction.atomic
def compile_agenda(*, meeting: Meeting, by: User) -> Meeting:
    """Bring the agenda up to date, as often as one likes: what is new is added, what is written or added by hand stays.

    The system looks, so that the agenda is whole; nobody is told what of it they may not see.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_open(meeting)
    with acting.for_the_system():
        bring_up_to_date(held)
    held.compiled_at = timezone.now()
    held.save(update_fields=["compiled_at"])
    record(Action.MEETING_CHANGED, by=by, obj=held)
    return held


@transaction.atomic
def start(*, meeting: Meeting, by: User) -> Meeting:
    """Open the meeting, with the agenda as it is this minute and a seat for each agency that sits on every CMOG."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_ahead(meeting)
    compile_agenda(meeting=held, by=by)
    held.refresh_from_db()
    held.state, held.started_at = MeetingState.IN_PROGRESS, timezone.now()
    held.save(update_fields=["state", "started_at"])
    Invitation.objects.bulk_create(
        Invitation(meeting=held, agency=agency, role=role_of(agency), invited_by=by)
        for agency in standing_agencies()
    )
    record(Action.MEETING_STARTED, by=by, obj=held)
    return held


@transaction.atomic
def end(*, meeting: Meeting, by: User) -> Meeting:
    """Close it: actions are issued, what was decided is in each child's chronology, the minutes are a draft."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    held.state, held.ended_at, held.ended_by = MeetingState.ENDED, timezone.now(), by
    held.save(update_fields=["state", "ended_at", "ended_by"])
    with acting.for_the_system():
        _note_decisions(held)
        issued = _issue(held, by)
    draft(meeting=held, by=by)
    record(Action.MEETING_ENDED, by=by, obj=held)
    tell_owners(issued, at="a CMOG")
    return held


def _note_decisions(meeting: Meeting) -> None:
    """For the people who work with a child and do not sit on the CMOG."""
    decided = AgendaItem.objects.filter(meeting=meeting, kind=ItemKind.CHILD).exclude(decision="")
    for item in decided.select_related("case__lead_agency", "saved_by"):
        if item.case is not None and item.saved_by is not None:
            add_entry(
                case=item.case, kind=EntryKind.MEETING, happened_on=timezone.localdate(),
                text=f"CMOG: {item.decision}", by=item.saved_by, source_id=item.pk,
            )  # fmt: skip


def _issue(meeting: Meeting, by: User) -> list[PlanAction]:
    rows = PlanAction.objects.select_for_update(of=("self",)).select_related(
        "case__lead_agency", "agency", "owner", "set_by", "carried_from"
    )
    drop_overtaken(PlanAction.objects.filter(item__meeting=meeting, issued_at__isnull=True), by)
    issued = list(rows.filter(item__meeting=meeting, issued_at__isnull=True).order_by("due_on", "id"))
    begin(issued)
    for action in issued:
        text = f"Action agreed at the CMOG for {action.agency.short_name}, due {display_date(action.due_on)}."
        add_to_chronology(action, text, action.set_by)
    replace_carried(issued, by)
    return issued


@transaction.atomic(savepoint=False)
def record_item(*, item: AgendaItem, by: User, page: str = "item") -> None:
    """A person opened one item."""
    about = [item.about_id]
    record(Action.MEETING_VIEWED, by=by, obj=item, case=item.case, detail={"page": page}, about=about)
