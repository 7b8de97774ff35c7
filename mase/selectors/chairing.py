"""Who chairs the meeting at which an action was agreed: the child's own, or a CMOG that its owner need not see."""

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from mase.models import CmogMeeting, MaseMeeting, PlanAction


def chair_of(action: PlanAction) -> User:
    """Who chaired the meeting that set an action, whether or not whoever reports on it sees the meeting."""
    with acting.for_the_system():
        return _meeting_of(action).chair


def chairs_now(meeting: MaseMeeting) -> list[User]:
    """Who is told what becomes of a meeting: its chair; if they chair no more, whoever may."""
    if gate.can(meeting.chair, Permission.MEETING_CHAIR, meeting):
        return [meeting.chair]
    everybody = people_who_may(Permission.MEETING_CHAIR)
    return [each for each in everybody if gate.can(each, Permission.MEETING_CHAIR, meeting)]


def chairs_of(action: PlanAction) -> list[User]:
    """Who chairs the meeting that set an action; if they chair no more, whoever may.

    Whoever reports on an action of a CMOG need not see the CMOG.
    """
    with acting.for_the_system():
        chair = chair_of(action)
        if chairs(chair, action):
            return [chair]
        return [each for each in people_who_may(Permission.MEETING_CHAIR) if chairs(each, action)]


def chairs(user: User, action: PlanAction) -> bool:
    """Whether this person chairs meetings like the one that agreed this action."""
    return _may(user, action, _meeting_of(action)) if _is_seen(action) else False


def require_chair(user: User, action: PlanAction) -> None:
    """NotPermitted for everybody else."""
    if not chairs(user, action):
        raise NotPermitted


def _may(user: User, action: PlanAction, meeting: MaseMeeting | CmogMeeting) -> bool:
    needed = Permission.MEETING_CHAIR if action.meeting_id else Permission.CMOG_RUN
    return gate.can(user, needed, meeting) and gate.can(user, Permission.ACTION_VIEW, action)


def _is_seen(action: PlanAction) -> bool:
    return bool(action.meeting_id) or CmogMeeting.objects.filter(items=action.cmog_item_id).exists()


def _meeting_of(action: PlanAction) -> MaseMeeting | CmogMeeting:
    if action.meeting is not None:
        return action.meeting
    return CmogMeeting.objects.select_related("chair").get(items=action.cmog_item_id)
