"""Who may do what with an action."""

from django.db.models import Q

from cases.record.policies import works_on
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import rule
from cse_portal.access.standing import Standing
from cse_portal.accounts.choices import Role
from mase.cmog.models.cmog import CmogItem
from mase.plans.models.plan import PlanAction


@rule(Permission.ACTION_VIEW)
def may_view_action(standing: Standing, action: PlanAction) -> bool:
    """Anyone who may see the child's case. A restricted one: its agency, and who has the restricted part.

    About no child: anyone who sees the item it was agreed under, and its agency, which need not see that. An owner who
    moved to another agency is of its agency no more.
    """
    does_it = action.agency_id == standing.agency.pk
    if action.case is None:
        return does_it or _sees_item_of(standing, action)
    if not gate.allows(standing, Permission.CASE_VIEW, action.case):
        return False
    return (
        not action.restricted
        or does_it
        or gate.allows(standing, Permission.MINUTES_RESTRICTED_VIEW, action.case)
    )


@rule(Permission.ACTION_UPDATE, seen_by=Permission.ACTION_VIEW)
def may_update_action(standing: Standing, action: PlanAction) -> bool:
    """The agency that owns it, and the CSE Team Manager who chairs."""
    chairs = standing.role == Role.TEAM_MANAGER and (action.case is None or works_on(standing, action.case))
    return chairs or action.agency_id == standing.agency.pk


def _sees_item_of(standing: Standing, action: PlanAction) -> bool:
    """Through the CMOG item it was agreed under; a restricted one if they write on it."""
    if action.restricted and Permission.CMOG_WRITE not in ROLES[standing.role].permissions:
        return False
    return CmogItem.objects.about_no_child(standing.user).filter(Q(pk=action.cmog_item_id)).exists()
