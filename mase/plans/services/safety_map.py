"""The Signs of Safety map of a meeting: danger statements with their goals and scales, and what is beside them."""

import uuid
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.querysets import restricted_keys
from mase.meetings.selectors.thresholds import own_seat
from mase.meetings.services.locking import already_made, hold_running
from mase.meetings.services.meeting_reading import record_change
from mase.meetings.services.sections import save_edited
from mase.plans.choices import DangerEnd, MapKind
from mase.plans.errors import DANGER_STAYS
from mase.plans.models.plan import AgencyView, PlanAction
from mase.plans.models.safety_map import DangerStatement, MapEntry, ScaleScore


@dataclass(frozen=True)
class Danger:
    """A danger statement and the safety goal that answers it."""

    text: str
    goal: str
    disputed_by: str = ""


@transaction.atomic
def add_danger(*, meeting: Meeting, key: uuid.UUID, danger: Danger, by: User) -> DangerStatement:
    """Write down what everyone is worried may happen, and what must be seen for it to be gone."""
    gate.require(by, Permission.MEETING_NOTE, meeting)
    held = hold_running(meeting)
    if found := already_made(DangerStatement, key, meeting_id=held.pk):
        return found
    last = held.dangers.order_by("-order").first()  # one between may have been taken off
    row = DangerStatement.objects.create(
        pk=key, meeting=held, order=last.order + 1 if last else 1, saved_at=timezone.now(), saved_by=by,
        **asdict(danger),
    )  # fmt: skip
    record_change(held, by, obj=row, part="danger added")
    return row


@transaction.atomic
def save_danger(*, danger: DangerStatement, said: Danger, version: int, by: User) -> DangerStatement:
    """Put the words of a danger statement or its goal right."""
    gate.require(by, Permission.MEETING_NOTE, danger.meeting)
    held = hold_running(danger.meeting)
    return save_edited(danger, asdict(said), version=version, meeting=held, by=by)


@transaction.atomic
def remove_danger(*, danger: DangerStatement, by: User) -> None:
    """Take off a danger that was written at this meeting by mistake. It stays once anything rests on it."""
    held, locked = _held(danger, by)
    actions = PlanAction.objects.filter(danger=locked)
    rests = locked.scores.exists() or actions.exists() or bool(restricted_keys(actions))
    if locked.earlier_id or locked.is_ended or rests:
        raise MeetingRefused(DANGER_STAYS)
    record_change(held, by, obj=locked, part="danger removed")
    locked.delete()


@transaction.atomic
def end_danger(*, danger: DangerStatement, because: DangerEnd | None, reason: str = "", by: User) -> None:
    """The meeting ends a danger statement, with its reason: it is in this record, and in no later one.

    Without one, while the meeting runs, the danger goes on after all.
    """
    held, row = _held(danger, by)
    if (row.ended_code, row.ended_reason) == (because or "", reason):
        return
    if because and row.is_ended:
        raise ChangedMeanwhile
    ended = (timezone.now(), by) if because else (None, None)
    row.ended_code, row.ended_reason, (row.ended_at, row.ended_by) = because or "", reason, ended
    row.save()
    record_change(held, by, obj=row, part="danger ended" if because else "danger goes on")


@transaction.atomic
def add_entry(
    *, meeting: Meeting, key: uuid.UUID, kind: MapKind, text: str, by: User, restricted: bool = False
) -> MapEntry:
    """One more line on the map; a restricted one is for professionals only."""
    gate.require(by, Permission.MEETING_NOTE, meeting)
    if restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_running(meeting)
    if found := already_made(MapEntry, key, meeting_id=held.pk):
        return found
    entry = MapEntry.objects.create(
        pk=key, meeting=held, kind=kind, text=text, restricted=restricted, added_by=by
    )
    record_change(held, by, obj=entry, part="map line added")
    return entry


@transaction.atomic
def remove_line(*, line: MapEntry | AgencyView, by: User) -> None:
    """Take a line off the map, or an agency's reason not to agree off the record, while the meeting goes on."""
    gate.require(by, Permission.MEETING_NOTE, line.meeting)
    held = hold_running(line.meeting)
    record_change(held, by, obj=line, removed=True)
    line.delete()


@transaction.atomic
def score(*, danger: DangerStatement, seat: Invitation | None, value: int | None, by: User) -> None:
    """Where a seat, or without one the child, places the child's safety; None takes the number back."""
    held = _hold_seat(danger, seat, by)
    if value is None:
        danger.scores.filter(invitation=seat).delete()
    else:
        now = {"value": value, "recorded_at": timezone.now(), "recorded_by": by}
        ScaleScore.objects.update_or_create(danger=danger, invitation=seat, defaults=now)
    record_change(held, by, obj=danger, part="scale")


@transaction.atomic
def explain(*, score: ScaleScore, reason: str, by: User) -> None:
    """Why a seat gave its number."""
    held = _hold_seat(score.danger, score.invitation, by)
    ScaleScore.objects.filter(pk=score.pk).update(reason=reason)
    record_change(held, by, obj=score.danger, part="scale")


def carry_over(meeting: Meeting, by: User) -> None:
    """A review begins with the danger statements of the meeting before that go on, each with its goal."""
    before = Meeting.objects.ended().filter(case=meeting.case_id).order_by("-ended_at").first()
    if before is None or meeting.dangers.exists():
        return
    for old in before.dangers.filter(ended_at=None):
        DangerStatement.objects.create(
            meeting=meeting, order=old.order, text=old.text, goal=old.goal, disputed_by=old.disputed_by, earlier=old,
            saved_at=timezone.now(), saved_by=by,
        )  # fmt: skip


def _held(danger: DangerStatement, by: User) -> tuple[Meeting, DangerStatement]:
    """For its chair and minute taker: the meeting, which runs, and the danger as it stands, both locked."""
    gate.require(by, Permission.MEETING_NOTE, danger.meeting)
    return hold_running(danger.meeting), DangerStatement.objects.select_for_update(of=("self",)).get(
        pk=danger.pk
    )


def _hold_seat(danger: DangerStatement, seat: Invitation | None, by: User) -> Meeting:
    """For who sits there, the chair and the minute taker; the child's number also for who works on the case."""
    meeting = danger.meeting
    if not gate.can(by, Permission.MEETING_NOTE, meeting):
        if seat is None:
            gate.require(by, Permission.CASE_CHANGE, meeting.case)
        else:
            gate.require(by, Permission.MEETING_CONTRIBUTE, meeting)
            if own_seat(by, meeting.invitations.all()) != seat:
                raise NotPermitted
    return hold_running(meeting)
