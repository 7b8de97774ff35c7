"""What is written while a meeting runs: who came, the stage, the agenda, notes, the child's voice."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from mase.meetings.choices import PRESENT, AnswerKind, AttendanceCode, Stage, role_of
from mase.meetings.errors import NO_CHAIR, MeetingRefused, SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.sections import ChildVoice, Interruption
from mase.meetings.selectors.answers import works_for_agency
from mase.meetings.selectors.chairing import able_to_chair
from mase.meetings.selectors.meetings import last_place
from mase.meetings.selectors.thresholds import is_present
from mase.meetings.services.invitations import CHAIR, Asked, ask
from mase.meetings.services.locking import already_made, hold_case, hold_open, hold_running
from mase.meetings.services.meeting_reading import record_change, tell_chronology

# What is said of the child's voice, and of a parent's, in one part.
SPOKEN = (
    "obtained", "words", "heard_by", "heard_on", "tool", "seen_alone", "what_changed", "not_obtained",
    "not_obtained_detail", "parent_view", "parent_not_sought", "parent_heard_by", "parent_heard_on", "parent_how",
    "parent_alone", "parent_changed",
)  # fmt: skip
R = TypeVar("R", bound=models.Model)


@transaction.atomic
def save_notes(*, item: AgendaItem, notes: str, version: int, by: User) -> AgendaItem:
    """The notes under one item of the agenda: by the chair or the minute taker."""
    gate.require(by, Permission.MEETING_NOTE, item.meeting)
    if item.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, item.meeting.case)
    meeting = hold_running(item.meeting)
    return save_edited(item, {"notes": notes}, version=version, meeting=meeting, by=by)


@transaction.atomic
def save_voice(*, voice: ChildVoice, said: ChildVoice, version: int, by: User) -> ChildVoice:
    """The child's voice: by anyone who works on the case, before or during the meeting; during it by who writes it."""
    if not (voice.meeting.is_running and gate.can(by, Permission.MEETING_NOTE, voice.meeting)):
        gate.require(by, Permission.CASE_CHANGE, voice.meeting.case)
    meeting = hold_open(voice.meeting)
    changes = {name: getattr(said, name) for name in SPOKEN}
    return save_edited(voice, changes, version=version, meeting=meeting, by=by)


def save_edited(
    row: R,
    changes: Mapping[str, Any],
    *,
    version: int,
    meeting: Meeting,
    by: User,
    compare: tuple[str, ...] = (),
) -> R:
    """Write a row, unless somebody else saved it since the `version` that its writer had before them.

    Saving the same again changes nothing.
    """
    locked = cast(Any, type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk))
    compared = compare or tuple(changes)
    if all(getattr(locked, name) == changes[name] for name in compared):
        return cast(R, locked)
    if locked.version != version:
        raise SomeoneElseSaved(locked)
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.version, locked.saved_at, locked.saved_by = locked.version + 1, timezone.now(), by
    locked.save(update_fields=[*changes, "version", "saved_at", "saved_by"])
    record_change(meeting, by, obj=locked, fields=sorted(changes))
    return cast(R, locked)


@transaction.atomic
def move_to(*, meeting: Meeting, stage: Stage, by: User) -> Meeting:
    """The meeting moves to this stage, and with it every screen that follows it."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    if held.stage != stage:
        held.stage = stage
        held.save(update_fields=["stage"])
        record_change(held, by, stage=stage)
    return held


@transaction.atomic
def add_item(*, meeting: Meeting, key: uuid.UUID, title: str, restricted: bool, by: User) -> AgendaItem:
    """One more item, at the end of the agenda; a restricted one is for professionals only."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_open(meeting)
    if found := already_made(AgendaItem, key, meeting_id=held.pk):
        return found
    item = AgendaItem.objects.create(
        pk=key, meeting=held, case=held.case, order=last_place(held) + 1, code=f"added-{key.hex[-12:]}",
        title=title, restricted=restricted,
    )  # fmt: skip
    record_change(held, by, obj=item, part="agenda", what="added")
    return item


@transaction.atomic
def move_item(*, item: AgendaItem, up: bool, by: User) -> AgendaItem:
    """One place up or down. An item at the end stays where it is."""
    gate.require(by, Permission.MEETING_CHAIR, item.meeting)
    held = hold_open(item.meeting)
    rows = held.agenda.select_for_update(of=("self",))
    locked = rows.get(pk=item.pk)
    beside = Q(order__lt=locked.order) if up else Q(order__gt=locked.order)
    other = rows.filter(beside).order_by("-order" if up else "order").first()
    if other is not None:
        locked.order, other.order = other.order, locked.order
        AgendaItem.objects.bulk_update([locked, other], ["order"])
        record_change(held, by, obj=locked, part="agenda", what="moved")
    return locked


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
    for seat in held.invitations.all():
        answer = answers.get(seat.pk)
        if answer is None or (seat.came_as, seat.who_came) == (answer.code, answer.who):
            continue
        family_came |= seat.is_family and answer.code in PRESENT and not is_present(seat)
        seat.came_as, seat.who_came = answer.code, answer.who
        rows.append(seat)
    Invitation.objects.bulk_update(rows, ["came_as", "who_came"])
    if marked := {str(seat.pk): seat.came_as for seat in rows}:
        record_change(held, by, attendance=marked)
    if family_came:
        return set_family_in_room(meeting=held, present=True, by=by)
    return held


@transaction.atomic
def mark_accepted(*, meeting: Meeting, by: User) -> Meeting:
    """In one press: the chair, and who said that they or a deputy come, are there, as far as nobody marked them."""
    gate.require(by, Permission.MEETING_NOTE, meeting)
    came = {}
    for seat in meeting.invitations.filter(came_as="").select_related("person", "deputy", "answered_by"):
        if seat.person_id == meeting.chair_id:
            came[seat.pk] = Came(AttendanceCode.ATTENDED)
        elif seat.answered_by is None or seat.answer == AnswerKind.DECLINE:
            continue
        elif seat.answer == AnswerKind.DEPUTY or seat.deputy:
            name = seat.deputy.full_name if seat.deputy else seat.deputy_name
            came[seat.pk] = Came(AttendanceCode.DEPUTY, name)
        else:
            theirs = seat.person is None and works_for_agency(seat, seat.answered_by)
            came[seat.pk] = Came(AttendanceCode.ATTENDED, seat.answered_by.full_name if theirs else "")
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
    Interruption.objects.create(meeting=held, before=before, to=to, reason=reason, by=by)
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
