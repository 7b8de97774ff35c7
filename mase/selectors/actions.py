"""Plan actions: one, and the lists of them, for the person who asks."""

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cases.models import Case
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from mase.models import MaseMeeting, PlanAction

MINE, AGENCY, ALL = "mine", "agency", "all"
OPEN, OVERDUE, FINISHED = "open", "overdue", "finished"


def action_for(user: User | AnonymousUser, pk: uuid.UUID) -> PlanAction:
    """The action with this key; NotVisible if it does not exist for this person."""
    action = PlanAction.objects.visible_to(user).with_context().filter(pk=pk).first()
    if action is None:
        raise NotVisible
    return action


def action_list(user: User, *, whose: str = MINE, show: str = OPEN) -> QuerySet[PlanAction]:
    """Issued actions: mine, my agency's or all I may see; the longest overdue first, finished ones newest first."""
    rows = PlanAction.objects.visible_to(user).issued().with_context()
    who = standing(user)
    if who is None:
        return rows.none()
    if whose == MINE:
        rows = rows.owned_by(user)
    elif whose == AGENCY:
        rows = rows.of_agency(who.agency)
    if show == FINISHED:
        return rows.exclude(pk__in=rows.unfinished().values("pk")).order_by("-completed_at", "id")
    rows = rows.overdue() if show == OVERDUE else rows.unfinished()
    return rows.order_by("due_on", "id")


def outstanding(meeting: MaseMeeting) -> list[PlanAction]:
    """What earlier meetings left to do, longest overdue first."""
    rows = PlanAction.objects.filter(case=meeting.case_id).issued().exclude(meeting=meeting)
    return list(rows.unfinished().select_related("agency", "owner", "meeting").order_by("due_on", "id"))


def case_actions(case: Case) -> list[PlanAction]:
    """The plan in force for a child: issued and unfinished, whoever may see the case."""
    rows = PlanAction.objects.filter(case=case).issued().unfinished().with_context()
    return list(rows.order_by("due_on", "id"))
