"""Taking a concern while it waits, and saying whether the child is in danger after new information."""

from django.db import transaction
from django.utils import timezone

from cases.concerns.choices import ConcernState, Urgency
from cases.concerns.models import Concern
from cases.concerns.services import alert_triage
from cases.triage.services.deciding import AlreadyDecided, check_handled_by
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic
def take(*, concern: Concern, by: User, over: bool = False) -> Concern:
    """This person handles the concern. The first one to take it has it; `over` takes it from a colleague."""
    locked = _lock_waiting(concern, by)
    if not over:
        check_handled_by(locked, by)
    if locked.handled_by_id != by.pk:
        before = str(locked.handled_by_id or "")
        locked.handled_by, locked.handled_at = by, timezone.now()
        locked.save(update_fields=["handled_by", "handled_at"])
        record(Action.CONCERN_TAKEN, by=by, obj=locked, detail={"from": before})
    return locked


@transaction.atomic
def let_go(*, concern: Concern, by: User) -> Concern:
    """Nobody handles it any more. Only the person who has it lets go."""
    locked = _lock_waiting(concern, by)
    check_handled_by(locked, by)
    if locked.handled_by_id is not None:
        locked.handled_by = locked.handled_at = None
        locked.save(update_fields=["handled_by", "handled_at"])
        record(Action.CONCERN_LET_GO, by=by, obj=locked)
    return locked


@transaction.atomic
def answer_danger(*, concern: Concern, danger: bool, by: User) -> Concern:
    """After new information, triage says whether the child is in danger now. That sets the urgency.

    All that was added until now counts as read. A yes alerts everybody in triage; a no never makes it routine again
    where it was urgent.
    """
    locked = _lock_waiting(concern, by)
    unread = list(locked.addenda.filter(read_at__isnull=True))
    now = timezone.now()
    for addendum in unread:
        addendum.danger_now, addendum.read_by, addendum.read_at = danger, by, now
        addendum.save(update_fields=["danger_now", "read_by", "read_at"])
        record(Action.ADDENDUM_READ, by=by, obj=addendum, about=[locked.pk], detail={"danger": danger})
    if unread:
        _set_urgency(locked, danger)
    return locked


def _set_urgency(concern: Concern, danger: bool) -> None:
    before = concern.urgency
    if danger:
        concern.urgency = Urgency.IMMEDIATE
    elif before == Urgency.IMMEDIATE:
        concern.urgency = Urgency.HIGH
    if concern.urgency != before:
        concern.save(update_fields=["urgency"])
    if danger:
        alert_triage(concern)


def _lock_waiting(concern: Concern, by: User) -> Concern:
    gate.require(by, Permission.CONCERN_DECIDE, concern)
    rows = Concern.objects.select_for_update(of=("self",)).select_related("handled_by")
    locked = rows.get(pk=concern.pk)
    if locked.state != ConcernState.SUBMITTED:
        raise AlreadyDecided(locked)
    return locked
