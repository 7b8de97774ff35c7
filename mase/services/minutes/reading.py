"""Noting who opened minutes, took a copy, and said that they had read them."""

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.errors import MinutesNotSentOut
from mase.models import MaseMeeting, MinutesReader, MinutesVersion
from mase.selectors.minutes import latest_version
from mase.services.minutes.drafting import hold


def note_opened(*, version: MinutesVersion, by: User) -> None:
    """This person has opened the page of this version."""
    note(version, by, "opened_at")


@transaction.atomic
def acknowledge(*, meeting: MaseMeeting, by: User) -> MinutesVersion:
    """Somebody who takes part says that they have read the last version; saying it twice is saying it once."""
    gate.require(by, Permission.MEETING_TAKE_PART, meeting)
    minutes = hold(meeting)
    version = latest_version(minutes)
    if version is None:
        raise MinutesNotSentOut
    if note(version, by, "acknowledged_at"):
        detail = {"meeting": str(meeting.pk), "version": version.number}
        record(Action.MINUTES_ACKNOWLEDGED, by=by, obj=minutes, case=meeting.case, detail=detail)
    return version


@transaction.atomic
def note(version: MinutesVersion, by: User, what: str) -> bool:
    """Write down the first time; whether this was it."""
    who = standing(by)
    if who is None:
        return False
    rows = MinutesReader.objects.filter(version=version, person=by)
    if rows.filter(**{f"{what}__isnull": False}).exists():
        return False
    row = MinutesReader(version=version, person=by, agency=who.agency)
    MinutesReader.objects.bulk_create([row], ignore_conflicts=True)
    return bool(rows.filter(**{f"{what}__isnull": True}).update(**{what: timezone.now()}))
