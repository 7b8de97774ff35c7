"""Leaving somebody out of the minutes of a meeting, for a reason, and sending the minutes to them after all."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import take_back
from cse_portal.reference.selectors import clock_rule
from mase.choices import MeetingState, MinutesState
from mase.errors import LeavingReasonMissing, MeetingNotEditable, StaysOnTheList
from mase.models import LeftOut, MaseMeeting, Minutes, MinutesReader
from mase.selectors.circulation import Recipient, circulation, has_list
from mase.selectors.meetings import people_to_tell
from mase.selectors.minutes import latest_version
from mase.services import sight
from mase.services.locking import hold, hold_case
from mase.services.minutes.telling import AGREED, OUT, leave_word, page_of, those_who_may_read


@transaction.atomic
def leave_out(*, meeting: MaseMeeting, whom: Mapping[uuid.UUID, str], by: User) -> list[LeftOut]:
    """Who of those on the list does not get the minutes, by the key of the person or agency, each with the reason.

    They are not told, then or later, and what they were told of the minutes goes. From the meeting's end on, or as soon
    as it is broken off, the gate and PostgreSQL keep the minutes and the record from them; what they see of the case
    stays. Who is not on the list, or was left out before, is passed over, so that a second press does nothing.
    (Board procedure, item 20 of the standing agenda: who gets the minutes, and what is left out.)

    Raises StaysOnTheList for who chairs, runs such meetings or takes the minutes; LeavingReasonMissing.
    """
    hold_case(meeting.case_id)  # nobody becomes who leads it while the chair decides
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if not whom:
        return []
    held = hold(meeting)
    if not has_list(held):
        raise MeetingNotEditable
    found = circulation(held)
    chosen = [(each, why) for key, why in whom.items() if (each := found.recipient(key))]
    for each, why in chosen:
        if each.stays is not None:
            raise StaysOnTheList(each.name)
        if not why.strip():
            raise LeavingReasonMissing(each.within_a_sentence)
    rows = [_left_out(held, each, why.strip(), by) for each, why in chosen]
    if rows and held.state == MeetingState.ENDED:
        _take_back_word(held)
    return rows


@dataclass(frozen=True)
class AfterAll:
    """Who gets the minutes after all, and who was told just now, to object until a day: nobody before they are out."""

    row: LeftOut
    is_out: bool
    told: list[User] = field(default_factory=list)
    until: dt.date | None = None


@transaction.atomic
def send_after_all(*, row: LeftOut, by: User) -> AfterAll:
    """The chair sends the minutes to somebody who was left out. They are told now, and have their days from now.

    Asking again changes nothing and tells nobody. Whoever lost sight of the case meanwhile is not told.
    """
    meeting = row.meeting
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold(meeting)
    locked = LeftOut.objects.select_for_update(of=("self",)).select_related("person", "agency").get(pk=row.pk)
    minutes = Minutes.objects.filter(meeting=held, circulated_at__isnull=False).first()
    if locked.added_at is not None:
        return AfterAll(locked, is_out=minutes is not None)
    locked.added_at, locked.added_by = timezone.now(), by
    locked.save(update_fields=["added_at", "added_by"])
    record(Action.MINUTES_SENT_AFTER_ALL, by=by, obj=locked, case=held.case, detail=_detail(locked))
    if minutes is None:
        return AfterAll(locked, is_out=False)
    is_agreed = minutes.state == MinutesState.AGREED
    until = None if is_agreed else clock_rule("MINUTES_OBJECTION").due(timezone.now())
    minutes.meeting = held
    if until is not None:
        locked.meeting = held
        sight.lengthen_for(row=locked, until=until, by=by)
    return AfterAll(locked, True, _tell(minutes, locked, until, by), until)


def _left_out(meeting: MaseMeeting, each: Recipient, why: str, by: User) -> LeftOut:
    person = each.holder if isinstance(each.holder, User) else None
    row = LeftOut.objects.create(meeting=meeting, person=person, agency=each.agency, reason=why, by=by)
    record(Action.MINUTES_LEFT_OUT, by=by, obj=row, case=meeting.case, reason=why, detail=_detail(row))
    return row


def _detail(row: LeftOut) -> dict[str, object]:
    person = str(row.person_id) if row.person_id else None
    return {"meeting": str(row.meeting_id), "person": person, "agency": str(row.agency_id)}


def _take_back_word(meeting: MaseMeeting) -> None:
    """Whoever was told before, and may not read them any more."""
    url = page_of(meeting)
    with acting.for_the_system():  # what others were told is nobody's to read
        told = list(User.objects.filter(pk__in=Notification.objects.filter(url=url).values("user")))
    read = {who.user.pk for who in those_who_may_read(meeting, told)}
    take_back(people=[each for each in told if each.pk not in read], url=url)


def _tell(minutes: Minutes, row: LeftOut, until: dt.date | None, by: User) -> list[User]:
    """Word to those whom the row kept the minutes from, and their own last day to object."""
    meeting, version = minutes.meeting, latest_version(minutes)
    if version is None:
        return []
    told = those_who_may_read(meeting, [each for each in _whom(meeting, row) if each != by])
    now = timezone.now()
    readings = [
        MinutesReader(
            version=version, person=who.user, agency=who.agency, told_at=now, objections_until=until
        )
        for who in told
    ]
    MinutesReader.objects.bulk_create(
        readings, update_conflicts=True, unique_fields=["version", "person"],
        update_fields=["told_at", "objections_until"],
    )  # fmt: skip
    people = [who.user for who in told]
    leave_word(meeting, people, OUT if until else AGREED)
    return people


def _whom(meeting: MaseMeeting, row: LeftOut) -> list[User]:
    """The person; of an agency that was asked everybody there, but whom the row spared: they had them all along."""
    if row.person is not None:
        return [row.person]
    seats = meeting.invitations.select_related("person", "deputy").filter(agency=row.agency)
    named = {person for seat in seats for person in (seat.person, seat.deputy) if person}
    if (lead := meeting.case.lead_professional) and row.agency_id == meeting.case.lead_agency_id:
        named.add(lead)
    asked = any(seat.person is None for seat in seats)
    there = people_to_tell(row.agency)
    return [each for each in there if (_is_about(row, each) if each in named else asked)]


def _is_about(row: LeftOut, person: User) -> bool:
    who = standing(person)
    return who is not None and LeftOut.objects.filter(pk=row.pk).naming(who).exists()
