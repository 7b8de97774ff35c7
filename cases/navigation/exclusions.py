"""The privacy officer's link."""

from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import NavItem, register_primary

register_primary(NavItem("Exclusions", "cases:exclusions", Permission.EXCLUSION_DECIDE, order=60))
