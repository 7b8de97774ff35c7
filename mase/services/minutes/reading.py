"""Noting who opened minutes, took a copy, and said that they had read them; of a CMOG's the same."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.errors import MinutesNotReady, MinutesNotSentOut
from mase.models import CmogMinutesReader, CmogMinutesVersion, MaseMeeting, MinutesReader, MinutesVersion
from mase.selectors.minutes import latest_version
from mase.services.minutes.drafting import hold

Version = MinutesVersion | CmogMinutesVersion


def note_opened(*, version: Version, reading: MinutesReader | CmogMinutesReader | None, by: User) -> None:
    """This person has opened the page of this version; `reading` is what they have done with it before."""
    if reading is None or reading.opened_at is None:
        _write(version, by, "opened_at")


@transaction.atomic
def acknowledge(*, meeting: MaseMeeting, by: User) -> MinutesVersion:
    """Somebody who takes part says that they have read the last version; saying it twice is saying it once.

    Not before there is a copy to read.
    """
    gate.require(by, Permission.MINUTES_VIEW, meeting)
    gate.require(by, Permission.MEETING_TAKE_PART, meeting)
    minutes = hold(meeting)
    version = latest_version(minutes)
    if version is None:
        raise MinutesNotSentOut
    if not version.is_ready:
        raise MinutesNotReady
    if note(version, by, "acknowledged_at"):
        detail = {"meeting": str(meeting.pk), "version": version.number}
        record(Action.MINUTES_ACKNOWLEDGED, by=by, obj=minutes, case=meeting.case, detail=detail)
    return version


def note(version: Version, by: User, what: str) -> bool:
    """Write down the first time; whether this was it."""
    done = version.readers.filter(person=by, **{f"{what}__isnull": False})
    return not done.exists() and _write(version, by, what)


def _write(version: Version, by: User, what: str) -> bool:
    who = standing(by)
    if who is None:
        return False
    model: Any = version.readers.model
    row = model(version=version, person=by, agency=who.agency, **{what: timezone.now()})
    model.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["version", "person"], update_fields=[what]
    )
    return True
