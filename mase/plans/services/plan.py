"""Agreeing the plan's actions in a meeting. They are issued when it ends."""

import datetime as dt
import uuid
from dataclasses import dataclass, fields

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.locking import already_made, hold_running
from mase.plans.choices import ActionPriority, PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.models.safety_map import DangerStatement
from mase.plans.selectors.actions import subject_of
from mase.plans.services.rows import check_owner


@dataclass(frozen=True)
class Agreed:
    """What is to be done, on which P, by whom, by when, for which safety goal."""

    p: PlanP
    text: str
    agency: Agency
    due_on: dt.date
    owner: User | None = None
    danger: DangerStatement | None = None
    measure_of_success: str = ""
    priority: ActionPriority = ActionPriority.MEDIUM
    restricted: bool = False
    family_may_read: bool = True


@transaction.atomic
def add_action(*, meeting: Meeting, key: uuid.UUID, agreed: Agreed, by: User) -> PlanAction:
    """Put one action on the plan; a restricted one is for professionals only.

    Who is to do it must see the child's case: else it would be lost.
    """
    gate.require(by, Permission.MEETING_NOTE, meeting)
    if agreed.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_running(meeting)
    action = PlanAction(pk=key, meeting=held, case=held.case, set_by=by)
    return agree(action, agreed, {"meeting_id": held.pk})


def agree(action: PlanAction, agreed: Agreed, under: dict[str, uuid.UUID]) -> PlanAction:
    """Put it on record, once: under a meeting or an item of a CMOG, which its caller holds."""
    if found := already_made(PlanAction, action.pk, **under):
        return found
    for each in fields(agreed):
        setattr(action, each.name, getattr(agreed, each.name))
    action.agency.refresh_from_db(fields=["is_active"])
    check_owner(action)
    action.save(force_insert=True)
    detail = {name.removesuffix("_id"): str(key) for name, key in under.items()}
    record(
        Action.ACTION_SET, by=action.set_by, obj=action, case=action.case, about=[subject_of(action)],
        detail=detail | {"p": agreed.p, "agency": str(agreed.agency.pk)},
    )  # fmt: skip
    return action


@transaction.atomic
def change_action(*, action: PlanAction, agreed: Agreed, version: int, by: User) -> PlanAction:
    """Put an action of the running meeting's plan in other words, or complete it; nothing of it is issued yet.

    Somebody else's change meanwhile is not replaced unseen. What an agency suggested for professionals stays that.
    """
    held = _held(action, by)
    if agreed.restricted or action.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, action.case)
    locked = PlanAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if locked.version != version:
        raise SomeoneElseSaved(locked)
    values = {each.name: getattr(agreed, each.name) for each in fields(agreed)}
    del values["family_may_read"]
    changed = sorted(name for name, value in values.items() if getattr(locked, name) != value)
    if not changed:
        return locked
    for name, value in values.items():
        setattr(locked, name, value)
    locked.agency.refresh_from_db(fields=["is_active"])
    check_owner(locked)
    locked.version += 1
    locked.save(update_fields=[*values, "version"])
    record(Action.ACTION_CHANGED, by=by, obj=locked, case=held.case, detail={"fields": changed})
    return locked


@transaction.atomic
def remove_action(*, action: PlanAction, by: User) -> None:
    """Take an action off the plan before it is issued."""
    held = _held(action, by)
    record(Action.ACTION_CHANGED, by=by, obj=action, case=held.case, detail={"removed": True})
    action.delete()


def _held(action: PlanAction, by: User) -> Meeting:
    """The meeting that agreed it, which runs: nothing of its plan is issued yet."""
    if action.meeting is None:
        raise NotVisible
    gate.require(by, Permission.MEETING_NOTE, action.meeting)
    return hold_running(action.meeting)
