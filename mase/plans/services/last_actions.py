"""What the table says of an action of an earlier plan: done, not done, or it goes on."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.reference.working_days import last_working_day
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.locking import hold_case, hold_running
from mase.plans.choices import UpdateKind
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
    hold_case(action.case_id)
    held = hold_running(meeting)
    locked = rows.locked_rows().get(pk=action.pk)
    rows.check_open(locked)
    if locked.case_id != held.case_id or locked.meeting_id == held.pk:
        raise ChangedMeanwhile
    effect, done_on = (came_of_it, timezone.localdate()) if done else ("", None)
    locked.finish(came_of_it, locked.owner or by, effect=effect, done_on=done_on, confirmed_by=held.chair)
    said = f"Said at the meeting: {came_of_it}"
    rows.keep(locked, UpdateKind.FINISHED, said, by, meeting=str(held.pk))
    words = f"{locked.get_state_display()}: {locked.text}\n\nOutcome: {came_of_it}"
    rows.add_to_chronology(locked, words, by)
    return locked


def carry_on(*, action: PlanAction, meeting: Meeting, by: User) -> PlanAction:
    """It goes on in this meeting's plan, with its day; what is late has two weeks more."""
    today = timezone.localdate()
    day = action.due_on if action.due_on >= today else last_working_day(today + MORE_TIME)
    return carry_forward(action=action, meeting=meeting, due_on=day, by=by)
