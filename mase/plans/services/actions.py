"""The verbs of an issued plan action: accept or decline it, report on it, finish it, hand it on."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.ui.presenters import counted, joined
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.chairing import chairs, chairs_of, require_chair
from mase.meetings.services import sight
from mase.plans.choices import ActionState, UpdateKind
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import is_of_agency
from mase.plans.services import rows
from mase.plans.services.carrying import replace_carried
from mase.plans.services.readers import responsible, tell, tell_owners

FROM_A_CHAIR = "Somebody who chairs has reported on an action themselves. Confirm it or send it back."
DECLINED = "An agency has declined an action of a plan. Give it to somebody else, or keep it."
GOES_ON = "An action that was reported as not done goes on in the next plan."


@transaction.atomic
def issue(*, meeting: Meeting, by: User) -> list[PlanAction]:
    """The meeting ends, so its actions start: owners are told. The service that ends a meeting has asked the gate.

    Whose action only came along from an earlier plan, its day unchanged, has it already and is told nothing. Who
    reported that it would not be done is told: it is with them again.
    """
    found = rows.locked_rows().select_related("carried_from").filter(meeting=meeting, issued_at__isnull=True)
    issued = list(found.order_by("due_on", "id"))
    if not issued:
        return []
    rows.begin(issued)
    again = [each for each in issued if each.carried_from and not each.carried_from.is_open]
    replace_carried(issued, by)
    came_along = [each for each in issued if each.carried_from and each.due_on == each.carried_from.due_on]
    if told := [each for each in issued if not each.restricted]:
        words = _issued_words(told, [each for each in came_along if not each.restricted])
        add_entry(case=meeting.case, kind=EntryKind.ACTION, text=words, by=by, source_id=meeting.pk)
    detail = {"issued": len(issued), "came_along": len(came_along)}
    record(Action.ACTION_SET, by=by, obj=meeting, case=meeting.case, detail=detail)
    tell_owners([each for each in issued if each not in came_along and each not in again])
    for each in again:
        tell(responsible(each), each, GOES_ON, by=by)
    return issued


@transaction.atomic
def answer(
    *, action: PlanAction, accepted: bool, words: str = "", by: User, key: uuid.UUID | None = None
) -> PlanAction:
    """Its agency accepts it, and who does it is named; or declines it with a reason, and the chair gives it again.

    `words`: why it is declined; of one accepted how we shall know that it is done, where the agency says it better.
    """
    locked = rows.hold(action, by)
    if not is_of_agency(by, locked):
        raise NotPermitted
    if rows.reported_before(locked, key) or (accepted and locked.is_accepted):
        return locked
    rows.check_open(locked)
    if locked.is_accepted:
        raise ChangedMeanwhile
    locked.answer_by, locked.declined = None, not accepted
    if accepted:
        locked.owner, locked.measure_of_success = locked.owner or by, words or locked.measure_of_success
    rows.keep(locked, UpdateKind.ACCEPTED if accepted else UpdateKind.DECLINED, words, by, key)
    if not accepted:
        tell(chairs_of(locked), locked, DECLINED, by=by)
    return locked


@transaction.atomic
def progress(*, action: PlanAction, note: str, by: User, key: uuid.UUID | None = None) -> PlanAction:
    """Report how it is going, without finishing it."""
    locked = rows.hold(action, by)
    if not rows.reported_before(locked, key):
        rows.check_open(locked)
        locked.state = ActionState.IN_PROGRESS
        locked.accept()
        rows.keep(locked, UpdateKind.PROGRESS, note, by, key)
    return locked


@transaction.atomic
def complete(
    *,
    action: PlanAction,
    outcome: str,
    effect: str,
    by: User,
    done_on: dt.date | None = None,
    key: uuid.UUID | None = None,
) -> PlanAction:
    """It was done: what came of it, and what that changed, for the child if it is about one. Late if after its day."""
    day = done_on or timezone.localdate()
    return _finish(action, outcome=outcome, effect=effect, done_on=day, by=by, key=key)


@transaction.atomic
def not_done(*, action: PlanAction, reason: str, by: User, key: uuid.UUID | None = None) -> PlanAction:
    """It will not be done, and why; the chair is told."""
    finished = _finish(action, outcome=reason, effect="", done_on=None, by=by, key=key)
    tell(chairs_of(finished), finished, "An action of a plan will not be done.", by=by)
    return finished


@transaction.atomic
def reassign(
    *,
    action: PlanAction,
    agency: Agency,
    owner: User | None,
    reason: str,
    by: User,
    key: uuid.UUID | None = None,
) -> PlanAction:
    """Hand it to a colleague; to another agency only the chair may. The new owner must be able to open it.

    An agency that names who does it accepts it. Another agency is asked, and so is one that declined it.
    """
    locked = rows.hold(action, by)
    if agency.pk != locked.agency_id:
        require_chair(by, locked)
    if rows.reported_before(locked, key):
        return locked
    rows.check_open(locked)
    is_new = agency.pk != locked.agency_id or locked.declined
    locked.agency, locked.owner = agency, owner
    rows.check_owner(locked)
    if is_new:
        rows.ask(locked)
    elif owner and is_of_agency(by, locked):
        locked.accept()
    new = {"agency": str(agency.pk), "owner": str(owner.pk) if owner else None}
    rows.keep(locked, UpdateKind.HANDED_ON, reason, by, key, **new)
    if locked.case is not None:
        sight.keep(case=locked.case, by=by)
    tell_owners([locked])
    return locked


def _finish(
    action: PlanAction,
    *,
    outcome: str,
    effect: str,
    done_on: dt.date | None,
    by: User,
    key: uuid.UUID | None,
) -> PlanAction:
    locked = rows.hold(action, by)
    if rows.reported_before(locked, key):
        return locked
    rows.check_open(locked)
    locked.finish(outcome, by, effect=effect, done_on=done_on)
    changed = "What it changed for the child" if locked.case_id else "What it changed"
    said = f"{outcome}\n\n{changed}: {effect}" if effect else outcome
    rows.keep(locked, UpdateKind.FINISHED, said, by, key)
    words = f"{locked.get_state_display()}: {locked.text}\n\nOutcome: {said}"
    rows.add_to_chronology(locked, words, by, happened_on=done_on)
    if chairs(by, locked):
        tell(chairs_of(locked, but=by), locked, FROM_A_CHAIR, by=by)
    return locked


def _issued_words(issued: list[PlanAction], came_along: list[PlanAction]) -> str:
    agencies = joined(sorted({action.agency.short_name for action in issued}))
    words = f"Plan issued: {counted(len(issued), 'action')} for {agencies}."
    if came_along:
        words += (
            f" {counted(len(came_along), 'of them comes,of them come')} from earlier plans, not finished yet."
        )
    return words
