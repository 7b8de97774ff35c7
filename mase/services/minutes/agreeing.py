"""Agreeing minutes: from here on they are frozen, and who saw the case through the meeting alone sees it no longer."""

from django.db import transaction
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.choices import GrantSource
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.choices import ClockStep
from mase.errors import (
    MinutesChanged,
    MinutesNotReady,
    MinutesNotSentOut,
    ObjectionsStillPossible,
    ObjectionsWait,
)
from mase.models import AgreedRecord, MaseMeeting, Minutes, MinutesVersion
from mase.selectors.minutes import (
    latest_version,
    may_be_agreed,
    progress_since,
    sight_by_invitation,
)
from mase.selectors.minutes_content import content_of, fingerprint
from mase.services.clocks import run_out
from mase.services.minutes.circulating import new_version, tell_readers
from mase.services.minutes.drafting import hold_unagreed
from mase.services.minutes.telling import AGREED


@transaction.atomic
def agree(*, meeting: MaseMeeting, by: User) -> Minutes:
    """The chair agrees the minutes as they were last sent out, when nobody can or need object any more."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    minutes = hold_unagreed(meeting)
    before = latest_version(minutes)
    _check(minutes, before)
    run_out(meeting, list(ClockStep), by)
    content = content_of(minutes)
    minutes.sha256 = fingerprint(content)
    with acting.for_the_system():  # the whole of it, though the chair may not be shown the restricted part
        AgreedRecord.objects.create(minutes=minutes, content=content)
    final = new_version(minutes, before, is_final=True, made_by=by)
    minutes.agreed_at, minutes.agreed_by = timezone.now(), by
    minutes.save(update_fields=["agreed_at", "agreed_by", "sha256"])
    detail = {"meeting": str(meeting.pk), "sha256": minutes.sha256, "version": final.number}
    record(Action.MINUTES_AGREED, by=by, obj=minutes, case=meeting.case, detail=detail)
    _end_sight(meeting, by)
    tell_readers(meeting, final, AGREED, by=by)
    return minutes


def _check(minutes: Minutes, version: MinutesVersion | None) -> None:
    if version is None:
        raise MinutesNotSentOut
    if not version.is_ready:
        raise MinutesNotReady
    progress = progress_since(minutes, version)
    if progress.waiting:
        raise ObjectionsWait
    if progress.changed:
        raise MinutesChanged
    if not may_be_agreed(version):
        raise ObjectionsStillPossible


def _end_sight(meeting: MaseMeeting, by: User) -> None:
    """Sight through this meeting ends, but for owners of unfinished actions; guests of the next keep that one's."""
    for invitation, owns_action in sight_by_invitation(meeting):
        if owns_action:
            continue
        seats: list[Holder | None] = [invitation.deputy, invitation.person or invitation.agency]
        for holder in seats:
            if holder is None:
                continue
            grants.withdraw(
                meeting.case, frm=holder, by=by, reason="The minutes of the meeting were agreed",
                source=GrantSource.MEETING, source_id=meeting.pk,
            )  # fmt: skip
