"""Objecting to minutes that were sent out, and the chair's answer: both stand in them."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.jobs.services import notify
from mase.errors import MinutesNotSentOut, ObjectedAlready, ObjectionAnswered, ObjectionsOver
from mase.models import AgendaItem, MaseMeeting, MinutesObjection
from mase.selectors.minutes import latest_version, may_be_objected_to, sees_restricted
from mase.services.minutes.drafting import hold_unagreed


@dataclass(frozen=True)
class Objection:
    """About which item, what should be said, and whether it is about the restricted part."""

    item: AgendaItem | None
    text: str
    restricted: bool = False


@transaction.atomic
def object_to(*, meeting: MaseMeeting, said: Objection, by: User) -> MinutesObjection:
    """Somebody who takes part objects, once to a version, until the last day. The chair is told."""
    gate.require(by, Permission.MEETING_TAKE_PART, meeting)
    who = standing(by)
    apart = said.restricted or bool(said.item and said.item.restricted)
    if who is None or (apart and not sees_restricted(by, meeting)):
        raise NotPermitted
    minutes = hold_unagreed(meeting)
    version = latest_version(minutes)
    if version is None:
        raise MinutesNotSentOut
    if not may_be_objected_to(minutes, version):
        raise ObjectionsOver
    if MinutesObjection.objects.filter(version=version, by=by).exists():
        raise ObjectedAlready
    objection = MinutesObjection.objects.create(
        minutes=minutes, version=version, item=said.item, restricted=apart, text=said.text, by=by, agency=who.agency
    )  # fmt: skip
    detail = {"meeting": str(meeting.pk), "version": version.number, "restricted": apart}
    record(Action.MINUTES_OBJECTED, by=by, obj=objection, case=meeting.case, detail=detail)
    if meeting.chair != by:
        words = "There is an objection to minutes you sent out."
        notify(
            user=meeting.chair, text=words, url=f"/meetings/{meeting.pk}/minutes/", case_id=meeting.case_id
        )
    return objection


@transaction.atomic
def answer(*, objection: MinutesObjection, accepted: bool, reason: str, by: User) -> MinutesObjection:
    """The chair says yes, and words the item otherwise; or no. Either with a reason, and the person is told."""
    meeting = objection.minutes.meeting
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if objection.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    hold_unagreed(meeting)
    locked = MinutesObjection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if locked.is_answered:
        raise ObjectionAnswered
    locked.accepted, locked.answer = accepted, reason
    locked.answered_by, locked.answered_at = by, timezone.now()
    locked.save(update_fields=["accepted", "answer", "answered_by", "answered_at"])
    detail = {"meeting": str(meeting.pk), "accepted": accepted}
    record(Action.MINUTES_ANSWERED, by=by, obj=locked, case=meeting.case, detail=detail)
    if gate.can(locked.by, Permission.MINUTES_VIEW, meeting):
        words = "The chair has answered what you said about the minutes of a meeting."
        notify(user=locked.by, text=words, url=f"/meetings/{meeting.pk}/minutes/", case_id=meeting.case_id)
    return locked
