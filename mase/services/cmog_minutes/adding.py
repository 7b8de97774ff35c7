"""Adding a correction after a CMOG's minutes are agreed: about an item or the whole, and nothing in them changes."""

import uuid
from dataclasses import dataclass

from django.db import transaction

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from mase.errors import MinutesNotAgreed
from mase.models import CmogItem, CmogMeeting, CmogMinutesAddendum
from mase.services.cmog_minutes.circulating import say
from mase.services.cmog_minutes.drafting import hold, of
from mase.services.cmog_minutes.snapshots import added
from mase.services.cmog_telling import everybody
from mase.services.locking import already_made


@dataclass(frozen=True)
class Correction:
    """About which item, if about one, and what is corrected."""

    item: CmogItem | None
    text: str


@transaction.atomic
def add_addendum(*, meeting: CmogMeeting, key: uuid.UUID, said: Correction, by: User) -> CmogMinutesAddendum:
    """Who runs the CMOG corrects agreed minutes: dated, by name, after them. Who may read it is told."""
    gate.require(by, Permission.CMOG_RUN, meeting)
    if said.item is not None:
        gate.require(by, Permission.CMOG_ITEM_VIEW, said.item)
        if said.item.meeting_id != meeting.pk:
            raise NotPermitted
    minutes = hold(meeting)
    if minutes.agreed_at is None:
        raise MinutesNotAgreed
    if found := already_made(CmogMinutesAddendum, key, minutes_id=minutes.pk):
        return found
    addendum = CmogMinutesAddendum(pk=key, minutes=minutes, item=said.item, text=said.text, by=by)
    with acting.for_the_system():  # the one before may be about what its writer may not see
        last = CmogMinutesAddendum.objects.filter(minutes=minutes).order_by("-number").first()
    addendum.number, addendum.follows = (last.number + 1, last.sha256) if last else (1, minutes.sha256)
    addendum.sha256 = added(addendum)
    addendum.save(force_insert=True)
    case, about = (said.item.case, said.item.about_id) if said.item is not None else (None, None)
    record(
        Action.CMOG_MINUTES_ADDED_TO,
        by=by,
        obj=addendum,
        case=case,
        detail=of(meeting) | {"sha256": addendum.sha256},
        about=[about],
    )
    say(meeting, _readers(meeting, said.item), "A correction was added to the minutes of a CMOG.", by=by)
    return addendum


def _readers(meeting: CmogMeeting, item: CmogItem | None) -> list[User]:
    """Everybody who may read the minutes, and of them who sees what this is about."""
    people = everybody(meeting)
    return [each for each in people if item is None or gate.can(each, Permission.CMOG_ITEM_VIEW, item)]
