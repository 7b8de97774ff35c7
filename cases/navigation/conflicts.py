"""On the home page of whoever has not said yet whom they are close to."""

from typing import Any

from cases.selectors.conflicts import has_answered
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import HomePanel, register_home_panel


def not_answered_panel(user: User) -> dict[str, Any] | None:
    """From the first sign-in until there is an answer."""
    return None if has_answered(user) else {}


register_home_panel(
    HomePanel(
        "conflicts", "cases/conflicts/home.html", not_answered_panel, Permission.CONFLICT_DECLARE, order=5
    )
)
