"""Keeping the strategy's action plan: setting it out, changing a part of it, reporting how it stands, with evidence."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from cse_portal.ui.presenters import display_date
from mase.meetings.errors import ChangedMeanwhile, SomeoneElseSaved
from mase.meetings.services.locking import already_made
from mase.strategy.models import Rag, StrategicObjective, StrategicUpdate
from mase.strategy.selectors import to_set_out

OWNED = "You own a part of the strategy’s action plan. Report on it each quarter."
FIELDS = ("p", "text", "measure", "target", "unit", "lower_is_better", "agency", "owner", "due_on")


@transaction.atomic
def set_out(*, by: User) -> list[StrategicObjective]:
    """Put the strategy's own objectives into the plan: those it does not have. Owners and days are given afterwards."""
    gate.require(by, Permission.STRATEGIC_CHANGE)
    wanted, last = to_set_out(), _last()
    if not wanted:
        raise ChangedMeanwhile
    made = StrategicObjective.objects.bulk_create(
        StrategicObjective(code=each.code, order=last + number, text=each.label, set_by=by, **each.extra)
        for number, each in enumerate(wanted, 1)
    )
    record(Action.STRATEGIC_CHANGED, by=by, detail={"set_out": [each.code for each in made]})
    return made


@transaction.atomic
def add(
    *, key: uuid.UUID, values: Mapping[str, Any], by: User, under: StrategicObjective | None = None
) -> StrategicObjective:
    """An objective that the strategy did not name, or an action under one, in the same P."""
    gate.require(by, Permission.STRATEGIC_CHANGE)
    if found := already_made(StrategicObjective, key, set_by_id=by.pk):
        return found
    row = StrategicObjective(
        pk=key, code=f"own-{key.hex[-12:]}", order=_last() + 1, set_by=by, under=under, **values
    )
    row.p = under.p if under else row.p
    row.save(force_insert=True)
    _tell_owner(row, by)
    record(Action.STRATEGIC_CHANGED, by=by, obj=row, detail={"added": True})
    return row


@transaction.atomic
def change(
    *, row: StrategicObjective, values: Mapping[str, Any], reason: str, version: int, by: User
) -> StrategicObjective:
    """Another owner, day, target or wording, and why. What it was before is in its history."""
    gate.require(by, Permission.STRATEGIC_CHANGE)
    locked = StrategicObjective.objects.select_for_update().get(pk=row.pk)
    if locked.version != version:
        raise SomeoneElseSaved(locked)
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    before = "; ".join(f"{name.replace('_', ' ')}: {_in_words(locked, name)}" for name in changed)
    for name in changed:
        setattr(locked, name, values[name])
    locked.version += 1
    locked.save()
    if "owner" in changed:
        _tell_owner(locked, by)
    _add(locked, by, evidence=f"{reason}\n\nBefore: {before}")
    record(Action.STRATEGIC_CHANGED, by=by, obj=locked, detail={"fields": changed})
    return locked


@transaction.atomic
def report(
    *,
    row: StrategicObjective,
    rag: Rag,
    evidence: str,
    by: User,
    key: uuid.UUID,
    value: int | None = None,
) -> StrategicUpdate:
    """How it stands now, and what shows that, by its owner or who keeps the plan. Never taken back."""
    gate.require(by, Permission.OBJECTIVE_REPORT, row)
    locked = StrategicObjective.objects.select_for_update().get(pk=row.pk)
    if found := already_made(StrategicUpdate, key, objective_id=locked.pk):
        return found
    made = _add(locked, by, evidence=evidence, rag=rag, value=value, pk=key)
    record(Action.STRATEGIC_REPORTED, by=by, obj=locked, detail={"rag": rag})
    return made


def record_view(*, by: User, page: str, row: StrategicObjective | None = None) -> None:
    """A person read the plan, or a part of it."""
    record(Action.STRATEGIC_VIEWED, by=by, obj=row, detail={"page": page})


def _add(row: StrategicObjective, by: User, **said: Any) -> StrategicUpdate:
    agency = gate.require_standing(by, Permission.OBJECTIVE_REPORT, row).agency
    made = StrategicUpdate(objective=row, by=by, agency=agency, **said)
    made.save(force_insert=True)
    return made


def _tell_owner(row: StrategicObjective, by: User) -> None:
    if row.owner is not None and row.owner != by:
        notify(user=row.owner, text=OWNED, url=row.get_absolute_url())


def _last() -> int:
    found: int | None = StrategicObjective.objects.aggregate(last=Max("order"))["last"]
    return found or 0


def _in_words(row: StrategicObjective, name: str) -> str:
    if name == "due_on":
        return display_date(row.due_on) or "none"
    value = row.get_p_display() if name == "p" else getattr(row, name)
    return "none" if value in (None, "") else str(value)
