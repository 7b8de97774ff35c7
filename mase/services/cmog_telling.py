"""Telling people of a CMOG: those who sit on every one, and those who were asked to this one."""

from collections.abc import Iterable

from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from mase.models import CmogMeeting


def everybody(meeting: CmogMeeting) -> list[User]:
    """Who sits on it each month, and who was asked to it by name, as far as they may see it now."""
    named = meeting.invitations.filter(person__isnull=False).select_related("person")
    asked = [each.person for each in named if each.person]
    people = dict.fromkeys([*people_who_may(Permission.CMOG_LIST), *asked])
    return [person for person in people if gate.can(person, Permission.CMOG_VIEW, meeting)]


def leave_word(
    meeting: CmogMeeting, people: Iterable[User], text: str, *, by: User, page: str = "mase:cmog"
) -> None:
    """A sentence without personal data to each of them but whoever did it, and the page it leads to."""
    url = reverse(page, args=[meeting.pk])
    notify_all(Notification(user=person, text=text, url=url) for person in people if person != by)
