"""The draft: made from the record when the meeting ends, worded by the chair. The record itself stays as it is."""

from django.db import transaction
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.reference.selectors import clock_rule
from mase.choices import MeetingState
from mase.errors import MinutesAgreed, MinutesNotReady, MinutesNotSentOut, WordingMissing
from mase.models import (
    AgendaItem,
    MaseMeeting,
    Minutes,
    MinutesAction,
    MinutesRecipient,
    MinutesWording,
)
from mase.selectors.circulation import default_recipients
from mase.selectors.minutes import latest_version
from mase.selectors.minutes_actions import to_keep
from mase.services.sections import Edit, save_edited


@transaction.atomic
def draft(*, meeting: MaseMeeting, by: User) -> Minutes:
    """Begin the minutes of a meeting that has ended, and the list of who gets them. Asking again changes nothing.

    What they say of each action is kept as it stands now: nobody could object to what comes of it after they went out.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if meeting.state != MeetingState.ENDED:
        raise MinutesNotSentOut
    due_on = clock_rule("MINUTES_OUT").due(meeting.ended_at or timezone.now())
    minutes, is_new = Minutes.objects.select_for_update().get_or_create(
        meeting=meeting, defaults={"due_on": due_on}
    )
    if is_new:
        with acting.for_the_system():  # what is restricted too, which the chair may not be shown
            items = AgendaItem.objects.filter(meeting=meeting)
            MinutesWording.objects.bulk_create(MinutesWording(minutes=minutes, item=item) for item in items)
            MinutesAction.objects.bulk_create(to_keep(minutes))
        MinutesRecipient.objects.bulk_create(default_recipients(minutes, by))
        record(Action.MINUTES_DRAFTED, by=by, obj=minutes, case=meeting.case)
    return minutes


@transaction.atomic
def save_wording(*, wording: MinutesWording, text: str, edit: Edit, by: User) -> MinutesWording:
    """The chair words an item otherwise than it was noted; the minutes mark it. Until they are agreed."""
    meeting = wording.item.meeting
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if wording.item.restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    minutes = hold_unagreed(meeting)
    version = latest_version(minutes)
    if version is not None and not version.is_ready:
        raise MinutesNotReady
    if wording.item.notes and not text.strip():
        raise WordingMissing
    as_noted = wording.saved_at is None and text == wording.item.notes
    return wording if as_noted else save_edited(wording, {"text": text}, edit=edit, meeting=meeting, by=by)


def hold(meeting: MaseMeeting) -> Minutes:
    """The minutes as they are now; nobody else writes to them until this transaction ends."""
    minutes = Minutes.objects.select_for_update(of=("self",), no_key=True).filter(meeting=meeting).first()
    if minutes is None:
        raise MinutesNotSentOut
    minutes.meeting = meeting
    return minutes


def hold_unagreed(meeting: MaseMeeting) -> Minutes:
    """The minutes, while they may still change."""
    minutes = hold(meeting)
    if minutes.agreed_at is not None:
        raise MinutesAgreed
    return minutes
