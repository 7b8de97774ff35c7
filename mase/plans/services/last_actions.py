"""What the table says of an action of an earlier plan: done, not done, or it goes on."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.reference.working_days import last_working_day
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.locking import hold_running
from mase.plans.choices import ActionState, UpdateKind
from mase.plans.errors import EffectMissing
from mase.plans.models.plan import PlanAction
from mase.plans.services import rows
from mase.plans.services.carrying import carry_forward

MORE_TIME = dt.timedelta(weeks=2)  # for what is late and goes on; the plan of this meeting changes it


@transaction.atomic
def settle(*, action: PlanAction, meeting: Meeting, done: bool, came_of_it: str, by: User) -> PlanAction:
    """An action of an earlier plan ends before the whole table, so that nobody has to confirm it afterwards.

    Its owner is who reported it, where one is named; who chairs has confirmed it.
    """
    gate.require(by, Permission.MEETING_NOTE, meeting)
    rows.lock_case(action)
    held = hold_running(meeting)
    locked = rows.locked_rows().get(pk=action.pk)
    rows.check_open(locked)
    if locked.case_id != held.case_id or locked.meeting_id == held.pk:
        raise ChangedMeanwhile
    if not came_of_it.strip():
        raise EffectMissing
    was, today, now = rows.snapshot(locked), timezone.localdate(), timezone.now()
    in_time = ActionState.DONE if today <= locked.due_on else ActionState.DONE_LATE
    locked.state = in_time if done else ActionState.NOT_DONE
    locked.outcome, locked.effect_on_child = came_of_it, came_of_it if done else ""
    locked.done_on = today if done else None
    locked.completed_at, locked.completed_by = now, locked.owner or by
    locked.verified_at, locked.verified_by = now, held.chair
    rows.save(
        locked, "state", "outcome", "effect_on_child", "done_on", "completed_at", "completed_by", "verified_at",
        "verified_by",
    )  # fmt: skip
    rows.report(locked, UpdateKind.FINISHED, f"Said at the meeting: {came_of_it}", by, was=was)
    label = ActionState(locked.state).label
    rows.add_to_chronology(locked, f"{label}: {locked.text}\n\nOutcome: {came_of_it}", by)
    detail = {"state": locked.state, "meeting": str(held.pk)}
    record(Action.ACTION_COMPLETED, by=by, obj=locked, case=locked.case, detail=detail)
    return locked


def carry_on(*, action: PlanAction, meeting: Meeting, by: User) -> PlanAction:
    """It goes on in this meeting's plan, with its day; what is late has two weeks more."""
    today = timezone.localdate()
    day = action.due_on if action.due_on >= today else last_working_day(today + MORE_TIME)
    return carry_forward(action=action, meeting=meeting, due_on=day, by=by)
