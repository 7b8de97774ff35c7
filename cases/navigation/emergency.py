"""The way in for an emergency, and to its verdicts."""

from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import NavItem, register_primary

register_primary(NavItem("Emergency", "cases:emergency", Permission.BREAK_GLASS, order=55))
register_primary(NavItem("Emergency openings", "cases:emergencies", Permission.BREAK_GLASS_REVIEW, order=61))
