"""The draft: begun when the CMOG ends, worded by who runs it until the minutes are agreed. The notes stay."""

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.reference.selectors import clock_rule
from mase.errors import MinutesAgreed, MinutesNotSentOut, SomeoneElseSaved, WordingMissing
from mase.models import CmogItem, CmogMeeting, CmogMinutes, CmogWording
from mase.selectors.cmog_minutes import may_be_worded
from mase.services.sections import Edit


def draft(meeting: CmogMeeting) -> CmogMinutes:
    """Begin the minutes of a CMOG that has just ended, under the clock that minutes of a MASE have."""
    due_on = clock_rule("MINUTES_OUT").due(meeting.ended_at or timezone.now())
    return CmogMinutes.objects.create(meeting=meeting, due_on=due_on)


@transaction.atomic
def save_wording(*, item: CmogItem, text: str, edit: Edit, by: User) -> CmogWording | None:
    """Word an item otherwise than it was noted, until the minutes are agreed; they mark it.

    Whoever runs the CMOG words what they see. What they may not see goes out as it was noted, unless somebody objected
    to it and was right: then those word it who see it.
    """
    gate.require(by, Permission.CMOG_ITEM_VIEW, item)
    minutes = hold_unagreed(item.meeting)
    if item.pk not in may_be_worded(by, minutes, [item]):
        raise NotPermitted
    wording = CmogWording.objects.select_related("saved_by").filter(item=item).first()
    if not text.strip():
        raise WordingMissing
    if text == (wording.text if wording else item.notes):
        return wording
    if wording is not None and wording.version != edit.version:
        raise SomeoneElseSaved(wording)
    saved = _write(wording or CmogWording(minutes=minutes, item=item, version=0), text, edit, by)
    record(
        Action.CMOG_MINUTES_WORDED, by=by, obj=saved, case=item.case, detail=of(item.meeting), about=[item.about_id]
    )  # fmt: skip
    return saved


def hold(meeting: CmogMeeting) -> CmogMinutes:
    """The minutes as they are now; nobody else writes to them until this transaction ends."""
    rows = CmogMinutes.objects.select_for_update(of=("self",), no_key=True)
    minutes = rows.filter(meeting=meeting).first()
    if minutes is None:
        raise MinutesNotSentOut
    minutes.meeting = meeting
    return minutes


def hold_unagreed(meeting: CmogMeeting) -> CmogMinutes:
    """The minutes, while they may still change."""
    minutes = hold(meeting)
    if minutes.agreed_at is not None:
        raise MinutesAgreed
    return minutes


def of(meeting: CmogMeeting) -> dict[str, str]:
    """Which CMOG, for the audit."""
    return {"meeting": str(meeting.pk)}


def _write(wording: CmogWording, text: str, edit: Edit, by: User) -> CmogWording:
    wording.text = text
    wording.version, wording.saved_at, wording.saved_by = wording.version + 1, timezone.now(), by
    wording.save()
    return wording
