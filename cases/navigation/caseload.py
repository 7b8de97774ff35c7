"""The link to the caseload, and what a lead professional and the CSE team need on the home page."""

from typing import Any

from django.urls import reverse

from cases.presenters.caseload import case_rows, tile_number
from cases.selectors.assessments import awaiting_confirmation
from cases.selectors.caseload import overdue_reviews, reviews_of_my_cases
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


def reviews_panel(user: User) -> dict[str, Any] | None:
    """The cases this person leads whose review is overdue or due within two weeks."""
    cases = reviews_of_my_cases(user)
    return {"rows": case_rows(cases), "shown": [each.pk for each in cases]} if cases else None


def confirmations_panel(user: User) -> dict[str, Any] | None:
    """Assessments on which nobody has confirmed a category yet."""
    waiting = awaiting_confirmation(user)
    return {"waiting": waiting, "shown": [each.case_id for each in waiting]} if waiting else None


def overdue_tile(user: User) -> TileValue:
    """Open cases whose review should have been held; the list behind it counts the same way."""
    return TileValue(
        tile_number(overdue_reviews(user)),
        f"{reverse('cases:list')}?overdue=yes",
        "Open cases whose next review date has passed",
    )


register_primary(NavItem("Cases", "cases:list", Permission.CASE_LIST, order=20))
register_home_panel(
    HomePanel("reviews", "cases/caseload/home_reviews.html", reviews_panel, Permission.CASE_LIST, order=20)
)
register_home_panel(
    HomePanel(
        "confirmations",
        "cases/caseload/home_confirmations.html",
        confirmations_panel,
        Permission.CONCERN_TRIAGE,
        order=30,
    )
)
register_home_tile(
    HomeTile("overdue-reviews", "Overdue reviews", overdue_tile, Permission.CONCERN_TRIAGE, order=20)
)
