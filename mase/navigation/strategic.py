"""The link to the strategy's action plan."""

from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import NavItem, register_primary

register_primary(NavItem("Strategy", "mase:strategy", Permission.STRATEGIC_VIEW, order=75))
