"""Links to concerns and triage, one's own drafts and news, and what waits for a decision."""

from typing import Any

from django.urls import reverse

from cases.presenters.concerns import concern_rows, draft_tasks
from cases.selectors.concern_reading import kept_outcomes
from cases.selectors.concerns import drafts_of, waiting_for_triage, with_news_for
from cases.services.concerns import shown_as
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import (
    HomePanel,
    HomeTile,
    NavItem,
    register_home_panel,
    register_home_tile,
    register_primary,
)
from cse_portal.ui.presenters import TileValue


def my_concerns_panel(user: User) -> dict[str, Any] | None:
    """Concerns this person is still writing, and feedback they have not read."""
    decided = list(with_news_for(user)[:5])
    drafts = list(drafts_of(user)[:5])
    if not (drafts or decided):
        return None
    news = concern_rows(decided, kept=kept_outcomes(user, decided))
    shown = [shown_as(each) for each in (*drafts, *decided)]
    return {"drafts": draft_tasks(drafts), "news": news, "shown": shown}


def waiting_tile(user: User) -> TileValue:
    """Concerns without a decision."""
    return TileValue(waiting_for_triage(user).count(), reverse("cases:triage"), "Sent and not yet decided")


def late_tile(user: User) -> TileValue:
    """Concerns whose decision is overdue."""
    return TileValue(
        waiting_for_triage(user, overdue=True).count(),
        f"{reverse('cases:triage')}?overdue=yes",
        "Not decided by the end of the next working day",
    )


register_primary(NavItem("Concerns", "cases:concerns", Permission.CONCERN_LIST, order=10))
register_primary(NavItem("Triage", "cases:triage", Permission.CONCERN_TRIAGE, order=15))
register_home_panel(
    HomePanel(
        "my-concerns", "cases/concerns/home_mine.html", my_concerns_panel, Permission.CONCERN_LIST, order=5
    )
)
register_home_tile(
    HomeTile("concerns-waiting", "Concerns waiting", waiting_tile, Permission.CONCERN_TRIAGE, order=5)
)
register_home_tile(
    HomeTile("concerns-late", "Past their decision time", late_tile, Permission.CONCERN_TRIAGE, order=6)
)
