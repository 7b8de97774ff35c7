"""What a CMOG says of one item: notes and a decision, an action, or that it waits until next month."""

import re
import uuid
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from cases.record.services import CaseClosed
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from intelligence.disruption import services as disruption
from intelligence.disruption.models import Disruption
from intelligence.disruption.services import Tactic
from intelligence.subjects.selectors.matching import names_of
from mase.meetings.errors import MeetingNotStarted, MeetingRefused, SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.services.locking import hold_open
from mase.plans.errors import ACTION_FINISHED
from mase.plans.models.plan import PlanAction
from mase.plans.services.plan import Agreed, agree

NAMES_SOMEBODY = "Strategic CMOG sees no child, person or place. Report it without the name."
AGREED_UNDER_ITS_ITEM = (
    "This is an action of an earlier CMOG. Agree what comes next under the item it belongs to."
)


@transaction.atomic
def save_said(
    *, item: AgendaItem, notes: str, decision: str, for_strategic: str = "", version: int, by: User
) -> AgendaItem:
    """Write notes and decision, unless somebody else saved first: then both texts are shown.

    An item saved without a word was looked at: it counts as discussed.
    """
    locked = _to_write_on(item, by)
    said = (notes, decision, for_strategic)
    if locked.version > 1 and (locked.notes, locked.decision, locked.for_strategic) == said:
        return locked
    if locked.version != version:
        raise SomeoneElseSaved(locked)
    if any(re.search(rf"\b{re.escape(name)}\b", for_strategic, re.I) for name in _names(locked)):
        raise MeetingRefused(NAMES_SOMEBODY, "for_strategic")
    locked.notes, locked.decision, locked.for_strategic = said
    locked.version, locked.saved_at, locked.saved_by = locked.version + 1, timezone.now(), by
    locked.save(update_fields=["notes", "decision", "for_strategic", "version", "saved_at", "saved_by"])
    record_change(locked, by, what="said")
    return locked


@transaction.atomic
def put_off(*, item: AgendaItem, reason: str, by: User) -> AgendaItem:
    """It waits for the next CMOG, on whose agenda it will stand by itself; until this one ends, also before it starts.

    It stays on this agenda as put off, whatever the records say meanwhile. Without a reason it is taken up.
    """
    locked = _held(item, by)
    locked.deferred_at, locked.deferred_by = (timezone.now(), by) if reason else (None, None)
    locked.deferred_reason = reason
    locked.save(update_fields=["deferred_at", "deferred_by", "deferred_reason"])
    record_change(locked, by, what="put off" if reason else "taken up")
    return locked


@transaction.atomic
def add_action(*, item: AgendaItem, key: uuid.UUID, agreed: Agreed, by: User) -> PlanAction:
    """An action about what the item is about, in the same engine as those of a MASE; issued when the CMOG ends.

    Somebody who is to do it must see the child's case, where it is about one: an action nobody may open would be lost.
    About no child, anyone who does it reads the action and need not see the item. A restricted one is then for who
    writes on the item, and who does it.
    """
    locked = _to_write_on(item, by)
    if not locked.takes_actions:
        raise MeetingRefused(AGREED_UNDER_ITS_ITEM)
    if locked.case is not None and not locked.case.is_open:
        raise CaseClosed
    if locked.case is not None and agreed.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, locked.case)
    action = PlanAction(pk=key, item=locked, case=locked.case, set_by=by)
    return agree(action, replace(agreed, family_may_read=False), {"item_id": locked.pk})


@transaction.atomic
def ask_for_order(*, item: AgendaItem, tactic: Tactic, by: User, key: uuid.UUID) -> Disruption:
    """An order against the subject; it lives on the intelligence floor, with anyone who sees those."""
    locked = _to_write_on(item, by)
    if locked.subject is None or not locked.is_target:
        raise NotPermitted
    made = disruption.ask_for(target=locked.subject, tactic=tactic, by=by, key=key, source_id=locked.pk)
    record_change(locked, by, what="disruption")
    return made


@transaction.atomic
def remove_action(*, action: PlanAction, item: AgendaItem, by: User) -> None:
    """Take an action off again before the CMOG ends."""
    locked = _to_write_on(item, by)
    if action.issued_at is not None or action.item_id != locked.pk:
        raise MeetingRefused(ACTION_FINISHED)
    detail, about = {"removed": True}, [locked.subject_id]
    record(Action.ACTION_CHANGED, by=by, obj=action, case=action.case, detail=detail, about=about)
    action.delete()


def record_item(*, item: AgendaItem, by: User, page: str = "item") -> None:
    """A person opened one item."""
    about = [item.subject_id]
    record(Action.MEETING_VIEWED, by=by, obj=item, case=item.case, detail={"page": page}, about=about)


def _names(item: AgendaItem) -> set[str]:
    """What would tell whom or what an item is about."""
    if item.case is not None:
        return {item.case.child.given_name, item.case.child.family_name, item.case.reference} - {""}
    return {item.subject.reference, *names_of(item.subject)} if item.subject is not None else set()


def _to_write_on(item: AgendaItem, by: User) -> AgendaItem:
    """Words, actions and tactics are what a CMOG says: only while it runs."""
    held = _held(item, by)
    if not held.meeting.is_running:
        raise MeetingNotStarted
    return held


def _held(item: AgendaItem, by: User) -> AgendaItem:
    gate.require(by, Permission.CMOG_WRITE, item)
    hold_open(item.meeting)
    rows = AgendaItem.objects.select_for_update(of=("self",)).select_related(
        "case__child", "saved_by", "meeting", "subject"
    )
    return rows.get(pk=item.pk)


def record_change(item: AgendaItem, by: User, **detail: str) -> None:
    """What became of an item, of whatever it is about."""
    said, about = {"meeting": str(item.meeting_id), **detail}, [item.subject_id]
    record(Action.MEETING_CHANGED, by=by, obj=item, case=item.case, detail=said, about=about)
