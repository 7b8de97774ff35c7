"""The chair's word on a plan action: confirmed, sent back, or cancelled."""

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.ui.presenters import display_date
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.selectors.chairing import chairs, chairs_of
from mase.plans.choices import ActionState, Escalation, UpdateKind
from mase.plans.errors import NewDayMissing, OutcomeMissing, OwnReport
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import subject_of
from mase.plans.services import rows
from mase.plans.services.readers import responsible, tell

OWN_REPORT = "Confirmed by who reported it: nobody else may chair."


@transaction.atomic
def confirm(*, action: PlanAction, by: User, key: uuid.UUID | None = None) -> PlanAction:
    """The chair agrees with the final report. From now on it is a record.

    Nobody confirms what they reported themselves, as long as somebody else may chair; where nobody else may, the record
    says so for ever.
    """
    locked = rows.held_by_chair(action, by)
    if rows.reported_before(locked, key):
        return locked
    _check_waiting(locked)
    own = locked.completed_by_id == by.pk
    if own and chairs_of(locked, but=by):
        raise OwnReport
    locked.verified_at, locked.verified_by = timezone.now(), by
    rows.save(locked, "verified_at", "verified_by")
    rows.report(locked, UpdateKind.CONFIRMED, OWN_REPORT if own else "", by, key)
    detail = {"state": locked.state, "own_report": own}
    _record(Action.ACTION_VERIFIED, locked, by, detail)
    return locked


@transaction.atomic
def confirm_together(*, actions: Iterable[PlanAction], by: User) -> list[PlanAction]:
    """The chair agrees with many reports at once; returns those that are confirmed.

    Not with one of a child in category 3, which is read alone, with their own report, or with what they do not chair.
    """
    confirmed = []
    for each in sorted(actions, key=lambda each: each.pk):
        if each.is_confirmed_alone or each.completed_by_id == by.pk or not chairs(by, each):
            continue
        with suppress(ChangedMeanwhile):
            confirmed.append(confirm(action=each, by=by))
    return confirmed


@transaction.atomic
def send_back(
    *, action: PlanAction, reason: str, by: User, due_on: dt.date | None = None, key: uuid.UUID | None = None
) -> PlanAction:
    """The chair does not agree: it is open again, perhaps with a new day, and who does it is told why.

    What was reported stays in its history. Nothing continues it: a later plan goes on with what was left undone alone.
    Where its day is past it needs a new one: each step of a day is told once, so that nobody would hear of it again.
    """
    rows.lock_case(action)
    locked = rows.held_by_chair(action, by)
    if rows.reported_before(locked, key):
        return locked
    _check_waiting(locked)
    if not reason.strip():
        raise OutcomeMissing
    if (due_on or locked.due_on) < timezone.localdate():
        raise NewDayMissing
    detail = {"was": locked.state, "due_on": str(due_on or locked.due_on)}
    was = rows.snapshot(locked)
    _open_again(locked, due_on)
    text = f"{reason}\n\nThe new day is {display_date(due_on)}." if due_on else reason
    rows.report(locked, UpdateKind.SENT_BACK, text, by, key, was=was)
    rows.add_to_chronology(locked, f"Sent back by the chair: {locked.text}\n\n{text}", by)
    _record(Action.ACTION_SENT_BACK, locked, by, detail)
    tell(responsible(locked), locked, "The chair has sent an action back to you.", by=by)
    return locked


@transaction.atomic
def cancel(*, action: PlanAction, reason: str, by: User, key: uuid.UUID | None = None) -> PlanAction:
    """The chair says that it is not needed any more, and why; nobody has to confirm that again."""
    rows.lock_case(action)
    locked = rows.held_by_chair(action, by)
    if rows.reported_before(locked, key):
        return locked
    rows.check_open(locked)
    if not reason.strip():
        raise OutcomeMissing
    now, was = timezone.now(), rows.snapshot(locked)
    locked.state, locked.outcome = ActionState.CANCELLED, reason
    locked.completed_at, locked.completed_by, locked.verified_at, locked.verified_by = now, by, now, by
    rows.save(locked, "state", "outcome", "completed_at", "completed_by", "verified_at", "verified_by")
    rows.report(locked, UpdateKind.CANCELLED, reason, by, key, was=was)
    rows.add_to_chronology(locked, f"Cancelled by the chair: {locked.text}\n\nReason: {reason}", by)
    _record(Action.ACTION_COMPLETED, locked, by, {"state": locked.state})
    tell(responsible(locked), locked, "The chair has cancelled an action of yours.", by=by)
    return locked


def _record(what: Action, action: PlanAction, by: User, detail: dict[str, Any]) -> None:
    record(what, by=by, obj=action, case=action.case, detail=detail, about=[subject_of(action)])


def _check_waiting(action: PlanAction) -> None:
    rows.check_issued(action)
    if not action.waits_for_chair:
        raise ChangedMeanwhile


def _open_again(action: PlanAction, due_on: dt.date | None) -> None:
    action.state, action.outcome, action.effect_on_child = ActionState.IN_PROGRESS, "", ""
    action.done_on = action.completed_at = action.completed_by = None
    fields = ["state", "outcome", "effect_on_child", "done_on", "completed_at", "completed_by"]
    if due_on is not None and due_on != action.due_on:
        action.due_on, action.escalation = due_on, Escalation.NONE
        fields += ["due_on", "escalation"]
    rows.save(action, *fields)
