"""Agreeing a CMOG's minutes: the fingerprint of the last version is theirs, and what was sent stays as it is."""

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.errors import CmogObjectionsWait, MinutesChanged, MinutesNotSentOut, ObjectionsStillPossible
from mase.models import CmogMeeting, CmogMinutes, CmogMinutesVersion
from mase.selectors.cmog_minutes import latest_version, progress_since
from mase.selectors.minutes import may_be_agreed
from mase.services.cmog_minutes.circulating import new_version, tell_readers
from mase.services.cmog_minutes.drafting import hold_unagreed, of
from mase.services.cmog_minutes.snapshots import fingerprint


@transaction.atomic
def agree(*, meeting: CmogMeeting, by: User) -> CmogMinutes:
    """Agree the minutes as they were last sent out, when nobody can or need object any more."""
    gate.require(by, Permission.CMOG_RUN, meeting)
    minutes = hold_unagreed(meeting)
    before = latest_version(minutes)
    _check(minutes, before)
    final = new_version(minutes, before, is_final=True, made_by=by)
    minutes.sha256 = fingerprint(final)
    minutes.agreed_at, minutes.agreed_by = timezone.now(), by
    minutes.save(update_fields=["agreed_at", "agreed_by", "sha256"])
    detail = of(meeting) | {"sha256": minutes.sha256, "version": final.number}
    record(Action.CMOG_MINUTES_AGREED, by=by, obj=minutes, detail=detail)
    tell_readers(meeting, final, "The minutes of a CMOG are agreed.", by=by)
    return minutes


def _check(minutes: CmogMinutes, version: CmogMinutesVersion | None) -> None:
    if version is None:
        raise MinutesNotSentOut
    progress = progress_since(minutes, version)
    if progress.waiting:
        raise CmogObjectionsWait
    if progress.changed:
        raise MinutesChanged
    if not may_be_agreed(version):
        raise ObjectionsStillPossible
