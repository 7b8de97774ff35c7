"""Links to meetings: the tab of a case, the list, and the chair's tiles."""

from django.urls import reverse

from cases.presenters.caseload import tile_number
from cases.services.categories import when_it_rises
from cases.services.episodes import when_it_closes
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import (
    CaseTab,
    HomePanel,
    HomeTile,
    NavItem,
    register_case_tab,
    register_home_panel,
    register_home_tile,
    register_primary,
)
from cse_portal.ui.presenters import TileValue
from mase.presenters.meeting_lists import list_rows
from mase.selectors.measures import meetings_this_week
from mase.selectors.meetings import counted_to_book, my_meetings
from mase.services.clocks import follow_category
from mase.services.scheduling import follow_closing


def this_week(user: User) -> TileValue:
    """How many meetings this week holds; the number is the length of the list."""
    url = f"{reverse('mase:meetings')}?which=week"
    return TileValue(meetings_this_week(user), url, "Monday to Sunday, of the cases you may see")


def without_meeting(user: User) -> TileValue:
    """How many children wait for a meeting; the number is the length of the list."""
    words = "Open cases of category 2 or 3, or with a review to hold, and no meeting ahead"
    return TileValue(tile_number(counted_to_book(user)), reverse("mase:to-book"), words)


def mine(user: User) -> dict[str, object] | None:
    """The next meetings this person chairs or is invited to."""
    meetings = my_meetings(user)
    shown = [each.case_id for each in meetings]
    return {"meetings": list_rows(meetings), "shown": shown} if meetings else None


register_primary(NavItem("Meetings", "mase:meetings", Permission.MEETING_LIST, order=30))
register_case_tab(CaseTab("meetings", "Meetings", "mase:case-meetings", Permission.MEETING_LIST, order=40))
register_home_tile(
    HomeTile("meetings-this-week", "Meetings this week", this_week, Permission.CONCERN_TRIAGE, order=30)
)
register_home_tile(
    HomeTile("meetings-to-book", "Meetings to book", without_meeting, Permission.CONCERN_TRIAGE, order=35)
)
register_home_panel(HomePanel("meetings", "mase/meetings/home.html", mine, Permission.MEETING_LIST, order=20))
# What of a meeting a case sets going: how soon it has to be held, and that it is not held any more.
when_it_rises("meetings", follow_category)
when_it_closes("meetings", follow_closing)
