"""Links to the regional return, and what waits for the analyst and for who signs off."""

from typing import Any

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import HomePanel, NavItem, register_home_panel, register_primary
from reporting.selectors.returns import returns_waiting_for


def waiting_panel(user: User) -> dict[str, Any] | None:
    """The returns that wait for this person to check them or to sign them off."""
    found = returns_waiting_for(user)
    return {"returns": found} if found else None


register_primary(NavItem("Returns", "reporting:returns", Permission.RETURN_VIEW, order=60))
register_home_panel(
    HomePanel("returns", "reporting/returns/home.html", waiting_panel, Permission.RETURN_VIEW, order=30)
)
