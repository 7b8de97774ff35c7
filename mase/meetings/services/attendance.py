"""Who came to a meeting, and whether the family is in the room."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from mase.meetings.choices import PRESENT, AnswerKind, AttendanceCode, role_of
from mase.meetings.errors import NO_CHAIR, MeetingRefused
from mase.meetings.models.meeting import Attendance, Invitation, Meeting
from mase.meetings.models.sections import ChairHandover
from mase.meetings.selectors.answers import answers_to, works_for_agency
from mase.meetings.selectors.chairing import able_to_chair
from mase.meetings.selectors.thresholds import is_present
from mase.meetings.services.invitations import CHAIR, Asked, ask
from mase.meetings.services.locking import hold_case, hold_open, hold_running
from mase.meetings.services.meeting_reading import record_change, tell_chronology


@dataclass(frozen=True)
class Came:
    """How one invitation was answered on the day."""

    code: AttendanceCode
    who: str = ""


@transaction.atomic
def record_attendance(*, meeting: Meeting, answers: Mapping[uuid.UUID, Came], by: User) -> Meeting:
    """Mark who came, by invitation; the last word counts. Invitations of other meetings are passed over.

    "Family is here" turns on when the child or a parent is marked as there for the first time.
    """
    gate.require(by, Permission.MEETING_NOTE, meeting)
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
        record_change(held, by, attendance=marked)
    if family_came:
        return set_family_in_room(meeting=held, present=True, by=by)
    return held


@transaction.atomic
def mark_accepted(*, meeting: Meeting, by: User) -> Meeting:
    """In one press: the chair, and who said that they or a deputy come, are there, as far as nobody marked them."""
    gate.require(by, Permission.MEETING_NOTE, meeting)
    said = answers_to(meeting)
    came = {}
    for seat in meeting.invitations.filter(attendance=None).select_related("person", "deputy"):
        answer = said.get(seat.pk)
        if seat.person_id == meeting.chair_id:
            came[seat.pk] = Came(AttendanceCode.ATTENDED)
        elif answer is None or answer.kind == AnswerKind.DECLINE:
            continue
        elif answer.kind == AnswerKind.DEPUTY or seat.deputy:
            name = seat.deputy.full_name if seat.deputy else answer.deputy_name
            came[seat.pk] = Came(AttendanceCode.DEPUTY, name)
        else:
            theirs = seat.person is None and works_for_agency(seat, answer.answered_by)
            came[seat.pk] = Came(AttendanceCode.ATTENDED, answer.answered_by.full_name if theirs else "")
    return record_attendance(meeting=meeting, answers=came, by=by)


@transaction.atomic
def set_family_in_room(*, meeting: Meeting, present: bool, by: User) -> Meeting:
    """The switch "Family is here": while it is on, no screen shows what is for professionals."""
    gate.require(by, Permission.MEETING_NOTE, meeting)
    held = hold_running(meeting)
    if held.family_in_room != present:
        held.family_in_room = present
        held.save(update_fields=["family_in_room"])
        record_change(held, by, family_in_room=present)
    return held


@transaction.atomic
def pass_chair(*, meeting: Meeting, to: User, reason: str, by: User) -> Meeting:
    """Somebody else who may chair takes the chair, for a reason; by anyone who may chair, who may take it themselves.

    The first may have lost sight of the case: they are not asked, and stand among those invited as before.
    """
    if meeting.case_id is not None:
        hold_case(meeting.case_id)
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_open(meeting)
    if held.chair_id == to.pk or to not in able_to_chair(held):
        raise MeetingRefused(NO_CHAIR, "chair")
    before, held.chair = held.chair, to
    held.version += 1
    held.save(update_fields=["chair", "version"])
    ChairHandover.objects.create(meeting=held, before=before, to=to, reason=reason, by=by)
    if held.case_id is not None:
        _seat(held, before, by)
        # Not why: that is of the meeting's record.
        tell_chronology(held, f"{to.full_name} chairs the meeting in place of {before.full_name}.", by)
    # Anyone who takes over midway is there; the first chair was, and stays marked as they were.
    for seat in held.invitations.filter(role=CHAIR, person=to) if held.is_running else []:
        came = {seat.pk: Came(AttendanceCode.ATTENDED)}
        record_attendance(meeting=held, answers=came if not is_present(seat) else {}, by=by)
    detail = {"chair": str(to.pk), "before": str(before.pk), "running": held.is_running}
    record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, reason=reason, detail=detail)
    _tell(to, "You chair a meeting now.", held, by)
    _tell(before, "Somebody else chairs a meeting in your place.", held, by)
    return held


def _seat(meeting: Meeting, before: User, by: User) -> None:
    """The seat of the chair is theirs; the person who had it comes for their agency, as they would have otherwise.

    So that agency's report is asked for from here on.
    """
    for seat in meeting.invitations.filter(role=CHAIR, person=before).select_related("agency"):
        if seat.agency is not None:
            Invitation.objects.filter(pk=seat.pk).update(role=role_of(seat.agency))
    asked = meeting.invitations.filter(person=meeting.chair)
    if not asked.update(role=CHAIR):
        works = Membership.objects.current().select_related("agency").get(user=meeting.chair)
        ask(meeting, [Asked(works.agency, meeting.chair, role=CHAIR)], by=by)


def _tell(person: User, words: str, meeting: Meeting, by: User) -> None:
    if person != by and gate.can(person, Permission.MEETING_VIEW, meeting):
        notify(user=person, text=words, url=meeting.get_absolute_url(), case_id=meeting.case_id)
