"""Noting who opened a CMOG's minutes, took a copy, and said that they had read them."""

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.errors import MinutesNotSentOut
from mase.models import CmogMeeting, CmogMinutesVersion
from mase.selectors.cmog_minutes import latest_version
from mase.services.cmog_minutes.drafting import hold, of
from mase.services.minutes.reading import note, note_opened

__all__ = ["acknowledge", "note_copy", "note_opened"]


@transaction.atomic
def acknowledge(*, meeting: CmogMeeting, by: User) -> CmogMinutesVersion:
    """Somebody says that they have read what the last version has for them; saying it twice is saying it once."""
    gate.require(by, Permission.CMOG_VIEW, meeting)
    minutes = hold(meeting)
    version = latest_version(minutes)
    if version is None:
        raise MinutesNotSentOut
    if note(version, by, "acknowledged_at"):
        detail = of(meeting) | {"version": version.number}
        record(Action.CMOG_MINUTES_ACKNOWLEDGED, by=by, obj=minutes, detail=detail)
    return version


def note_copy(*, version: CmogMinutesVersion, by: User) -> None:
    """This person has taken a copy of this version."""
    note(version, by, "downloaded_at")
