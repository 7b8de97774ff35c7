"""The privacy officer's links."""

from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import NavItem, register_primary

register_primary(NavItem("Exclusions", "cases:exclusions", Permission.EXCLUSION_DECIDE, order=60))
register_primary(NavItem("Why they can see it", "cases:why", Permission.ACCESS_EXPLAIN, order=62))
