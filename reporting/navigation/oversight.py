"""The privacy officer's link, and how much waits for them."""

from django.urls import reverse

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import HomeTile, NavItem, register_home_tile, register_primary
from cse_portal.ui.presenters import TileValue
from reporting.selectors.oversight import findings


def waiting_tile(user: User) -> TileValue:
    """Findings without a verdict; the list behind it is the same."""
    return TileValue(
        findings(user).count(), reverse("reporting:audit"), "Findings of the audit without a verdict"
    )


register_primary(NavItem("Audit", "reporting:audit", Permission.AUDIT_VIEW, order=65))
register_home_tile(HomeTile("audit-findings", "To review", waiting_tile, Permission.AUDIT_REVIEW, order=50))
