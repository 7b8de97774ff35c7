"""The minutes of a CMOG: drafted when it ends, worded by who runs it, sent out to everybody who sits on it.

There is no stored document: each reader's copy is drawn for them (docs/adr/0018-cmog.md), and one sending is the last.
"""

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.reference.selectors import clock_rule
from mase.errors import CmogMinutesOut, MinutesNotSentOut, SomeoneElseSaved, WordingMissing
from mase.models import CmogItem, CmogMeeting, CmogMinutes, CmogTextAside, CmogWording
from mase.services.cmog_asides import settle
from mase.services.cmog_telling import everybody, leave_word
from mase.services.sections import Edit


def draft(meeting: CmogMeeting) -> CmogMinutes:
    """Begin the minutes of a CMOG that has just ended, under the clock that minutes of a MASE have."""
    due_on = clock_rule("MINUTES_OUT").due(timezone.localdate(meeting.ended_at))
    return CmogMinutes.objects.create(meeting=meeting, due_on=due_on)


@transaction.atomic
def save_wording(*, item: CmogItem, text: str, edit: Edit, by: User) -> CmogWording | None:
    """Word an item otherwise than it was noted, until the minutes are sent out; the minutes mark it.

    Whoever runs the CMOG words what they see. What they may not see goes out as those wrote it who do.
    """
    gate.require(by, Permission.CMOG_RUN, item.meeting)
    gate.require(by, Permission.CMOG_ITEM_VIEW, item)
    minutes = _hold_draft(item.meeting)
    wording = CmogWording.objects.select_related("saved_by").filter(item=item).first()
    if not text.strip():
        raise WordingMissing
    if text == (wording.text if wording else item.notes):
        return wording
    if wording is not None and wording.version != edit.version:
        raise SomeoneElseSaved(wording)
    saved = _write(wording or CmogWording(minutes=minutes, item=item, version=0), text, edit, by)
    record(Action.CMOG_MINUTES_WORDED, by=by, obj=saved, case=item.case, detail=_of(item.meeting))
    return saved


@transaction.atomic
def circulate(*, meeting: CmogMeeting, by: User) -> CmogMinutes:
    """Send the minutes out: everybody who sits on it or was asked may take their copy, and is told."""
    gate.require(by, Permission.CMOG_RUN, meeting)
    minutes = _hold_draft(meeting)
    minutes.circulated_at, minutes.circulated_by = timezone.now(), by
    minutes.save(update_fields=["circulated_at", "circulated_by"])
    record(Action.CMOG_MINUTES_CIRCULATED, by=by, obj=minutes, detail=_of(meeting))
    words = "The minutes of a CMOG are out."
    leave_word(meeting, everybody(meeting), words, by=by, page="mase:cmog-minutes-page")
    return minutes


def _hold_draft(meeting: CmogMeeting) -> CmogMinutes:
    """The minutes while they may still change; nobody else words or sends them until this transaction ends."""
    minutes = CmogMinutes.objects.select_for_update(of=("self",)).filter(meeting=meeting).first()
    if minutes is None:
        raise MinutesNotSentOut
    if minutes.circulated_at is not None:
        raise CmogMinutesOut
    return minutes


def _write(wording: CmogWording, text: str, edit: Edit, by: User) -> CmogWording:
    if edit.replaces and wording.saved_by is not None and wording.saved_by != by:
        CmogTextAside.objects.create(item=wording.item, notes=wording.text, by=wording.saved_by)
    wording.text = text
    wording.version, wording.saved_at, wording.saved_by = wording.version + 1, timezone.now(), by
    wording.save()
    settle(wording.item, by)
    return wording


def _of(meeting: CmogMeeting) -> dict[str, str]:
    return {"meeting": str(meeting.pk)}
