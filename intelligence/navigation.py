"""What the intelligence floor hangs in the house's navigation."""

from typing import Any

from django.urls import reverse

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import (
    Area,
    CaseTab,
    HomePanel,
    HomeTile,
    NavItem,
    register_case_tab,
    register_home_panel,
    register_home_tile,
    register_page,
)
from cse_portal.ui.presenters import TileValue
from intelligence.desk import presenters as unit
from intelligence.submissions import presenters as submissions
from intelligence.submissions.selectors import inbox, waiting_for_the_unit, with_news_for


def inbox_panel(user: User) -> dict[str, Any] | None:
    """The unit's oldest waiting submissions."""
    page = inbox(user)
    return {"rows": unit.inbox(list(page)[:5]), "count": page.paginator.count}


def news_panel(user: User) -> dict[str, Any] | None:
    """An author's submissions that were answered, or that wait for them."""
    found = list(with_news_for(user).prefetch_related("feedback")[:5])
    return {"rows": submissions.mine(found)} if found else None


def waiting_tile(user: User) -> TileValue:
    """How much waits for the unit."""
    return TileValue(
        waiting_for_the_unit(user).count(),
        reverse("intelligence:inbox"),
        "Intelligence sent and not yet received, or received and not yet graded",
    )


register_case_tab(
    CaseTab("intelligence", "Intelligence", "intelligence:case-reports", Permission.REPORT_LIST, order=50)
)
register_home_panel(
    HomePanel(
        "intelligence-inbox",
        "intelligence/desk/home_inbox.html",
        inbox_panel,
        Permission.INTELLIGENCE_GRADE,
        order=40,
    )
)
register_home_panel(
    HomePanel(
        "intelligence-news",
        "intelligence/submissions/home_news.html",
        news_panel,
        Permission.INTELLIGENCE_SUBMIT,
        order=45,
    )
)
register_home_tile(
    HomeTile(
        "intelligence-waiting", "Waiting for the unit", waiting_tile, Permission.INTELLIGENCE_GRADE, order=40
    )
)

for page in (
    NavItem("Inbox", "intelligence:inbox", Permission.INTELLIGENCE_GRADE, Area.INTELLIGENCE, 10),
    NavItem("Sent by me", "intelligence:mine", Permission.INTELLIGENCE_SUBMIT, Area.INTELLIGENCE, 20),
    NavItem("Reports", "intelligence:reports", Permission.REPORT_LIST, Area.INTELLIGENCE, 30),
    NavItem("Disruption", "intelligence:disruptions", Permission.REPORT_LIST, Area.INTELLIGENCE, 40),
):
    register_page(page)
