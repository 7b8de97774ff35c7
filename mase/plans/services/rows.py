"""A plan action held for one act: locked, asked for again, and what is done to it kept in its history."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.keys import new_key
from cse_portal.reference.selectors import clock_rule
from mase.meetings.errors import WORKS_ELSEWHERE, MeetingRefused
from mase.meetings.selectors.chairing import require_chair
from mase.meetings.selectors.meetings import people_to_tell
from mase.meetings.services.locking import hold_case
from mase.meetings.services.meeting_reading import note_change
from mase.plans import errors
from mase.plans.choices import ActionState, UpdateKind
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.models.querysets import ActionQuerySet
from mase.plans.selectors.actions import subject_of

ANSWER = ("answer_by", "declined")
CHANGED = (
    *ANSWER, "agency", "owner", "due_on", "measure_of_success", "restricted", "state", "outcome", "effect_on_child",
    "done_on", "completed_at", "completed_by", "verified_at", "verified_by", "escalation", "version",
)  # fmt: skip
EVENTS = {
    UpdateKind.FINISHED: Action.ACTION_COMPLETED,
    UpdateKind.CANCELLED: Action.ACTION_COMPLETED,
    UpdateKind.CONFIRMED: Action.ACTION_VERIFIED,
    UpdateKind.SENT_BACK: Action.ACTION_SENT_BACK,
}


def hold(action: PlanAction, by: User) -> PlanAction:
    """The action as it is now, locked, for the agency that owns it and for who chairs."""
    gate.require(by, Permission.ACTION_UPDATE, action)
    # Asked again of the row as it is now: it may have been handed on since the page was read.
    return gate.require(by, Permission.ACTION_UPDATE, _locked(action))


def hold_to_judge(action: PlanAction, by: User) -> PlanAction:
    """The same, for who chairs."""
    gate.require(by, Permission.ACTION_VIEW, action)
    require_chair(by, action)
    return _locked(action)


def _locked(action: PlanAction) -> PlanAction:
    """Its case first, where it has one, as who ends a meeting does: nothing ends while a plan is issued."""
    hold_cases([action])
    return locked_rows().get(pk=action.pk)


def hold_cases(actions: Iterable[PlanAction]) -> None:
    """The cases of these, in one order, before the actions themselves."""
    for key in sorted({each.case_id for each in actions if each.case_id}):
        hold_case(key)


def locked_rows() -> ActionQuerySet:
    """Actions, locked as they are read, with what their acts ask of them."""
    rows = PlanAction.objects.select_for_update(of=("self",))
    return rows.select_related("case", "agency", "owner", "meeting__chair")


def begin(issued: Sequence[PlanAction]) -> None:
    """They are to be done from now on. Each agency is asked whether it accepts, unless it has accepted that before."""
    now = timezone.now()
    for action in issued:
        action.issued_at, came = now, action.carried_from
        if came is None or not (came.is_open and came.is_accepted):
            ask(action)
    PlanAction.objects.bulk_update(issued, ["issued_at", *ANSWER])


def ask(action: PlanAction) -> None:
    """Its agency accepts it or declines it within two working days, at the latest on its own day; not saved yet."""
    last, rule = max(action.due_on, timezone.localdate()), clock_rule("ACTION_NAMED")
    action.answer_by, action.declined = min(rule.due(timezone.now()), last), False


def check_open(action: PlanAction) -> None:
    """Only an issued action is worked on, until somebody has finished it; also of a case that is closed meanwhile."""
    check_issued(action)
    if action.state == ActionState.SUPERSEDED:
        raise MeetingRefused(errors.ACTION_REPLACED)
    if not action.is_open:
        raise MeetingRefused(errors.ACTION_FINISHED)


def check_issued(action: PlanAction) -> None:
    """Its meeting has ended."""
    if action.issued_at is None:
        raise MeetingRefused(errors.ACTION_NOT_ISSUED)


def check_owner(action: PlanAction) -> None:
    """Its agency takes part, and anyone who is named works there and sees the child's case; else somebody there does.

    Where it is about no child, they work with children and are not shut out of what it is about.
    """
    if not action.agency.is_active:
        raise MeetingRefused(errors.AGENCY_HAS_LEFT, "agency")
    if action.owner is None:
        people = people_to_tell(action.agency)
        ask_together(people, action)
        if not any(gate.can(person, Permission.ACTION_VIEW, action) for person in people):
            raise MeetingRefused(errors.NOBODY_CAN_TAKE_IT, "agency")
        return
    works_for_agency = Membership.objects.current().filter(user=action.owner, agency=action.agency)
    if not works_for_agency.exists():
        raise MeetingRefused(WORKS_ELSEWHERE, "owner")
    if not gate.can(action.owner, Permission.ACTION_VIEW, action):
        raise MeetingRefused(errors.OWNER_CANNOT_TAKE_IT, "owner")


def ask_together(people: Iterable[User], action: PlanAction) -> None:
    """Who of these people sees the child's case, in a few questions; about no child each is asked alone, later."""
    if action.case is not None:
        gate.ask_together(people, Permission.CASE_VIEW, action.case)


def row_key(action: PlanAction, key: uuid.UUID | None) -> uuid.UUID:
    """The key of the row a form makes: of this action only, whatever was posted."""
    return uuid.uuid5(action.pk, str(key)) if key else new_key()


def reported_before(action: PlanAction, key: uuid.UUID | None) -> bool:
    """The same form posted twice finds the first report."""
    return key is not None and ActionUpdate.objects.filter(pk=row_key(action, key)).exists()


def keep(
    action: PlanAction, kind: UpdateKind, text: str, by: User, key: uuid.UUID | None = None, **detail: Any
) -> None:
    """Save what was done to it, with one line of its history and the event of it."""
    keep_all({action: text}, kind, by, key)
    note(action, kind, by, **detail)


def note(action: PlanAction, kind: UpdateKind, by: User, **detail: Any) -> None:
    """The event of what was done to it."""
    record(
        EVENTS.get(kind, Action.ACTION_CHANGED), by=by, obj=action, case=action.case,
        detail={"what": kind, "state": action.state, **detail}, about=[subject_of(action)],
    )  # fmt: skip


def keep_all(
    said: Mapping[PlanAction, str], kind: UpdateKind, by: User, key: uuid.UUID | None = None
) -> None:
    """Save these, each with a line of its history that says how it stood before.

    What is settled is dropped from a plan that is not issued yet and was to go on with it.
    """
    before = PlanAction.objects.in_bulk([each.pk for each in said])
    for action in said:
        action.version += 1
    PlanAction.objects.bulk_update(said, CHANGED)
    ActionUpdate.objects.bulk_create(
        ActionUpdate(
            id=row_key(action, key), action=action, kind=kind, text=text, by=by,
            agency=agency_of(by, action), was_state=was.state, was_due_on=was.due_on, was_done_on=was.done_on,
            was_completed_at=was.completed_at, was_agency_id=was.agency_id,
        )
        for action, text in said.items()
        for was in [before[action.pk]]
    )  # fmt: skip
    settled = [each for each in said if each.is_settled]
    going_on = PlanAction.objects.filter(carried_from__in=settled, issued_at__isnull=True)
    for meeting in going_on.values_list("meeting", flat=True):
        transaction.on_commit(partial(note_change, meeting))
    going_on.delete()


def agency_of(by: User, action: PlanAction) -> Agency:
    """For whom somebody acts."""
    membership = membership_of(by)
    return membership.agency if membership else action.agency


def add_to_chronology(action: PlanAction, text: str, by: User, *, happened_on: dt.date | None = None) -> None:
    """Everybody who sees the case reads its chronology: of a restricted action it says nothing."""
    if action.restricted or action.case is None:
        return
    add_entry(
        case=action.case, kind=EntryKind.ACTION, happened_on=happened_on, text=text, by=by, source_id=action.pk,
    )  # fmt: skip


def one_case(actions: list[PlanAction]) -> uuid.UUID | None:
    """The case that all of these actions are about, if it is one; none where one of them is about no child."""
    cases = {action.case_id for action in actions}
    return cases.pop() if len(cases) == 1 else None
