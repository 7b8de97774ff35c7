"""The chair's agenda: where the meeting is, what else is to be talked about, in what order, and what is put off."""

import uuid

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.models import AgendaItem, MaseMeeting
from mase.selectors.agenda import put_off, seconds_of
from mase.services.locking import already_made, hold_open, hold_running


@transaction.atomic
def go_to(*, item: AgendaItem, by: User) -> AgendaItem:
    """The meeting turns to this item: its time starts, and that of the one before stops."""
    gate.require(by, Permission.MEETING_CHAIR, item.meeting)
    held = hold_running(item.meeting)
    locked = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if locked.opened_at is None:
        stop_clock(held)
        locked.opened_at = timezone.now()
        locked.save(update_fields=["opened_at"])
        _note(held, locked, "turned to", by)
    return locked


@transaction.atomic
def add_item(*, meeting: MaseMeeting, key: uuid.UUID, title: str, restricted: bool, by: User) -> AgendaItem:
    """One more item, at the end of the agenda; a restricted one is for professionals only."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_open(meeting)
    if found := already_made(AgendaItem, key, meeting_id=held.pk):
        return found
    item = AgendaItem.objects.create(
        pk=key, meeting=held, order=_last(held) + 1, code=f"added-{key.hex[-12:]}", title=title, restricted=restricted,
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


@transaction.atomic
def put_item_off(*, item: AgendaItem, reason: str, by: User) -> AgendaItem:
    """Not today: it comes back on the next meeting's agenda with the reason. Without a reason it is for today again."""
    gate.require(by, Permission.MEETING_CHAIR, item.meeting)
    held = hold_open(item.meeting)
    locked = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if locked.put_off_because != reason:
        locked.put_off_because = reason
        locked.save(update_fields=["put_off_because"])
        _note(held, locked, "put off" if reason else "for today again", by)
    return locked


def stop_clock(meeting: MaseMeeting) -> None:
    """The item the meeting is at keeps the time it took, also one that its chair is not shown. The caller holds the
    meeting.
    """
    with acting.for_the_system():
        for item in meeting.agenda.select_for_update(of=("self",)).filter(opened_at__isnull=False):
            item.seconds_spent, item.opened_at = seconds_of(item), None
            item.save(update_fields=["seconds_spent", "opened_at"])


def bring_back(meeting: MaseMeeting) -> None:
    """What the last meeting put off stands on this agenda: a standing item says why, any other is added.

    The agenda is set out by whoever books the meeting, who may not read all of it: the caller acts for the system.
    """
    standing = {item.code: item for item in meeting.agenda.all()}
    order = _last(meeting)
    for old in put_off(meeting):
        item = standing.get(old.code)
        if item is None:
            order += 1
            item = AgendaItem(
                meeting=meeting, order=order, code=old.code, title=old.title, guidance=old.guidance,
                restricted=old.restricted,
            )  # fmt: skip
        item.put_off_before = old.put_off_because
        item.save()


def _last(meeting: MaseMeeting) -> int:
    with acting.for_the_system():  # also of items that whoever asks is not shown
        return meeting.agenda.aggregate(last=Max("order"))["last"] or 0


def _note(meeting: MaseMeeting, item: AgendaItem, what: str, by: User) -> None:
    detail = {"meeting": str(meeting.pk), "part": "agenda", "what": what}
    record(Action.MEETING_CHANGED, by=by, obj=item, case=meeting.case, detail=detail)
