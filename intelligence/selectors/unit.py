"""Who the police intelligence unit is."""

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES

UNIT_ROLES = [role for role, defined in ROLES.items() if Permission.INTELLIGENCE_GRADE in defined.permissions]
