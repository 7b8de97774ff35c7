"""Objecting to what a CMOG's minutes say of an item, and the answer: both stand in them, for who sees the item."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from mase.errors import MinutesNotSentOut, ObjectedAlready, ObjectionAnswered, ObjectionsOver, OwnObjection
from mase.models import CmogItem, CmogMeeting, CmogMinutesObjection
from mase.selectors.cmog_minutes import answerers, latest_version, may_be_answered
from mase.selectors.minutes import may_be_objected_to
from mase.services.cmog_minutes.circulating import say
from mase.services.cmog_minutes.drafting import hold_unagreed, of


@dataclass(frozen=True)
class CmogObjection:
    """About which item, if about one, and what should be said."""

    item: CmogItem | None
    text: str


@transaction.atomic
def object_to(*, meeting: CmogMeeting, said: CmogObjection, by: User) -> CmogMinutesObjection:
    """Somebody who sits on it or was asked objects, once to a version and item, until the last day.

    Who answers is told: the chair, or where the chair may not see the item, those who write on it.
    """
    gate.require(by, Permission.CMOG_VIEW, meeting)
    if said.item is not None:
        gate.require(by, Permission.CMOG_ITEM_VIEW, said.item)
    who, minutes = standing(by), hold_unagreed(meeting)
    version = latest_version(minutes)
    if who is None or (said.item is not None and said.item.meeting_id != meeting.pk):
        raise NotPermitted
    if version is None:
        raise MinutesNotSentOut
    if not may_be_objected_to(minutes, version):
        raise ObjectionsOver
    if CmogMinutesObjection.objects.filter(version=version, by=by, item=said.item).exists():
        raise ObjectedAlready
    objection = CmogMinutesObjection.objects.create(
        minutes=minutes, version=version, item=said.item, text=said.text, by=by, agency=who.agency
    )
    detail = of(meeting) | {"version": version.number}
    _note(Action.CMOG_MINUTES_OBJECTED, objection, by, detail)
    say(meeting, answerers(meeting, said.item), "There is an objection to the minutes of a CMOG.", by=by)
    return objection


@transaction.atomic
def answer(*, objection: CmogMinutesObjection, accepted: bool, reason: str, by: User) -> CmogMinutesObjection:
    """Yes, and the item is worded otherwise; or no. Either with a reason, and the person is told."""
    meeting = objection.minutes.meeting
    gate.require(by, Permission.CMOG_VIEW, meeting)
    if objection.item is not None:
        gate.require(by, Permission.CMOG_ITEM_VIEW, objection.item)
    if not may_be_answered(by, meeting, [objection]):
        raise NotPermitted
    hold_unagreed(meeting)
    rows = CmogMinutesObjection.objects.select_for_update(of=("self",)).select_related("item__case", "by")
    locked = rows.get(pk=objection.pk)
    if locked.is_answered:
        raise ObjectionAnswered
    if locked.by == by and any(person != by for person in answerers(meeting, locked.item)):
        raise OwnObjection
    locked.accepted, locked.answer = accepted, reason
    locked.answered_by, locked.answered_at = by, timezone.now()
    locked.save(update_fields=["accepted", "answer", "answered_by", "answered_at"])
    detail = of(meeting) | {"accepted": accepted}
    _note(Action.CMOG_MINUTES_ANSWERED, locked, by, detail)
    if locked.item is None or gate.can(locked.by, Permission.CMOG_ITEM_VIEW, locked.item):
        words = "What you said about the minutes of a CMOG has been answered."
        say(meeting, [locked.by] if gate.can(locked.by, Permission.CMOG_VIEW, meeting) else [], words, by=by)
    return locked


def _note(action: Action, row: CmogMinutesObjection, by: User, detail: dict[str, Any]) -> None:
    case, about = (row.item.case, row.item.about_id) if row.item is not None else (None, None)
    record(action, by=by, obj=row, case=case, detail=detail, about=[about])
