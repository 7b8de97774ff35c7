"""Telling people of plan actions: only those who can open what they are led to, in words without personal data."""

import uuid
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse

from cases.chronology.services import set_readers
from cases.record.services import record_view as record_case_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from cse_portal.ui.presenters import counted
from mase.meetings.choices import MeetingState
from mase.meetings.errors import ChangedMeanwhile
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.chairing import require_restricted_part
from mase.meetings.selectors.meetings import people_to_tell
from mase.meetings.services import meeting_reading
from mase.plans.choices import UpdateKind
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import subject_of, subjects_of
from mase.plans.services import rows
from mase.plans.services.rows import ask_together, one_case


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
    """About one action or several: it leads to the one, or to the list that has them."""
    whose = "" if all(each.owner_id == person.pk for each in actions) else "?whose=agency"
    address = actions[0].get_absolute_url() if len(actions) == 1 else reverse("mase:actions") + whose
    return Notification(user=person, text=text, url=address, case_id=one_case(actions))


def tell(people: Iterable[User], action: PlanAction, text: str, *, by: User) -> None:
    """One line about one action, to anyone who may open it and did not do it themselves."""
    asked = {person for person in people if person != by}
    ask_together(asked, action)
    for person in asked:
        if gate.can(person, Permission.ACTION_VIEW, action):
            notify(user=person, text=text, url=action.get_absolute_url(), case_id=action.case_id)


def record_listed(*, shown: Sequence[PlanAction], by: User, **detail: Any) -> None:
    """Note which actions a list showed, and which filters chose them, or whose numbers it showed."""
    about = subjects_of(shown)
    meeting_reading.record_listed(shown=shown, by=by, action=Action.ACTIONS_LISTED, about=about, **detail)


def record_view(*, action: PlanAction, by: User) -> None:
    """Note that a person opened an action of this child's plan, or one that is about no child."""
    if action.case is None:
        record(Action.ACTION_VIEWED, by=by, obj=action, about=[subject_of(action)])
    else:
        record_case_view(case=action.case, by=by, page="action")


@transaction.atomic
def change_readers(
    *, action: PlanAction, restricted: bool, reason: str, by: User, key: uuid.UUID | None = None
) -> PlanAction:
    """Restrict an issued action to who has the restricted part and who does it, or open it to all who see the case.

    Of one about no child: to who writes on its CMOG item, or to all who see the item. By a chair who has the restricted
    part themselves. What it continues, and what continues it, says the same and goes with it, and what the chronology
    told of them. Minutes that were sent out stay as they are. Why is in the audit alone.
    """
    locked = rows.hold_to_judge(action, by)
    require_restricted_part(by, locked)
    if rows.reported_before(locked, key):
        return locked
    rows.check_issued(locked)
    if locked.restricted == restricted:
        raise ChangedMeanwhile
    changed = _with_linked(locked)
    for each in changed:
        each.restricted = restricted
    kind = UpdateKind.RESTRICTED if restricted else UpdateKind.OPENED
    rows.keep_all(dict.fromkeys(changed, ""), kind, by, key)
    if locked.case:
        set_readers(case=locked.case, about=[each.pk for each in changed], restricted=restricted)
        for running in Meeting.objects.filter(case=locked.case, state=MeetingState.IN_PROGRESS):
            transaction.on_commit(partial(meeting_reading.note_change, running.pk))
    detail = {"restricted": restricted, "actions": [str(each.pk) for each in changed]}
    record(
        Action.ACTION_READERS_CHANGED, by=by, obj=locked, case=locked.case, reason=reason, detail=detail,
        about=[subject_of(locked)],
    )  # fmt: skip
    tell(responsible(locked), locked, "The chair has changed who reads an action of yours.", by=by)
    return locked


def _with_linked(action: PlanAction) -> list[PlanAction]:
    """The action, those it continues and those that continue it: they say the same."""
    found, earlier = [action], action.carried_from
    while earlier is not None:
        found.append(earlier)
        earlier = earlier.carried_from
    while later := PlanAction.objects.filter(carried_from=action).first():
        found.append(later)
        action = later
    return found
