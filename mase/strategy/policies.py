"""Who reports on a part of the strategy's plan."""

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import rule
from cse_portal.access.user_context import UserContext
from mase.strategy.models import StrategicObjective


@rule(Permission.OBJECTIVE_REPORT)
def may_report(user_context: UserContext, objective: StrategicObjective) -> bool:
    """Its owner, for the agency it was given to; and who keeps the plan."""
    own = (objective.owner_id, objective.agency_id) == (user_context.user.pk, user_context.agency.pk)
    return own or Permission.STRATEGIC_CHANGE in ROLES[user_context.role].permissions
