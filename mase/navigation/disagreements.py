"""The way to disagreements: the chair's tile; practitioners come by their notifications and the case."""

from django.urls import reverse

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import HomeTile, NavItem, register_home_tile, register_people_link
from cse_portal.ui.presenters import TileValue
from mase.selectors.measures import open_disagreements


def open_tile(user: User) -> TileValue:
    """How many are open on the cases the chair sees; the list behind it is the same."""
    return TileValue(
        open_disagreements(user), reverse("mase:disagreements"), "Between agencies, on the cases you may see"
    )


register_home_tile(
    HomeTile("disagreements", "Open disagreements", open_tile, Permission.CONCERN_TRIAGE, order=37)
)
register_people_link(
    NavItem("Who answers for disagreements", "mase:stage-people", Permission.PEOPLE_MANAGE, order=60)
)
