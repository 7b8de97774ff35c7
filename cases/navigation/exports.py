"""Copies of records that wait for a second person, and the privacy officer's link to find one."""

from typing import Any

from cases.selectors.exports import waiting_for
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import HomePanel, NavItem, register_home_panel, register_primary


def waiting_panel(user: User) -> dict[str, Any] | None:
    """Copies that somebody else asked for and that need this person's word."""
    waiting = waiting_for(user)
    return {"rows": waiting} if waiting else None


register_primary(NavItem("Find a copy", "cases:copies", Permission.COPY_FIND, order=65))
register_home_panel(
    HomePanel("exports", "cases/exports/home.html", waiting_panel, Permission.PEOPLE_EXPORT, order=35)
)
