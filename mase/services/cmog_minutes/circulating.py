"""Sending a CMOG's minutes out: a version, a copy of what it says of every item, and word to everybody."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.reference.selectors import clock_rule
from mase.errors import CmogObjectionsWait, MinutesUnchanged
from mase.models import CmogMeeting, CmogMinutes, CmogMinutesReader, CmogMinutesVersion
from mase.selectors.cmog_minutes import latest_version, progress_since
from mase.services.cmog_minutes.drafting import hold_unagreed, of
from mase.services.cmog_minutes.snapshots import keep_words
from mase.services.cmog_telling import everybody, leave_word

PAGE = "mase:cmog-minutes-page"


@transaction.atomic
def circulate(*, meeting: CmogMeeting, by: User) -> CmogMinutesVersion:
    """Send the minutes out, or out again after a change. Who sits on the CMOG or was asked is told and may object."""
    gate.require(by, Permission.CMOG_RUN, meeting)
    minutes = hold_unagreed(meeting)
    before = latest_version(minutes)
    if before is not None:
        progress = progress_since(minutes, before)
        if progress.waiting:
            raise CmogObjectionsWait
        if not progress.changed:
            raise MinutesUnchanged
    else:
        minutes.circulated_at, minutes.circulated_by = timezone.now(), by
        minutes.save(update_fields=["circulated_at", "circulated_by"])
    until = clock_rule("MINUTES_OBJECTION").due(timezone.now())
    version = new_version(minutes, before, objections_until=until, made_by=by)
    detail = of(meeting) | {"version": version.number, "objections_until": str(until)}
    record(Action.CMOG_MINUTES_CIRCULATED, by=by, obj=minutes, detail=detail)
    words = "The minutes of a CMOG were sent out again." if before else "The minutes of a CMOG are out."
    tell_readers(meeting, version, words, by=by)
    return version


def new_version(
    minutes: CmogMinutes, before: CmogMinutesVersion | None, *, made_by: User, **values: Any
) -> CmogMinutesVersion:
    """The next one. What it says of each item is copied by the system: nobody here may see every item."""
    number = before.number + 1 if before else 1
    version = CmogMinutesVersion.objects.create(minutes=minutes, number=number, made_by=made_by, **values)
    keep_words(version)
    return version


def tell_readers(meeting: CmogMeeting, version: CmogMinutesVersion, words: str, *, by: User) -> None:
    """Leave the sentence with everybody who may read them, and note that they were told."""
    people = [person for person in everybody(meeting) if person != by]
    now = timezone.now()
    CmogMinutesReader.objects.bulk_create(
        CmogMinutesReader(version=version, person=person, agency=who.agency, told_at=now)
        for person in people
        if (who := standing(person))
    )
    say(meeting, people, words, by=by)


def say(meeting: CmogMeeting, people: Iterable[User], words: str, *, by: User) -> None:
    """A sentence without personal data, leading to the minutes."""
    leave_word(meeting, people, words, by=by, page=PAGE)
