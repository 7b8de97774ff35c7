"""What earlier plans left to do: done, not done, or taken into the next plan by the chair's hand or by itself."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.reference.working_days import last_working_day
from cse_portal.ui.presenters import display_date
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.locking import hold_case, hold_running
from mase.plans.choices import ActionState, Escalation, UpdateKind
from mase.plans.errors import AGENCY_HAS_LEFT
from mase.plans.models.plan import PlanAction
from mase.plans.models.safety_map import DangerStatement
from mase.plans.services import rows

NOT_CONFIRMED = "Reported not done, not confirmed by the chair"


@transaction.atomic
def carry_forward(*, action: PlanAction, meeting: Meeting, due_on: dt.date, by: User) -> PlanAction:
    """The chair takes an unfinished action into the running meeting's plan, with a new day.

    The old one stays open until this meeting ends and is then replaced. Returns the new action.
    """
    gate.require(by, Permission.ACTION_VIEW, action)
    held, locked = _held(action, meeting, by)
    if PlanAction.objects.filter(carried_from=locked).exists():
        raise ChangedMeanwhile
    if not locked.agency.is_active:
        raise MeetingRefused(AGENCY_HAS_LEFT, "agency")
    new = _continued(
        locked, held, due_on, by, danger=_dangers_of(held).get(locked.danger_id, locked.danger_id)
    )
    new.save(force_insert=True)
    record(Action.ACTION_SET, by=by, obj=new, case=new.case, detail={"carried_from": str(locked.pk)})
    return new


@transaction.atomic
def carry_unfinished(*, meeting: Meeting, by: User) -> list[PlanAction]:
    """As a meeting ends, what earlier plans left undone comes into its plan; the service that ends it asked the gate.

    That is every issued action of the child, of this period of work or an earlier one, that nobody finished, that
    the chair did not cancel, and that the chair has not taken along with a new day: none is left behind because
    nobody thought of it. One reported as not done is left undone too, unless the chair has confirmed that. It keeps
    its words, agency, owner, goal and day, so what was late stays late and what was told of it is not told again. The
    old action is replaced by it as the plan is issued; the measures count the two as one.
    """
    left = rows.locked_rows().issued().left_undone().filter(case=meeting.case_id, carried_to__isnull=True)
    unfinished = list(left.exclude(meeting=meeting).order_by("due_on", "id"))
    dangers = _dangers_of(meeting) if unfinished else {}
    carried = [
        _continued(each, meeting, each.due_on, by, danger=dangers.get(each.danger_id, each.danger_id))
        for each in unfinished
    ]
    PlanAction.objects.bulk_create(carried)
    return carried


def replace_carried(issued: list[PlanAction], by: User) -> None:
    """Each new action takes the place of the one it continues, which is still open.

    So it does where the old one was reported as not done and the chair has not confirmed it; the report stays with it.
    """
    new_by_old = {each.carried_from_id: each for each in issued if each.carried_from_id}
    replaced = list(rows.locked_rows().left_undone().filter(pk__in=new_by_old))
    for old in replaced:
        said = f"{NOT_CONFIRMED}: {old.outcome}\n\n" if old.waits_for_chair else ""
        old.state, old.completed_at, old.completed_by = ActionState.SUPERSEDED, timezone.now(), by
        old.outcome = (
            f"{said}Carried forward to the next plan, due {display_date(new_by_old[old.pk].due_on)}."
        )
        # What was told about a day is not told again because the action is in another plan.
        new_by_old[old.pk].told = old.told
    rows.keep_all({old: old.outcome for old in replaced}, UpdateKind.CARRIED, by)
    PlanAction.objects.bulk_update([new_by_old[each.pk] for each in replaced], ["told"])


def _continued(
    old: PlanAction, meeting: Meeting, due_on: dt.date, by: User, *, danger: uuid.UUID | None
) -> PlanAction:
    """The same action in a later plan, not saved yet."""
    return PlanAction(
        case=old.case, meeting=meeting, p=old.p, text=old.text, restricted=old.restricted,
        family_may_read=old.family_may_read, measure_of_success=old.measure_of_success,
        priority=old.priority, agency=old.agency, owner=old.owner, danger_id=danger, due_on=due_on, set_by=by,
        carried_from=old, escalation=old.escalation if due_on == old.due_on else Escalation.NONE,
    )  # fmt: skip


def _dangers_of(meeting: Meeting) -> dict[uuid.UUID | None, uuid.UUID]:
    """The dangers of this meeting, by the one of the last meeting that each continues."""
    rows = DangerStatement.objects.filter(meeting=meeting, earlier__isnull=False)
    return dict(rows.values_list("earlier", "pk"))


MORE_TIME = dt.timedelta(weeks=2)  # for what is late and goes on; the plan of this meeting changes it


@transaction.atomic
def settle(*, action: PlanAction, meeting: Meeting, done: bool, came_of_it: str, by: User) -> PlanAction:
    """An action of an earlier plan ends before the whole table, so that nobody has to confirm it afterwards.

    Its owner is who reported it, where one is named; who chairs has confirmed it.
    """
    held, locked = _held(action, meeting, by)
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


def _held(action: PlanAction, meeting: Meeting, by: User) -> tuple[Meeting, PlanAction]:
    """For its chair and minute taker: the meeting, which runs, and an open action of an earlier plan, both locked."""
    gate.require(by, Permission.MEETING_NOTE, meeting)
    hold_case(action.case_id)
    held, locked = hold_running(meeting), rows.locked_rows().get(pk=action.pk)
    rows.check_open(locked)
    if locked.case_id != held.case_id or locked.meeting_id == held.pk:
        raise ChangedMeanwhile
    return held, locked
