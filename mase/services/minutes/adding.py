"""Adding a correction after minutes are agreed: nothing in them changes, and each is chained to what came before."""

import uuid

from django.db import transaction
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.errors import MinutesNotAgreed
from mase.models import MaseMeeting, MinutesAddendum
from mase.selectors.minutes import sees_restricted
from mase.selectors.minutes_content import addendum_fingerprint
from mase.services.locking import already_made
from mase.services.minutes.drafting import hold
from mase.services.minutes.telling import leave_word, readers_now


@transaction.atomic
def add_addendum(
    *, meeting: MaseMeeting, key: uuid.UUID, text: str, by: User, restricted: bool = False
) -> MinutesAddendum:
    """The chair corrects agreed minutes: dated, by name, after them. Who may still read them is told."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    minutes = hold(meeting)
    if minutes.agreed_at is None:
        raise MinutesNotAgreed
    if found := already_made(MinutesAddendum, key, minutes_id=minutes.pk):
        return found
    with acting.for_the_system():  # the one before may be restricted
        last = minutes.addenda.order_by("-number").first()
    addendum = MinutesAddendum(
        pk=key, minutes=minutes, number=last.number + 1 if last else 1, text=text, restricted=restricted, by=by,
        at=timezone.now(), follows=last.sha256 if last else minutes.sha256,
    )  # fmt: skip
    addendum.sha256 = addendum_fingerprint(addendum)
    addendum.save(force_insert=True)
    detail = {"meeting": str(meeting.pk), "number": addendum.number, "sha256": addendum.sha256}
    record(Action.MINUTES_ADDED_TO, by=by, obj=addendum, case=meeting.case, detail=detail)
    told = [
        who.user for who in readers_now(meeting, by) if not restricted or sees_restricted(who.user, meeting)
    ]
    leave_word(meeting, told, "A correction was added to the minutes of a meeting you were asked to.")
    return addendum
