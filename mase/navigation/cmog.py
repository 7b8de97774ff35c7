"""Links to CMOGs: the list, for who sits on them; on the home page the next one, for who was asked to it."""

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import HomePanel, NavItem, register_home_panel, register_primary
from mase.presenters.cmog import rows
from mase.selectors.cmog import my_cmogs


def asked_to(user: User) -> dict[str, object] | None:
    """The CMOGs to which this person was asked; nothing for who sits on each of them."""
    if gate.can(user, Permission.CMOG_LIST):
        return None
    found = rows(my_cmogs(user))
    return {"rows": found} if found else None


register_primary(NavItem("CMOG", "mase:cmogs", Permission.CMOG_LIST, order=35))
register_home_panel(HomePanel("cmog", "mase/cmog/home.html", asked_to, Permission.MEETING_LIST, order=25))
