"""Keeping who is trained: courses, attendance by hand and by uploaded list, who has left, and the list as a file."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.ui.tabular import Sheet, write
from reporting.workforce.models import Attendance, Course, StaffMember, TrainingList
from reporting.workforce.selectors.lists import LABELS, Line, Row, lines_of
from reporting.workforce.selectors.people import Person, agencies_kept


@dataclass(frozen=True)
class Kept:
    """What became of a list's rows."""

    recorded: int
    already: int
    waiting: int


@transaction.atomic
def save_course(
    *, values: Mapping[str, Any], by: User, key: uuid.UUID, course: Course | None = None
) -> Course:
    """Add a course, or say its name, level and how long it is valid anew."""
    gate.require(by, Permission.TRAINING_ALL)
    row = course or Course.objects.filter(pk=key).first() or Course(pk=key)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record(Action.TRAINING_RECORDED, by=by, obj=row)
    return row


@transaction.atomic
def staff_left(*, person: StaffMember, by: User) -> StaffMember:
    """They work there no more: from today they are not counted. What they attended is kept."""
    _require_kept(by, person.agency)
    locked = StaffMember.objects.select_for_update().get(pk=person.pk)
    locked.left_on = locked.left_on or timezone.localdate()
    locked.save(update_fields=["left_on"])
    record(Action.TRAINING_RECORDED, by=by, obj=locked, detail={"left": True})
    return locked


@transaction.atomic
def remove(*, attendance: Attendance, by: User) -> None:
    """It was recorded by mistake."""
    _require_kept(by, attendance.agency)
    record(Action.TRAINING_RECORDED, by=by, obj=attendance, detail={"removed": True})
    attendance.delete()


@transaction.atomic
def receive(*, rows: Sequence[Row], by: User, key: uuid.UUID, file_name: str = "") -> TrainingList:
    """Put rows by as they were read or typed, to be looked at before anything of them is kept."""
    gate.require(by, Permission.TRAINING_KEEP)
    if made := TrainingList.objects.filter(pk=key, uploaded_by=by).first():
        return made
    made = TrainingList.objects.create(pk=key, file_name=file_name[:150], rows=list(rows), uploaded_by=by)
    record(Action.TRAINING_UPLOADED, by=by, obj=made, detail={"rows": len(rows)})
    return made


@transaction.atomic
def keep(*, listed: TrainingList, corrected: Mapping[int, Row], by: User) -> Kept:
    """Record every row that is clear. The others wait in the list with what was corrected. Twice is once."""
    gate.require(by, Permission.TRAINING_KEEP)
    locked = TrainingList.objects.select_for_update().get(pk=listed.pk)
    locked.rows = [{**row, **corrected.get(row["number"], {})} for row in locked.rows]
    lines, newcomers = lines_of(locked, by), dict[tuple[Any, ...], StaffMember]()
    ready = [each for each in lines if each.can_be_kept]
    already = [each for each in lines if each.is_there and not each.words]
    for each in ready:
        _keep_line(each, newcomers, locked, by)
    gone = {each.number for each in (*ready, *already)}
    locked.rows = [row for row in locked.rows if row["number"] not in gone]
    locked.recorded += len(ready)
    locked.save(update_fields=["rows", "recorded"])
    record(
        Action.TRAINING_RECORDED,
        by=by,
        obj=locked,
        detail={"recorded": len(ready), "waiting": len(locked.rows)},
    )
    return Kept(len(ready), len(already), len(locked.rows))


def _keep_line(
    line: Line, newcomers: dict[tuple[Any, ...], StaffMember], listed: TrainingList, by: User
) -> None:
    said, who = line.values, line.person
    if who is None and line.same not in newcomers:
        newcomers[line.same] = StaffMember.objects.create(
            name=said["name"], email=said["email"], agency=said["agency"], role=said["role"]
        )
    person = (
        {"user_id" if who.has_account else "staff_id": who.key} if who else {"staff": newcomers[line.same]}
    )
    Attendance.objects.create(
        **person, course=said["course"], on=said["on"], agency=said["agency"], listed=listed, recorded_by=by
    )


@transaction.atomic
def discard(*, listed: TrainingList, by: User) -> None:
    """The rows that wait are not wanted; what was recorded from the list stays."""
    gate.require(by, Permission.TRAINING_KEEP)
    locked = TrainingList.objects.select_for_update().get(pk=listed.pk)
    record(Action.TRAINING_UPLOADED, by=by, obj=locked, detail={"discarded": len(locked.rows)})
    locked.rows = []
    locked.save(update_fields=["rows"])


@transaction.atomic
def export(*, people: Sequence[Person], by: User) -> bytes:
    """The list as a CSV file, on record."""
    gate.require(by, Permission.TRAINING_KEEP)
    rows = [
        (
            each.name, each.email, each.agency.name, each.role_words, each.needs, each.status.label, each.expires_on,
            each.attended[0].course.name if each.attended else "", each.attended[0].on if each.attended else None,
        )
        for each in people
    ]  # fmt: skip
    headings = (
        LABELS["name"], LABELS["email"], LABELS["agency"], LABELS["role"], "Level needed", "Training", "Trained until",
        "Last course", "On",
    )  # fmt: skip
    record(Action.TRAINING_EXPORTED, by=by, detail={"people": len(rows)})
    return write("csv", [Sheet("Training", headings, rows)])


@transaction.atomic(savepoint=False)
def record_view(*, by: User, page: str) -> None:
    """A person read who is trained."""
    record(Action.TRAINING_VIEWED, by=by, detail={"page": page})


def _require_kept(by: User, agency: Agency) -> None:
    gate.require(by, Permission.TRAINING_KEEP)
    if agency not in agencies_kept(by):
        raise NotAllowedNow("You keep the training of another agency’s people.")
