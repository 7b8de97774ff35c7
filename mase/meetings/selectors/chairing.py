"""Who chairs the meeting at which an action was agreed: the child's own, or a CMOG that its owner need not see.

Of what an action is about no chair may know, where it is about no child, those judge it who write on its item: the same
who answer objections in the chair's place. Else nobody ever would.
"""

from django.db.models import Q

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from mase.meetings.choices import SITS_ON_EVERY, MeetingKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import chairs_for
from mase.plans.models.plan import PlanAction


def chair_of(action: PlanAction) -> User:
    """Who chaired the meeting that set an action."""
    return _meeting_of(action).chair


def chairs_now(meeting: Meeting) -> list[User]:
    """Who is told what becomes of a meeting: its chair; if they chair no more, anyone who may."""
    if gate.can(meeting.chair, Permission.MEETING_CHAIR, meeting):
        return [meeting.chair]
    everybody = people_who_may(Permission.MEETING_CHAIR)
    return [each for each in everybody if gate.can(each, Permission.MEETING_CHAIR, meeting)]


def able_to_chair(meeting: Meeting) -> list[User]:
    """The CSE Team Managers; of a child's meeting those who work on the case."""
    return people_who_may(Permission.MEETING_CHAIR) if meeting.case_id is None else chairs_for(meeting.case)


def everybody(meeting: Meeting) -> list[User]:
    """Who sits on every one of its kind, and who was asked to it by name, as far as they may see it now."""
    named = meeting.invitations.filter(person__isnull=False).select_related("person")
    asked = [each.person for each in named if each.person]
    people = dict.fromkeys([*people_who_may(SITS_ON_EVERY[MeetingKind(meeting.kind)]), *asked])
    return [person for person in people if gate.can(person, Permission.MEETING_VIEW, meeting)]


def require_planner(user: User, meeting: Meeting) -> Meeting:
    """Who moves, cancels and invites: of a child's meeting who works on the case, else who chairs."""
    if meeting.case_id is None:
        return gate.require(user, Permission.MEETING_CHAIR, meeting)
    gate.require(user, Permission.MEETING_SCHEDULE, meeting.case)
    return meeting


def chairs_of(action: PlanAction, *, but: User | None = None) -> list[User]:
    """Who judges an action: the chair of the meeting that set it; if they chair no more, anyone who may.

    `but`: who reported on it and may chair: then everybody else who may. Anyone who reports on an action of a CMOG need
    not see the CMOG.
    """
    with acting.for_the_system():
        if but is None and chairs(chair := chair_of(action), action):
            return [chair]
        able = Permission.MEETING_CHAIR if action.case_id else Permission.CMOG_WRITE
        others = [each for each in people_who_may(able) if each != but]
        if action.case is not None:
            gate.ask_together(others, Permission.CASE_VIEW, action.case)
        return [each for each in others if chairs(each, action)]


def chairs(user: User, action: PlanAction) -> bool:
    """Whether this person chairs meetings like the one that agreed this action, or judges it in the chair's place."""
    if not action.meeting_id and not Meeting.objects.filter(agenda=action.item_id).exists():
        return False
    if action.case_id is None:
        return _judges_item(user, action)
    chairs_it = gate.can(user, Permission.MEETING_CHAIR, _meeting_of(action))
    return chairs_it and gate.can(user, Permission.ACTION_VIEW, action)


def require_chair(user: User, action: PlanAction) -> None:
    """NotPermitted for everybody else."""
    if not chairs(user, action):
        raise NotPermitted


def has_restricted_part(user: User, action: PlanAction) -> bool:
    """Whether restricted actions like this one are for this person.

    The restricted part of the child's meetings was given to them; of an action about no child, they write on its item.
    """
    if action.case is not None:
        return gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, action.case)
    item = AgendaItem.objects.filter(Q(pk=action.item_id)).first()
    return item is not None and gate.can(user, Permission.CMOG_WRITE, item)


def require_restricted_part(user: User, action: PlanAction) -> None:
    """NotPermitted for everybody else."""
    if not has_restricted_part(user, action):
        raise NotPermitted


def _judges_item(user: User, action: PlanAction) -> bool:
    item = AgendaItem.objects.select_related("meeting").get(Q(pk=action.item_id))
    if not gate.can(user, Permission.CMOG_WRITE, item):
        return False
    if gate.can(user, Permission.MEETING_CHAIR, item.meeting):
        return True
    return not any(
        gate.can(each, Permission.CMOG_ITEM_VIEW, item) for each in people_who_may(Permission.MEETING_CHAIR)
    )


def _meeting_of(action: PlanAction) -> Meeting:
    if action.meeting is not None:
        return action.meeting
    return Meeting.objects.select_related("chair").get(agenda=action.item_id)
