"""Whom word of minutes reaches, and the word."""

from collections.abc import Iterable

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from mase.models import MaseMeeting
from mase.services.invitations import reached

OUT = "Minutes of a meeting you were asked to are out."
AGREED = "Minutes of a meeting you were asked to are agreed."


def readers_now(meeting: MaseMeeting, by: User) -> list[Standing]:
    """Everybody asked to the meeting who may read its minutes: by name, as a deputy or through their agency; but for
    the sender."""
    people = reached(meeting.invitations.select_related("agency", "person", "deputy"))
    people.pop(by, None)
    return those_who_may_read(meeting, people)


def those_who_may_read(meeting: MaseMeeting, people: Iterable[User]) -> list[Standing]:
    """Of these people, as the gate says it of each."""
    asked = list(people)
    gate.ask_together(asked, Permission.CASE_VIEW, meeting.case)
    gate.ask_together(asked, Permission.MINUTES_VIEW, meeting)
    may_read = [person for person in asked if gate.can(person, Permission.MINUTES_VIEW, meeting)]
    return [who for person in may_read if (who := standing(person))]


def page_of(meeting: MaseMeeting) -> str:
    """Where the minutes are read."""
    return f"/meetings/{meeting.pk}/minutes/"


def leave_word(meeting: MaseMeeting, people: Iterable[User], words: str) -> None:
    """A sentence without personal data, and the page it leads to."""
    url = page_of(meeting)
    notify_all(Notification(user=person, text=words, url=url, case_id=meeting.case_id) for person in people)
