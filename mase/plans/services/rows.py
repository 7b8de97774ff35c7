"""A plan action held for one act: locked, asked for again, and what is done to it kept in its history."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.recorder import membership_of
from cse_portal.keys import new_key
from cse_portal.reference.selectors import clock_rule
from mase.meetings.errors import WORKS_ELSEWHERE
from mase.meetings.selectors.chairing import require_chair
from mase.meetings.selectors.meetings import people_to_tell
from mase.meetings.services.locking import hold_case
from mase.plans.choices import ActionState, UpdateKind
from mase.plans.errors import (
    ActionFinished,
    ActionNotIssued,
    ActionReplaced,
    AgencyHasLeft,
    NobodyCanTakeIt,
    OwnerCannotTakeIt,
)
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.models.querysets import ActionQuerySet

ANSWER = ("answer_by", "declined")


def locked_for_owner(action: PlanAction, by: User) -> PlanAction:
    """Locked, for the agency that owns it or the chair."""
    gate.require(by, Permission.ACTION_UPDATE, action)
    # Asked again of the row as it is now: it may have been handed on since the page was read.
    return gate.require(by, Permission.ACTION_UPDATE, locked_rows().get(pk=action.pk))


def lock_case(action: PlanAction) -> None:
    """The case it is about, if it is about one: before the action itself, where its chronology is written.

    In the order of anyone who ends a meeting: two that hold both, each in an order of its own, would wait for one
    another.
    """
    if action.case_id:
        hold_case(action.case_id)


def hold_unfinished(case: Case) -> None:
    """Nobody finishes an action of the case meanwhile, or confirms that it stays undone.

    Nor sends back what a plan not issued yet was to go on with. The caller holds the case first, then the meeting.
    """
    rows = PlanAction.objects.select_for_update(of=("self",)).filter(case=case)
    goes_on = rows.filter(carried_to__isnull=False, carried_to__issued_at__isnull=True)
    list((rows.left_undone() | goes_on).order_by("id").values_list("pk", flat=True))


def held_by_chair(action: PlanAction, by: User) -> PlanAction:
    """Locked, for who chairs."""
    gate.require(by, Permission.ACTION_VIEW, action)
    require_chair(by, action)
    return locked_rows().get(pk=action.pk)


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
        raise ActionReplaced
    if not action.is_open:
        raise ActionFinished


def check_issued(action: PlanAction) -> None:
    """Its meeting has ended."""
    if action.issued_at is None:
        raise ActionNotIssued


def check_owner(action: PlanAction) -> None:
    """Its agency takes part, and anyone who is named works there and sees the child's case; else somebody there does.

    Where it is about no child, they work with children and are not shut out of what it is about.
    """
    if not action.agency.is_active:
        raise AgencyHasLeft
    if action.owner is None:
        people = people_to_tell(action.agency)
        ask_together(people, action)
        if not any(gate.can(person, Permission.ACTION_VIEW, action) for person in people):
            raise NobodyCanTakeIt
        return
    works_for_agency = Membership.objects.current().filter(user=action.owner, agency=action.agency)
    if not works_for_agency.exists():
        raise OwnerCannotTakeIt(WORKS_ELSEWHERE)
    if not gate.can(action.owner, Permission.ACTION_VIEW, action):
        raise OwnerCannotTakeIt


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


def snapshot(action: PlanAction) -> dict[str, Any]:
    """How an action stands before something is done to it, for the line that says so."""
    return {
        "was_state": action.state, "was_due_on": action.due_on, "was_done_on": action.done_on,
        "was_completed_at": action.completed_at, "was_agency_id": action.agency_id,
    }  # fmt: skip


def report(
    action: PlanAction,
    kind: UpdateKind,
    text: str,
    by: User,
    key: uuid.UUID | None = None,
    *,
    was: Mapping[str, Any] | None = None,
) -> ActionUpdate:
    """One line of the action's history; `was` is how it stood before, where this changed what the measures count."""
    return ActionUpdate.objects.create(
        id=row_key(action, key), action=action, kind=kind, text=text, by=by,
        agency=agency_of(by, action), **was or {},
    )  # fmt: skip


def report_all(
    actions: Sequence[PlanAction], kind: UpdateKind, by: User, *, was: Mapping[uuid.UUID, Mapping[str, Any]]
) -> None:
    """One line of the history of each, in the words it ended with."""
    ActionUpdate.objects.bulk_create(
        ActionUpdate(
            action=each, kind=kind, text=each.outcome, by=by, agency=agency_of(by, each), **was[each.pk]
        )
        for each in actions
    )


def agency_of(by: User, action: PlanAction) -> Agency:
    """For whom somebody acts."""
    membership = membership_of(by)
    return membership.agency if membership else action.agency


def save(action: PlanAction, *fields: str) -> None:
    """These fields, as the next version of the row."""
    action.version += 1
    action.save(update_fields=[*fields, "version"])


def save_all(actions: Sequence[PlanAction], *fields: str) -> None:
    """These fields of many rows, each as its next version."""
    for action in actions:
        action.version += 1
    PlanAction.objects.bulk_update(actions, [*fields, "version"])


def add_to_chronology(action: PlanAction, text: str, by: User, *, happened_on: dt.date | None = None) -> None:
    """Everybody who sees the case reads its chronology: of a restricted action it says nothing."""
    if action.restricted or action.case is None:
        return
    add_entry(
        case=action.case, kind=EntryKind.ACTION, happened_on=happened_on or timezone.localdate(), text=text,
        by=by, source_id=action.pk,
    )  # fmt: skip


def address_of(action: PlanAction) -> str:
    """Where it is read."""
    return reverse("mase:action", args=[action.pk])


def one_case(actions: list[PlanAction]) -> uuid.UUID | None:
    """The case that all of these actions are about, if it is one; none where one of them is about no child."""
    cases = {action.case_id for action in actions}
    return cases.pop() if len(cases) == 1 else None
