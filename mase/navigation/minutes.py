"""The chair's tile: minutes that are not sent out yet."""

from django.urls import reverse

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import HomeTile, register_home_tile
from cse_portal.ui.presenters import TileValue
from mase.selectors.minutes_lists import how_many_drafts


def to_send_out(user: User) -> TileValue:
    """How many drafts wait; the number is the length of the list."""
    words = "Drafts of meetings that have ended, as far as you may see them"
    return TileValue(how_many_drafts(user), reverse("mase:minutes-drafts"), words)


register_home_tile(
    HomeTile("minutes-to-send", "Minutes to send out", to_send_out, Permission.CONCERN_TRIAGE, order=36)
)
