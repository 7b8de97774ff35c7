"""The stage a meeting is at, and the chair's agenda: what else is to be talked about, in what order."""

import uuid

from django.db import transaction
from django.db.models import Max

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.meetings.choices import Stage
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.locking import already_made, hold_open, hold_running


@transaction.atomic
def move_to(*, meeting: Meeting, stage: Stage, by: User) -> Meeting:
    """The meeting moves to this stage, and with it every screen that follows it."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    if held.stage != stage:
        held.stage = stage
        held.save(update_fields=["stage"])
        record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, detail={"stage": stage})
    return held


@transaction.atomic
def add_item(*, meeting: Meeting, key: uuid.UUID, title: str, restricted: bool, by: User) -> AgendaItem:
    """One more item, at the end of the agenda; a restricted one is for professionals only."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_open(meeting)
    if found := already_made(AgendaItem, key, meeting_id=held.pk):
        return found
    item = AgendaItem.objects.create(
        pk=key, meeting=held, case=held.case, order=last_place(held) + 1, code=f"added-{key.hex[-12:]}",
        title=title, restricted=restricted,
    )  # fmt: skip
    _note(held, item, "added", by)
    return item


@transaction.atomic
def move_item(*, item: AgendaItem, up: bool, by: User) -> AgendaItem:
    """One place up or down. An item at the end stays where it is."""
    gate.require(by, Permission.MEETING_CHAIR, item.meeting)
    held = hold_open(item.meeting)
    rows = held.agenda.select_for_update(of=("self",))
    locked = rows.get(pk=item.pk)
    beside = (
        rows.filter(order__lt=locked.order).order_by("-order") if up else rows.filter(order__gt=locked.order)
    )
    other = beside.first()
    if other is not None:
        locked.order, other.order = other.order, locked.order
        AgendaItem.objects.bulk_update([locked, other], ["order"])
        _note(held, locked, "moved", by)
    return locked


def last_place(meeting: Meeting) -> int:
    """The number of the last item."""
    return meeting.agenda.aggregate(last=Max("order"))["last"] or 0


def _note(meeting: Meeting, item: AgendaItem, what: str, by: User) -> None:
    detail = {"meeting": str(meeting.pk), "part": "agenda", "what": what}
    record(Action.MEETING_CHANGED, by=by, obj=item, case=meeting.case, detail=detail)
