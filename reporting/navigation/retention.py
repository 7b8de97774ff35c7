"""Retention in the navigation, and what waits for a second person on their home page."""

from django.urls import reverse

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import HomeTile, NavItem, register_home_tile, register_primary
from cse_portal.ui.presenters import TileValue
from reporting.selectors.retention import disposals_to_decide


def waiting_tile(user: User) -> TileValue:
    """Disposals that somebody else proposed and nobody has decided."""
    return TileValue(
        disposals_to_decide(user).count(),
        reverse("reporting:disposals"),
        "Disposals proposed by somebody else that wait for a second person",
    )


register_primary(NavItem("Retention", "reporting:retention", Permission.RETENTION_MANAGE, order=66))
register_home_tile(
    HomeTile("disposals", "Disposals to decide", waiting_tile, Permission.RETENTION_APPROVE, order=70)
)
