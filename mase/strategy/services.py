"""Keeping the strategy's action plan: setting it out, changing an objective, reporting how it stands, with evidence."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotPermitted
from cse_portal.ui.presenters import display_date
from mase.meetings.errors import WORKS_ELSEWHERE, ChangedMeanwhile, SomeoneElseSaved
from mase.meetings.services.locking import already_made
from mase.plans.choices import PlanP
from mase.plans.errors import OwnerCannotTakeIt
from mase.strategy.models import ObjectiveUpdate, Rag, StrategicObjective, StrategicUpdate
from mase.strategy.selectors import to_set_out


@dataclass(frozen=True)
class Objective:
    """What is to be reached, how it will be known, by whom and by when."""

    p: PlanP
    text: str
    measure: str
    agency: Agency | None = None
    owner: User | None = None
    due_on: dt.date | None = None


@transaction.atomic
def set_out(*, by: User) -> list[StrategicObjective]:
    """Put the strategy's own objectives into the plan: those it does not have. Owners and days are given afterwards."""
    gate.require(by, Permission.STRATEGIC_CHANGE)
    wanted, last = to_set_out(), _last()
    if not wanted:
        raise ChangedMeanwhile
    made = StrategicObjective.objects.bulk_create(
        StrategicObjective(
            code=each.code, p=each.extra["p"], order=last + number, text=each.label,
            measure=each.extra["measure"], section=each.extra["section"], set_by=by,
        )
        for number, each in enumerate(wanted, 1)
    )  # fmt: skip
    record(Action.STRATEGIC_CHANGED, by=by, detail={"set_out": [each.code for each in made]})
    return made


@transaction.atomic
def add(*, key: uuid.UUID, objective: Objective, by: User) -> StrategicObjective:
    """An objective that the strategy did not name."""
    gate.require(by, Permission.STRATEGIC_CHANGE)
    if found := already_made(StrategicObjective, key, set_by_id=by.pk):
        return found
    _check_owner(objective)
    row = StrategicObjective(
        pk=key, code=f"own-{key.hex[-12:]}", order=_last() + 1, set_by=by, **_values(objective)
    )
    row.save(force_insert=True)
    record(Action.STRATEGIC_CHANGED, by=by, obj=row, detail={"added": True})
    return row


@transaction.atomic
def change(
    *, row: StrategicObjective, objective: Objective, reason: str, version: int, by: User
) -> StrategicObjective:
    """Another owner, day, measure or wording, and why. What it was before is in its history."""
    gate.require(by, Permission.STRATEGIC_CHANGE)
    locked = StrategicObjective.objects.select_for_update().get(pk=row.pk)
    if locked.version != version:
        raise SomeoneElseSaved(locked)
    _check_owner(objective)
    changed = [name for name, value in _values(objective).items() if getattr(locked, name) != value]
    if not changed:
        return locked
    before = _in_words(locked, changed)
    for name, value in _values(objective).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    _add(locked, ObjectiveUpdate.CHANGED, f"{reason}\n\nBefore: {before}", by)
    record(Action.STRATEGIC_CHANGED, by=by, obj=locked, detail={"fields": changed})
    return locked


@transaction.atomic
def report(*, row: StrategicObjective, rag: Rag, evidence: str, by: User, key: uuid.UUID) -> StrategicUpdate:
    """How it stands now, and what shows that. Never without evidence, and never taken back."""
    gate.require(by, Permission.STRATEGIC_CHANGE)
    locked = StrategicObjective.objects.select_for_update().get(pk=row.pk)
    if found := already_made(StrategicUpdate, key, objective_id=locked.pk):
        return found
    made = _add(locked, ObjectiveUpdate.REPORTED, evidence, by, rag=rag, key=key)
    record(Action.STRATEGIC_REPORTED, by=by, obj=locked, detail={"rag": rag})
    return made


@transaction.atomic(savepoint=False)
def record_view(*, by: User, page: str, row: StrategicObjective | None = None) -> None:
    """A person read the plan, or one of its objectives."""
    record(Action.STRATEGIC_VIEWED, by=by, obj=row, detail={"page": page})


def _add(
    row: StrategicObjective,
    kind: ObjectiveUpdate,
    evidence: str,
    by: User,
    *,
    rag: str = "",
    key: uuid.UUID | None = None,
) -> StrategicUpdate:
    membership = membership_of(by)
    if membership is None:
        raise NotPermitted
    made = StrategicUpdate(
        objective=row, kind=kind, rag=rag, evidence=evidence, by=by, agency=membership.agency
    )
    if key is not None:
        made.pk = key
    made.save(force_insert=True)
    return made


def _values(objective: Objective) -> dict[str, object]:
    return {name: getattr(objective, name) for name in Objective.__dataclass_fields__}


def _check_owner(objective: Objective) -> None:
    if objective.owner is None:
        return
    works = Membership.objects.current().filter(user=objective.owner, agency=objective.agency)
    if objective.agency is None or not works.exists():
        raise OwnerCannotTakeIt(WORKS_ELSEWHERE)


def _last() -> int:
    found: int | None = StrategicObjective.objects.aggregate(last=Max("order"))["last"]
    return found or 0


def _in_words(row: StrategicObjective, names: list[str]) -> str:
    words = {
        "p": row.get_p_display(),
        "text": row.text,
        "measure": row.measure,
        "agency": row.agency.name if row.agency else "no agency",
        "owner": row.owner.full_name if row.owner else "nobody named",
        "due_on": f"due {display_date(row.due_on)}" if row.due_on else "no date",
    }
    return "; ".join(words[name] for name in names)
