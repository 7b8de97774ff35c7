"""The chair's word on a plan action: confirmed, sent back, or cancelled."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import display_date
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.selectors.chairing import chairs, chairs_of
from mase.plans.choices import ActionState, Escalation, UpdateKind
from mase.plans.errors import NEW_DAY_MISSING, OWN_REPORT_WAITS
from mase.plans.models.plan import PlanAction
from mase.plans.services import rows
from mase.plans.services.readers import responsible, tell

OWN_REPORT = "Confirmed by who reported it: nobody else may chair."


@transaction.atomic
def confirm(*, action: PlanAction, by: User, key: uuid.UUID | None = None) -> PlanAction:
    """The chair agrees with the final report. From now on it is a record.

    Nobody confirms what they reported themselves, as long as somebody else may chair; where nobody else may, the record
    says so for ever.
    """
    locked = rows.hold_to_judge(action, by)
    if rows.reported_before(locked, key):
        return locked
    _check_waiting(locked)
    own = locked.completed_by_id == by.pk
    if own and chairs_of(locked, but=by):
        raise MeetingRefused(OWN_REPORT_WAITS, "agreed")
    locked.verified_at, locked.verified_by = timezone.now(), by
    rows.keep(locked, UpdateKind.CONFIRMED, OWN_REPORT if own else "", by, key, own_report=own)
    return locked


@transaction.atomic
def confirm_together(*, actions: Sequence[PlanAction], by: User) -> list[PlanAction]:
    """The chair agrees with many reports at once; returns those that are confirmed.

    Not with one of a child in category 3, which is read alone, with their own report, or with what they do not chair.
    """
    rows.hold_cases(actions)
    locked = rows.locked_rows().waiting_for_chair().filter(pk__in=[each.pk for each in actions])
    confirmed = [
        each
        for each in locked.order_by("id")
        if not each.is_confirmed_alone and each.completed_by_id != by.pk and chairs(by, each)
    ]
    for each in confirmed:
        each.verified_at, each.verified_by = timezone.now(), by
    rows.keep_all(dict.fromkeys(confirmed, ""), UpdateKind.CONFIRMED, by)
    for each in confirmed:
        rows.note(each, UpdateKind.CONFIRMED, by, own_report=False)
    return confirmed


@transaction.atomic
def send_back(
    *, action: PlanAction, reason: str, by: User, due_on: dt.date | None = None, key: uuid.UUID | None = None
) -> PlanAction:
    """The chair does not agree: it is open again, perhaps with a new day, and who does it is told why.

    What was reported stays in its history. Where its day is past it needs a new one: each step of a day is told once,
    so that nobody would hear of it again.
    """
    locked = rows.hold_to_judge(action, by)
    if rows.reported_before(locked, key):
        return locked
    _check_waiting(locked)
    day, was = due_on or locked.due_on, locked.state
    if day < timezone.localdate():
        raise MeetingRefused(NEW_DAY_MISSING, "due_on")
    if day != locked.due_on:
        locked.due_on, locked.escalation = day, Escalation.NONE
    locked.state, locked.outcome, locked.effect_on_child = ActionState.IN_PROGRESS, "", ""
    locked.done_on = locked.completed_at = locked.completed_by = None
    text = f"{reason}\n\nThe new day is {display_date(due_on)}." if due_on else reason
    rows.keep(locked, UpdateKind.SENT_BACK, text, by, key, was=was, due_on=str(day))
    rows.add_to_chronology(locked, f"Sent back by the chair: {locked.text}\n\n{text}", by)
    tell(responsible(locked), locked, "The chair has sent an action back to you.", by=by)
    return locked


@transaction.atomic
def cancel(*, action: PlanAction, reason: str, by: User, key: uuid.UUID | None = None) -> PlanAction:
    """The chair says that it is not needed any more, and why; nobody has to confirm that again."""
    locked = rows.hold_to_judge(action, by)
    if rows.reported_before(locked, key):
        return locked
    rows.check_open(locked)
    locked.finish(reason, by, confirmed_by=by)
    locked.state = ActionState.CANCELLED
    rows.keep(locked, UpdateKind.CANCELLED, reason, by, key)
    rows.add_to_chronology(locked, f"Cancelled by the chair: {locked.text}\n\nReason: {reason}", by)
    tell(responsible(locked), locked, "The chair has cancelled an action of yours.", by=by)
    return locked


def _check_waiting(action: PlanAction) -> None:
    rows.check_issued(action)
    if not action.waits_for_chair:
        raise ChangedMeanwhile
