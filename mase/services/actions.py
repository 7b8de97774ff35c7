"""The verbs of an issued plan action: report on it, finish it, hand it on, carry it forward."""

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.choices import EntryKind
from cases.errors import CaseClosed
from cases.services.chronology import add_entry
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from cse_portal.keys import new_key
from cse_portal.ui.presenters import counted, display_date, joined
from mase.choices import ActionState, UpdateKind
from mase.errors import (
    ActionFinished,
    ActionNotIssued,
    AlreadyCarried,
    MeetingNotStarted,
    OwnerCannotSeeCase,
    OwnerOfAnotherAgency,
)
from mase.models import ActionUpdate, MaseMeeting, PlanAction
from mase.selectors.chairing import chair_of, require_chair
from mase.selectors.meetings import people_to_tell
from mase.services.locking import hold_running


@transaction.atomic
def issue(*, meeting: MaseMeeting, by: User) -> list[PlanAction]:
    """The meeting ends, so its actions start: owners are told. The service that ends a meeting has asked the gate."""
    rows = PlanAction.objects.select_for_update(of=("self",)).select_related("agency", "owner", "case")
    issued = list(rows.filter(meeting=meeting, issued_at__isnull=True).order_by("due_on", "id"))
    if not issued:
        return []
    now = timezone.now()
    PlanAction.objects.filter(pk__in=[action.pk for action in issued]).update(issued_at=now)
    for action in issued:
        action.issued_at = now
        _replace_carried(action, by)
    agencies = joined(sorted({action.agency.short_name for action in issued}))
    text = f"Plan issued: {counted(len(issued), 'action')} for {agencies}."
    add_entry(
        case=meeting.case, kind=EntryKind.ACTION, happened_on=timezone.localdate(), text=text,
        by=by, source_id=meeting.pk,
    )  # fmt: skip
    record(Action.ACTION_SET, by=by, obj=meeting, case=meeting.case, detail={"issued": len(issued)})
    _tell_owners(issued)
    return issued


@transaction.atomic
def progress(*, action: PlanAction, note: str, by: User, key: uuid.UUID | None = None) -> PlanAction:
    """Report how it is going, without finishing it."""
    locked = _to_work_on(action, by)
    if not _reported_before(locked, key):
        _check_open(locked)
        locked.state = ActionState.IN_PROGRESS
        _save(locked, "state")
        _report(locked, UpdateKind.PROGRESS, note, by, key)
        record(Action.ACTION_CHANGED, by=by, obj=locked, case=locked.case, detail={"what": "progress"})
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
    """It was done: what came of it, and what that changed for the child. Late if done after its day."""
    day = done_on or timezone.localdate()
    return _finish(action, outcome=outcome, effect=effect, done_on=day, by=by, key=key)


@transaction.atomic
def not_done(
    *, action: PlanAction, reason: str, by: User, effect: str = "", key: uuid.UUID | None = None
) -> PlanAction:
    """It will not be done, and why; the chair is told."""
    finished = _finish(action, outcome=reason, effect=effect, done_on=None, by=by, key=key)
    chair = chair_of(finished)
    if chair != by and gate.can(chair, Permission.ACTION_VIEW, finished):
        notify(user=chair, text="An action of a plan will not be done.", url=_address(finished))
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
    """Hand it to a colleague; to another agency only the chair may. The new owner must see the case."""
    locked = _to_work_on(action, by)
    if agency.pk != locked.agency_id:
        require_chair(by, locked)
    if _reported_before(locked, key):
        return locked
    _check_open(locked)
    locked.agency, locked.owner = agency, owner
    _check_owner(locked)
    _save(locked, "agency", "owner")
    _report(locked, UpdateKind.HANDED_ON, reason, by, key)
    detail = {"what": "owner", "agency": str(agency.pk), "owner": str(owner.pk) if owner else None}
    record(Action.ACTION_CHANGED, by=by, obj=locked, case=locked.case, detail=detail)
    _tell_owners([locked])
    return locked


@transaction.atomic
def carry_forward(
    *, action: PlanAction, meeting: MaseMeeting, due_on: dt.date, by: User, key: uuid.UUID | None = None
) -> PlanAction:
    """The chair takes an unfinished action into the running meeting's plan, with a new day.

    The old one stays open until this meeting ends and is then replaced. Returns the new action.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    locked = _to_work_on(action, by)
    earlier = PlanAction.objects.filter(carried_from=locked).first()
    row_key = _row_key(locked, key)
    if earlier is not None and earlier.pk == row_key:
        return earlier
    _check_open(locked)
    held = hold_running(meeting)
    if held.case_id != locked.case_id:
        raise MeetingNotStarted
    if earlier is not None or held.pk == locked.meeting_id:
        raise AlreadyCarried
    new = PlanAction(
        case=locked.case, meeting=held, p=locked.p, text=locked.text, agency=locked.agency, owner=locked.owner,
        due_on=due_on, set_by=by, carried_from=locked, id=row_key,
    )  # fmt: skip
    new.save(force_insert=True)
    record(Action.ACTION_SET, by=by, obj=new, case=locked.case, detail={"carried_from": str(locked.pk)})
    return new


def _finish(
    action: PlanAction,
    *,
    outcome: str,
    effect: str,
    done_on: dt.date | None,
    by: User,
    key: uuid.UUID | None,
) -> PlanAction:
    locked = _to_work_on(action, by)
    if _reported_before(locked, key):
        return locked
    _check_open(locked)
    state = _finished_state(locked, done_on)
    locked.state, locked.outcome, locked.effect_on_child = state, outcome, effect
    locked.done_on, locked.completed_at, locked.completed_by = done_on, timezone.now(), by
    _save(locked, "state", "outcome", "effect_on_child", "done_on", "completed_at", "completed_by")
    _report(locked, UpdateKind.FINISHED, outcome, by, key)
    text = f"{state.label}: {locked.text}\n\nOutcome: {outcome}"
    add_entry(
        case=locked.case, kind=EntryKind.ACTION, happened_on=done_on or timezone.localdate(),
        text=f"{text}\n\nWhat it changed for the child: {effect}" if effect else text, by=by, source_id=locked.pk,
    )  # fmt: skip
    record(Action.ACTION_COMPLETED, by=by, obj=locked, case=locked.case, detail={"state": state})
    return locked


def _finished_state(action: PlanAction, done_on: dt.date | None) -> ActionState:
    if done_on is None:
        return ActionState.NOT_DONE
    return ActionState.DONE if done_on <= action.due_on else ActionState.DONE_LATE


def _replace_carried(new: PlanAction, by: User) -> None:
    """The new action takes the place of the one it continues, if that is still open."""
    old = new.carried_from and PlanAction.objects.select_for_update().get(pk=new.carried_from.pk)
    if old is None or not old.is_open:
        return
    old.state, old.completed_at, old.completed_by = ActionState.SUPERSEDED, timezone.now(), by
    old.outcome = f"Carried forward to the next plan, due {display_date(new.due_on)}."
    _save(old, "state", "completed_at", "completed_by", "outcome")
    _report(old, UpdateKind.CARRIED, old.outcome, by, None)


def _to_work_on(action: PlanAction, by: User) -> PlanAction:
    gate.require(by, Permission.ACTION_UPDATE, action)
    rows = PlanAction.objects.select_for_update(of=("self",)).select_related(
        "case", "agency", "owner", "meeting__chair"
    )
    # Asked again of the row as it is now: it may have been handed on since the page was read.
    return gate.require(by, Permission.ACTION_UPDATE, rows.get(pk=action.pk))


def _check_open(action: PlanAction) -> None:
    if not action.case.is_open:
        raise CaseClosed
    if action.issued_at is None:
        raise ActionNotIssued
    if not action.is_open:
        raise ActionFinished


def _check_owner(action: PlanAction) -> None:
    if action.owner is None:
        return
    works_there = Membership.objects.current().filter(user=action.owner, agency=action.agency)
    if not works_there.exists():
        raise OwnerOfAnotherAgency
    if not gate.can(action.owner, Permission.ACTION_VIEW, action):
        raise OwnerCannotSeeCase


def _row_key(action: PlanAction, key: uuid.UUID | None) -> uuid.UUID:
    """The key of the row a form makes: of this action only, whatever was posted."""
    return uuid.uuid5(action.pk, str(key)) if key else new_key()


def _reported_before(action: PlanAction, key: uuid.UUID | None) -> bool:
    """The same form posted twice finds the first report."""
    return key is not None and ActionUpdate.objects.filter(pk=_row_key(action, key)).exists()


def _report(action: PlanAction, kind: UpdateKind, text: str, by: User, key: uuid.UUID | None) -> None:
    membership = membership_of(by)
    agency = membership.agency if membership else action.agency
    ActionUpdate.objects.create(
        id=_row_key(action, key), action=action, kind=kind, text=text, by=by, agency=agency
    )


def _save(action: PlanAction, *fields: str) -> None:
    action.version += 1
    action.save(update_fields=[*fields, "version"])


def _tell_owners(actions: list[PlanAction]) -> None:
    """One notification a person, and only for people who can open what it leads to."""
    theirs: dict[User, list[PlanAction]] = {}
    for action in actions:
        for person in [action.owner] if action.owner else people_to_tell(action.agency):
            theirs.setdefault(person, []).append(action)
    for case in {action.case for action in actions}:
        gate.ask_together(theirs, Permission.CASE_VIEW, case)
    notices = []
    for person, given in theirs.items():
        if seen := [each for each in given if gate.can(person, Permission.ACTION_VIEW, each)]:
            text = f"You have {counted(len(seen), 'new action')} from a plan."
            address = _address(seen[0]) if len(seen) == 1 else reverse("mase:actions")
            notices.append(Notification(user=person, text=text, url=address))
    notify_all(notices)


def _address(action: PlanAction) -> str:
    return reverse("mase:action", args=[action.pk])
