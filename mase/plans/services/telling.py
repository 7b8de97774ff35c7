"""Telling people of plan actions: only those who can open what they are led to, in words without personal data."""

from collections.abc import Iterable

from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from cse_portal.ui.presenters import counted
from mase.meetings.selectors.meetings import people_to_tell
from mase.plans.models.plan import PlanAction
from mase.plans.services.rows import address_of, ask_together, one_case


def tell_owners(actions: list[PlanAction], *, at: str = "a plan") -> None:
    """One notification a person, and only for people who can open what it leads to."""
    theirs: dict[User, list[PlanAction]] = {}
    for action in actions:
        for person in responsible(action):
            theirs.setdefault(person, []).append(action)
    for action in {action.case_id: action for action in actions}.values():
        ask_together(theirs, action)
    notices = []
    for person, given in theirs.items():
        if seen := gate.allowed(person, Permission.ACTION_VIEW, given):
            notices.append(notice(person, seen, f"You have {counted(len(seen), 'new action')} from {at}."))
    notify_all(notices)


def responsible(action: PlanAction) -> list[User]:
    """Who is told about an action: the person named, or everybody of the agency who works with children."""
    return [action.owner] if action.owner else people_to_tell(action.agency)


def notice(person: User, actions: list[PlanAction], text: str) -> Notification:
    """About one action or several: it leads to the one, or to their list."""
    address = address_of(actions[0]) if len(actions) == 1 else reverse("mase:actions")
    return Notification(user=person, text=text, url=address, case_id=one_case(actions))


def tell(people: Iterable[User], action: PlanAction, text: str, *, by: User) -> None:
    """One line about one action, to anyone who may open it and did not do it themselves."""
    asked = {person for person in people if person != by}
    ask_together(asked, action)
    for person in asked:
        if gate.can(person, Permission.ACTION_VIEW, action):
            notify(user=person, text=text, url=address_of(action), case_id=action.case_id)
