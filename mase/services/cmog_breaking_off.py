"""Taking back the start of a CMOG that was not held after all, or was broken off: it is booked again."""

import datetime as dt

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.ui.presenters import display_datetime
from mase.choices import MeetingState
from mase.models import CmogMeeting
from mase.services.cmog import CmogDetails, move
from mase.services.cmog_telling import everybody, leave_word
from mase.services.locking import hold_running_cmog


@transaction.atomic
def break_off(*, meeting: CmogMeeting, reason: str, to: dt.datetime, by: User) -> CmogMeeting:
    """It is booked for `to`, its old time or a new one; what was written on its items stays.

    Who was there is marked anew on the day on which it is held. Raises MeetingNotEditable once it has ended, for its
    actions are issued by then, and CmogThisMonth where the new day's month has its own.
    """
    gate.require(by, Permission.CMOG_RUN, meeting)
    held = hold_running_cmog(meeting)
    began = held.started_at
    held.invitations.filter(person=None).delete()  # the standing seats: its next start sets them again
    held.invitations.update(code="", who_came="")
    held.state, held.started_at = MeetingState.SCHEDULED, None
    held.version += 1
    held.save(update_fields=["state", "started_at", "version"])
    detail = {"began": began.isoformat() if began else "", "to": to.isoformat()}
    record(Action.CMOG_BROKEN_OFF, by=by, obj=held, reason=reason, detail=detail)
    if to != held.scheduled_for:
        return move(meeting=held, details=CmogDetails(to, held.place, held.chair), reason=reason, by=by)
    words = f"A CMOG was not held after all. It is on {display_datetime(to)}."
    leave_word(held, everybody(held), words, by=by)
    return held
