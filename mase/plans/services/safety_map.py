"""The Signs of Safety map of a meeting: danger statements with their goals and scales, and what is beside them."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.querysets import restricted_keys
from mase.meetings.services.locking import already_made, hold_running
from mase.meetings.services.sections import Edit, save_edited
from mase.plans.choices import DangerEnd, MapKind
from mase.plans.errors import DangerStays, ScoreIncomplete
from mase.plans.models.plan import PlanAction
from mase.plans.models.safety_map import DangerStatement, MapEntry, SafetyGoal, ScaleScore

HIGHEST = 10
ENDING = ["ended_code", "ended_reason", "ended_at", "ended_by"]


@dataclass(frozen=True)
class Danger:
    """A danger statement and the safety goal that answers it."""

    text: str
    goal: str
    disputed_by: str = ""


@dataclass(frozen=True)
class Score:
    """Where one person places the child's safety, 0 to 10, why, and what would make it one more.

    Signs of Safety: a number is where talking begins, so it never stands without its words.
    """

    value: int
    reason: str = ""
    one_higher: str = ""


@transaction.atomic
def add_danger(*, meeting: Meeting, key: uuid.UUID, danger: Danger, by: User) -> DangerStatement:
    """Write down what everyone is worried may happen, and what must be seen for it to be gone."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    if found := already_made(DangerStatement, key, meeting_id=held.pk):
        return found
    row = DangerStatement.objects.create(
        pk=key, meeting=held, order=_next_order(held), text=danger.text, disputed_by=danger.disputed_by,
        saved_at=timezone.now(), saved_by=by,
    )  # fmt: skip
    SafetyGoal.objects.create(danger=row, text=danger.goal)
    _note(held, row, "danger added", by)
    return row


@transaction.atomic
def save_danger(*, danger: DangerStatement, said: Danger, edit: Edit, by: User) -> DangerStatement:
    """Put the words of a danger statement or its goal right."""
    gate.require(by, Permission.MEETING_CHAIR, danger.meeting)
    held = hold_running(danger.meeting)
    goal = SafetyGoal.objects.select_for_update().get(danger=danger)
    changes = {"text": said.text, "disputed_by": said.disputed_by}
    saved = save_edited(danger, changes, edit=edit, meeting=held, by=by, unchanged=goal.text == said.goal)
    SafetyGoal.objects.filter(pk=goal.pk).update(text=said.goal)
    return saved


@transaction.atomic
def remove_danger(*, danger: DangerStatement, by: User) -> None:
    """Take off a danger that was written at this meeting by mistake. DangerStays once anything rests on it."""
    held, locked = _held(danger, by)
    actions = PlanAction.objects.filter(goal__danger=locked)
    rests = locked.scores.exists() or actions.exists() or bool(restricted_keys(actions))
    if locked.earlier_id or locked.is_ended or rests:
        raise DangerStays
    _note(held, locked, "danger removed", by)
    locked.delete()


@transaction.atomic
def end_danger(*, danger: DangerStatement, because: DangerEnd, reason: str, by: User) -> DangerStatement:
    """The meeting ends a danger statement, with its reason: it is in this record, and in no later one."""
    held, row = _held(danger, by)
    if row.is_ended:
        if (row.ended_code, row.ended_reason) == (because, reason):
            return row
        raise ChangedMeanwhile
    row.ended_code, row.ended_reason, row.ended_at, row.ended_by = because, reason, timezone.now(), by
    row.save(update_fields=ENDING)
    _note(held, row, "danger ended", by)
    return row


@transaction.atomic
def resume_danger(*, danger: DangerStatement, by: User) -> None:
    """While the meeting runs: the danger goes on after all."""
    held, row = _held(danger, by)
    if row.is_ended:
        row.ended_code, row.ended_reason, row.ended_at, row.ended_by = "", "", None, None
        row.save(update_fields=ENDING)
        _note(held, row, "danger goes on", by)


@transaction.atomic
def add_entry(
    *, meeting: Meeting, key: uuid.UUID, kind: MapKind, text: str, by: User, restricted: bool = False
) -> MapEntry:
    """One more line on the map; a restricted one is for professionals only."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_running(meeting)
    if found := already_made(MapEntry, key, meeting_id=held.pk):
        return found
    entry = MapEntry.objects.create(
        pk=key, meeting=held, kind=kind, text=text, restricted=restricted, added_by=by
    )
    _note(held, entry, "map line added", by)
    return entry


@transaction.atomic
def remove_entry(*, entry: MapEntry, by: User) -> None:
    """Take a line off the map while the meeting goes on."""
    gate.require(by, Permission.MEETING_CHAIR, entry.meeting)
    held = hold_running(entry.meeting)
    _note(held, entry, "map line removed", by)
    entry.delete()


@transaction.atomic
def score(*, danger: DangerStatement, scores: Mapping[uuid.UUID, Score | None], by: User) -> DangerStatement:
    """Where each person there places the child's safety; None takes a score back.

    What is new needs its reason, and below 10 what would be one point higher: ScoreIncomplete.
    """
    gate.require(by, Permission.MEETING_CHAIR, danger.meeting)
    held = hold_running(danger.meeting)
    invited = set(held.invitations.values_list("pk", flat=True))
    before = {row.invitation_id: Score(row.value, row.reason, row.one_higher) for row in danger.scores.all()}
    given = {pk: said for pk, said in scores.items() if pk in invited}
    new = {pk: said for pk, said in given.items() if said is not None and before.get(pk) != said}
    _check_words(new)
    danger.scores.filter(invitation_id__in=[pk for pk, said in given.items() if said is None]).delete()
    ScaleScore.objects.bulk_create(
        [
            ScaleScore(danger=danger, invitation_id=pk, recorded_by=by, **asdict(said))
            for pk, said in new.items()
        ],
        update_conflicts=True,
        unique_fields=["danger", "invitation"],
        update_fields=["value", "reason", "one_higher", "recorded_at", "recorded_by"],
    )
    _note(held, danger, "scale", by)
    return danger


def carry_over(meeting: Meeting, by: User) -> None:
    """A review begins with the danger statements of the meeting before that go on, each with its goal."""
    before = Meeting.objects.ended().filter(case=meeting.case_id).order_by("-ended_at").first()
    if before is None or meeting.dangers.exists():
        return
    for old in before.dangers.filter(ended_at=None).select_related("goal"):
        row = DangerStatement.objects.create(
            meeting=meeting, order=old.order, text=old.text, disputed_by=old.disputed_by, earlier=old,
            saved_at=timezone.now(), saved_by=by,
        )  # fmt: skip
        SafetyGoal.objects.create(danger=row, text=old.goal.text)


def _held(danger: DangerStatement, by: User) -> tuple[Meeting, DangerStatement]:
    """For its chair: the meeting, which runs, and the danger as it stands, both locked."""
    gate.require(by, Permission.MEETING_CHAIR, danger.meeting)
    return hold_running(danger.meeting), DangerStatement.objects.select_for_update(of=("self",)).get(
        pk=danger.pk
    )


def _check_words(scores: Mapping[uuid.UUID, Score]) -> None:
    for seat, said in scores.items():
        if not said.reason.strip():
            raise ScoreIncomplete("reason", seat)
        if said.value < HIGHEST and not said.one_higher.strip():
            raise ScoreIncomplete("higher", seat)


def _next_order(meeting: Meeting) -> int:
    """After the last, though one between may have been taken off."""
    last = meeting.dangers.order_by("-order").first()
    return last.order + 1 if last else 1


def _note(meeting: Meeting, row: DangerStatement | MapEntry, what: str, by: User) -> None:
    detail = {"meeting": str(meeting.pk), "part": what}
    record(Action.MEETING_CHANGED, by=by, obj=row, case=meeting.case, detail=detail)
