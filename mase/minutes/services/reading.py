"""Whom word of minutes reaches; who opened them, took a copy, said that they had read them; of a CMOG's the same."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from mase.cmog.models.minutes import CmogMinutesReader, CmogMinutesVersion
from mase.meetings.models.meeting import MaseMeeting
from mase.meetings.selectors.meetings import people_to_tell
from mase.meetings.services.locking import hold_minutes
from mase.minutes.errors import MinutesNotReady, MinutesNotSentOut
from mase.minutes.models import Minutes, MinutesReader, MinutesRecipient, MinutesVersion
from mase.minutes.selectors.minutes import latest_version

OUT = "Minutes of a meeting you were asked to are out."
AGREED = "Minutes of a meeting you were asked to are agreed."


def readers_now(meeting: MaseMeeting, by: User) -> list[Standing]:
    """Every recipient who may read the minutes, by name or through their agency; but for the sender."""
    rows = MinutesRecipient.objects.filter(minutes__meeting=meeting).select_related("person", "agency")
    return readers_among(meeting, rows, by)


def readers_among(meeting: MaseMeeting, rows: Iterable[MinutesRecipient], by: User) -> list[Standing]:
    """The same of some recipients."""
    found = (each for row in rows for each in ([row.person] if row.person else people_to_tell(row.agency)))
    people = dict.fromkeys(found)
    people.pop(by, None)
    return those_who_may_read(meeting, people)


def those_who_may_read(meeting: MaseMeeting, people: Iterable[User]) -> list[Standing]:
    """Of these people, as the gate says it of each."""
    asked = list(people)
    gate.ask_together(asked, Permission.CASE_VIEW, meeting.case)
    gate.ask_together(asked, Permission.MINUTES_VIEW, meeting)
    may_read = [person for person in asked if gate.can(person, Permission.MINUTES_VIEW, meeting)]
    return [who for person in may_read if (who := standing(person))]


def leave_word(meeting: MaseMeeting, people: Iterable[User], words: str) -> None:
    """A sentence without personal data, and the page it leads to."""
    url = f"/meetings/{meeting.pk}/minutes/"
    notify_all(Notification(user=person, text=words, url=url, case_id=meeting.case_id) for person in people)


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
    minutes = hold_minutes(Minutes, meeting)
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
