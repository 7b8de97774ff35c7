"""Who may do what with an action."""

from django.db.models import Q

from cases.record.policies import works_on
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import rule
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.choices import Role
from mase.meetings.models.agenda import AgendaItem
from mase.plans.models.plan import PlanAction


@rule(Permission.ACTION_VIEW)
def may_view_action(user_context: UserContext, action: PlanAction) -> bool:
    """Anyone who may see the child's case. A restricted one: its agency, and who has the restricted part.

    About no child: anyone who sees the item it was agreed under, and its agency, which need not see that. An owner who
    moved to another agency is of its agency no more.
    """
    does_it = action.agency_id == user_context.agency.pk
    if action.case is None:
        return does_it or _sees_item_of(user_context, action)
    if not gate.allows(user_context, Permission.CASE_VIEW, action.case):
        return False
    return (
        not action.restricted
        or does_it
        or gate.allows(user_context, Permission.MINUTES_RESTRICTED_VIEW, action.case)
    )


@rule(Permission.ACTION_UPDATE, seen_by=Permission.ACTION_VIEW)
def may_update_action(user_context: UserContext, action: PlanAction) -> bool:
    """The agency that owns it, and the CSE Team Manager who chairs."""
    chairs = user_context.role == Role.TEAM_MANAGER and (
        action.case is None or works_on(user_context, action.case)
    )
    return chairs or action.agency_id == user_context.agency.pk


def _sees_item_of(user_context: UserContext, action: PlanAction) -> bool:
    """Through the CMOG item it was agreed under; a restricted one if they write on it."""
    if action.restricted and Permission.CMOG_WRITE not in ROLES[user_context.role].permissions:
        return False
    return AgendaItem.objects.about_no_child(user_context.user).filter(Q(pk=action.item_id)).exists()
