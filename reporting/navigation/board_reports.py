"""The link to the board's reports."""

from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import NavItem, register_primary

register_primary(NavItem("Reports", "reporting:reports", Permission.BOARD_REPORT_VIEW, order=70))
