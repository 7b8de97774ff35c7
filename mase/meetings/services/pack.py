"""Taking the papers of a meeting: made for one reader when they ask, with their name, and on record."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.exports.services import free_copy
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from mase.meetings.errors import MeetingNotEditable
from mase.meetings.models.meeting import MaseMeeting
from mase.minutes.selectors.minutes import sees_restricted


@dataclass(frozen=True)
class Taken:
    """Whose papers, under which number, from when."""

    copy: str
    reader: str
    agency: str
    taken_at: dt.datetime


@transaction.atomic
def take(*, meeting: MaseMeeting, by: User) -> Taken:
    """Anyone who takes part takes their own papers, until the meeting is over; then its minutes tell what was said."""
    gate.require(by, Permission.MEETING_TAKE_PART, meeting)
    who = standing(by)
    if who is None:
        raise NotPermitted
    if not meeting.is_open:
        raise MeetingNotEditable
    letters = free_copy()
    restricted = sees_restricted(by, meeting) and not meeting.family_in_room
    detail = {"copy": letters, "restricted": restricted}
    record(Action.PACK_DOWNLOADED, by=by, obj=meeting, case=meeting.case, detail=detail)
    return Taken(letters, by.full_name, who.agency.name, timezone.now())
