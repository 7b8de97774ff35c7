"""What a meeting about no one child does: a year of them booked, the agenda compiled, what start and end bring."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.keys import new_key
from cse_portal.ui.presenters import display_date
from mase.cmog.selectors.cmog import standing_agencies
from mase.cmog.services.agenda import bring_up_to_date
from mase.meetings.choices import SITS_ON_EVERY, ItemKind, MeetingKind, role_of
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.chairing import everybody
from mase.meetings.selectors.meetings import free_month
from mase.meetings.services import calendars
from mase.meetings.services.locking import already_made, hold_open
from mase.minutes.services import draft
from mase.plans.models.plan import PlanAction
from mase.plans.services.readers import tell_owners
from mase.plans.services.rows import add_to_chronology, begin


@transaction.atomic
def book(
    *,
    key: uuid.UUID,
    days: Sequence[dt.datetime],
    place: str,
    chair: User,
    by: User,
    link: str = "",
    kind: MeetingKind = MeetingKind.CMOG,
) -> list[Meeting]:
    """Set the days of some months' meetings, and compile the agenda of the next. Who sits on each is asked unnamed."""
    gate.require(by, Permission.CMOG_BOOK)
    if found := already_made(Meeting, key, booked_by_id=by.pk):
        return [found]
    rows = []
    for number, day in enumerate(sorted(days)):
        row = Meeting(
            pk=new_key() if number else key, kind=kind, period=free_month(kind, day),
            scheduled_for=day, place=place, link=link, chair=chair, booked_by=by,
        )  # fmt: skip
        row.save(force_insert=True)
        record(Action.MEETING_SCHEDULED, by=by, obj=row, detail={"month": str(row.period)})
        rows.append(row)
    members = everybody(rows[0])
    for row in rows:
        calendars.send_to(row, members)
    compile_next(kind, by)
    return rows


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


def compile_next(kind: MeetingKind, by: User) -> None:
    """The agenda of the one that comes next; those of later months wait until it has ended."""
    following = Meeting.objects.upcoming().of_kind(kind).first()
    if following is not None:
        compile_agenda(meeting=following, by=by)


def set_out(meeting: Meeting, by: User) -> None:
    """It starts: its agenda as it is this minute, and a seat for each agency that sits on every CMOG."""
    compile_agenda(meeting=meeting, by=by)
    Invitation.objects.bulk_create(
        Invitation(meeting=meeting, agency=agency, role=role_of(agency), invited_by=by)
        for agency in standing_agencies(meeting.kind)
    )


def take_effect(meeting: Meeting, by: User) -> None:
    """It has ended: actions are issued, what was decided is in each child's chronology, for the people who work with a
    child and do not sit on the CMOG, and the minutes are a draft.
    """
    with acting.for_the_system():
        decided = AgendaItem.objects.filter(meeting=meeting, kind=ItemKind.CHILD).exclude(decision="")
        for item in decided.select_related("case__lead_agency", "saved_by"):
            if item.case is not None and item.saved_by is not None:
                add_entry(
                    case=item.case, kind=EntryKind.MEETING, text=f"CMOG: {item.decision}", by=item.saved_by,
                    source_id=item.pk,
                )  # fmt: skip
        rows = PlanAction.objects.select_for_update(of=("self",)).select_related(
            "case__lead_agency", "agency", "owner", "set_by", "carried_from"
        )
        issued = list(rows.filter(item__meeting=meeting, issued_at__isnull=True).order_by("due_on", "id"))
        begin(issued)
        for action in issued:
            day = display_date(action.due_on)
            text = f"Action agreed at the CMOG for {action.agency.short_name}, due {day}."
            add_to_chronology(action, text, action.set_by)
    draft(meeting=meeting, by=by)
    tell_owners(issued, at="a CMOG")
    for kind in SITS_ON_EVERY:  # what a CMOG reports upward is on the next strategic one's agenda
        compile_next(kind, by)
