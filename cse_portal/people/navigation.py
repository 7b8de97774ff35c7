"""The link to an agency's people, and what waits for their lead."""

from typing import Any

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.people.selectors import waiting_for
from cse_portal.ui.navigation import HomePanel, NavItem, register_home_panel, register_primary


def waiting_panel(user: User) -> dict[str, Any] | None:
    """Whom to confirm, and who is suspended."""
    waiting = waiting_for(user)
    return {"waiting": waiting} if waiting else None


register_primary(NavItem("People", "people:list", Permission.PEOPLE_MANAGE, order=80))
register_home_panel(
    HomePanel("people", "people/home_waiting.html", waiting_panel, Permission.PEOPLE_MANAGE, order=10)
)
