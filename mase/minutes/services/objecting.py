"""Objecting to minutes that were sent out, and the chair's answer: both stand in them."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import UserContext, people_who_may, user_context
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.chairing import chairs_now, everybody
from mase.meetings.selectors.meetings import people_to_tell
from mase.meetings.services.locking import hold_unagreed
from mase.minutes.errors import NOT_SENT_OUT, OBJECTIONS_OVER, OWN_OBJECTION
from mase.minutes.models import (
    MinutesAddendum,
    MinutesObjection,
    MinutesReader,
    MinutesRecipient,
    MinutesVersion,
)
from mase.minutes.selectors.minutes import latest_version, may_answer, sees_restricted


@transaction.atomic
def object_to(
    *,
    meeting: Meeting,
    text: str,
    by: User,
    item: AgendaItem | None = None,
    restricted: bool = False,
    seat: Invitation | None = None,
) -> MinutesObjection:
    """Somebody who takes part objects, once to a version, until the last day; of a CMOG once to each item. Who answers
    is told.

    `seat`: the child's or a parent's, who object through somebody who works on the case, and never about what they are
    not given. `restricted`: it is about that part of a child's meeting.
    """
    gate.require(by, Permission.MINUTES_VIEW, meeting)
    who = gate.require_standing(by, Permission.MEETING_TAKE_PART, meeting)
    apart = meeting.case_id is not None and (restricted or bool(item and item.restricted))
    if apart and (seat or not sees_restricted(by, meeting)):
        raise NotPermitted
    require_item(meeting, item, by)
    if seat is not None:
        require_for_family(meeting, seat, by)
    minutes = hold_unagreed(meeting)
    version = latest_version(minutes)
    if version is None:
        raise MeetingRefused(NOT_SENT_OUT)
    if version.may_be_agreed:
        raise MeetingRefused(OBJECTIONS_OVER)
    before = MinutesObjection.objects.filter(version=version, seat=seat)
    if seat and (found := before.filter(item=item, text=text).first()):
        return found
    if meeting.case_id is None:
        before = before.filter(item=item)
    if seat is None and before.filter(by=by).exists():
        raise ChangedMeanwhile
    objection = MinutesObjection.objects.create(
        minutes=minutes, version=version, item=item, restricted=apart, text=text, by=by, agency=who.agency, seat=seat,
    )  # fmt: skip
    detail = {"meeting": str(meeting.pk), "version": version.number, "restricted": apart}
    if seat is not None:
        detail["for"] = seat.role
    on_record(Action.MINUTES_OBJECTED, objection, meeting, by, detail)
    words = "There is an objection to minutes, which waits for an answer."
    leave_word(meeting, [each for each in answerers(objection, meeting) if each != by], words)
    return objection


def require_item(meeting: Meeting, item: AgendaItem | None, by: User) -> None:
    """Where it is about an item, it is one of this meeting; at a CMOG also one that this person sees."""
    if item is None:
        return
    if item.meeting_id != meeting.pk:
        raise NotPermitted
    if meeting.case_id is None:
        gate.require(by, Permission.CMOG_ITEM_VIEW, item)


def on_record(
    action: Action,
    row: MinutesObjection | MinutesAddendum,
    meeting: Meeting,
    by: User,
    detail: dict[str, Any],
) -> None:
    """What is said of minutes is of the meeting's case; at a CMOG of what its item is about."""
    item = row.item if meeting.case_id is None else None
    record(
        action, by=by, obj=row, case=item.case if item else meeting.case, detail=detail,
        about=[item.subject_id] if item else [],
    )  # fmt: skip


def require_for_family(meeting: Meeting, seat: Invitation, by: User) -> None:
    """Anyone who works on the case acts for the child or a parent who was asked to this meeting; for nobody else."""
    gate.require(by, Permission.CASE_CHANGE, meeting.case)
    if seat.meeting_id != meeting.pk or not seat.is_family:
        raise NotVisible


def answerers(objection: MinutesObjection, meeting: Meeting) -> list[User]:
    """Anyone who chairs now and may read what it is about; else those who may and can answer."""
    able = [each for each in chairs_now(meeting) if may_answer(each, meeting, objection)]
    if able:
        return able
    others = people_who_may(Permission.MEETING_CHAIR)
    if meeting.case_id is None:
        others += people_who_may(Permission.CMOG_WRITE)
    else:
        others += [who.user for who in readers_now(meeting, None)]
        others += filter(None, [meeting.case.lead_professional])
    return [each for each in dict.fromkeys(others) if may_answer(each, meeting, objection)]


@transaction.atomic
def answer(*, objection: MinutesObjection, accepted: bool, reason: str, by: User) -> MinutesObjection:
    """The chair says yes, and the item is worded otherwise; or no. Either with a reason, and the person is told.

    About the restricted part, or what its chair may not see, somebody answers who may read it: see `may_answer`.
    """
    meeting = objection.minutes.meeting
    gate.require(by, Permission.MINUTES_VIEW, meeting)
    if not may_answer(by, meeting, objection):
        raise NotPermitted
    hold_unagreed(meeting)
    rows = MinutesObjection.objects.select_for_update(of=("self",)).select_related("item__case", "by")
    locked = rows.get(pk=objection.pk)
    if locked.accepted is not None:
        raise ChangedMeanwhile
    of_cmog = meeting.case_id is None
    if of_cmog and locked.by == by and any(each != by for each in answerers(locked, meeting)):
        raise MeetingRefused(OWN_OBJECTION)
    locked.accepted, locked.answer = accepted, reason
    locked.answered_by, locked.answered_at = by, timezone.now()
    locked.save(update_fields=["accepted", "answer", "answered_by", "answered_at"])
    detail = {"meeting": str(meeting.pk), "accepted": accepted}
    on_record(Action.MINUTES_ANSWERED, locked, meeting, by, detail)
    still_seen = (
        not of_cmog or locked.item is None or gate.can(locked.by, Permission.CMOG_ITEM_VIEW, locked.item)
    )
    if still_seen and gate.can(locked.by, Permission.MINUTES_VIEW, meeting):
        leave_word(meeting, [locked.by], "What you said about the minutes of a meeting has been answered.")
    return locked


OUT = "Minutes of a meeting you were asked to are out."
AGREED = "Minutes of a meeting you were asked to are agreed."


def readers_now(meeting: Meeting, by: User | None) -> list[UserContext]:
    """Every recipient who may read the minutes, by name or through their agency; of a CMOG everybody who sits on it or
    was asked. But for the sender.
    """
    if meeting.case_id is None:
        people = [person for person in everybody(meeting) if person != by]
        return [who for person in people if (who := user_context(person))]
    rows = MinutesRecipient.objects.filter(minutes__meeting=meeting).select_related("person", "agency")
    return readers_among(meeting, rows, by)


def readers_among(meeting: Meeting, rows: Iterable[MinutesRecipient], by: User | None) -> list[UserContext]:
    """The same of some recipients, as the gate says it of each."""
    found = (each for row in rows for each in ([row.person] if row.person else people_to_tell(row.agency)))
    asked = list(dict.fromkeys(each for each in found if each != by))
    gate.ask_together(asked, Permission.CASE_VIEW, meeting.case)
    may_read = [person for person in asked if gate.can(person, Permission.MINUTES_VIEW, meeting)]
    return [who for person in may_read if (who := user_context(person))]


def leave_word(meeting: Meeting, people: Iterable[User], words: str) -> None:
    """A sentence without personal data, and the page it leads to."""
    url = f"/meetings/{meeting.pk}/minutes/"
    notify_all(Notification(user=person, text=words, url=url, case_id=meeting.case_id) for person in people)


def note(version: MinutesVersion, by: User, what: str) -> None:
    """Write down the first time that this person opened the page of this version, or took a copy."""
    who, done = user_context(by), version.readers.filter(person=by, **{f"{what}__isnull": False})
    if who is not None and not done.exists():
        note_readers(version, [who], what)


def note_readers(version: MinutesVersion, people: Iterable[UserContext], what: str) -> None:
    """What each of these people did with this version now, or that they were told of it."""
    now = {what: timezone.now()}
    rows = [MinutesReader(version=version, person=who.user, agency=who.agency, **now) for who in people]
    MinutesReader.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["version", "person"], update_fields=[what]
    )
