"""Whom word of minutes reaches, and the word."""

from collections.abc import Iterable

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from mase.models import MaseMeeting, MinutesRecipient
from mase.selectors.meetings import people_to_tell

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
