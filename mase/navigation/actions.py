"""Links to plan actions: the primary link, what needs this person, and the chair's tile."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.paging import page_of
from cse_portal.ui.navigation import (
    HomePanel,
    HomeTile,
    LeftBehind,
    NavItem,
    register_home_panel,
    register_home_tile,
    register_left_behind,
    register_people_link,
    register_primary,
)
from cse_portal.ui.presenters import TileValue, counted
from mase.presenters import actions as words
from mase.selectors import actions as selectors
from mase.selectors.handing_over import holders, number_held_by
from mase.selectors.measures import overdue_actions, waiting_actions

SHOWN = 5


def my_actions(user: User) -> dict[str, Any] | None:
    """The next five of this person's actions, overdue first."""
    page = page_of(selectors.action_list(user), SHOWN, None)
    if not (first := list(page)):
        return None
    shown = [each.case_id for each in first]
    return {
        "rows": words.rows(first), "shown": shown, "total": page.paginator.count, "url": reverse("mase:actions"),
    }  # fmt: skip


def overdue_tile(user: User) -> TileValue:
    """How many actions the chair sees are past their day; the list behind it is the same."""
    query = urlencode({"whose": selectors.ALL, "show": selectors.OVERDUE})
    definition = "Still to do after their due date, of every action you may see"
    return TileValue(overdue_actions(user), f"{reverse('mase:actions')}?{query}", definition)


def left_behind(user: User, person: User) -> LeftBehind | None:
    """The open actions of somebody who leaves."""
    number = number_held_by(user, person)
    if not number:
        return None
    words = f"{person} has {counted(number, 'open action')} of plans."
    return LeftBehind(
        words, "Hand them over to colleagues", reverse("mase:action-hand-over", args=[person.pk])
    )


def agencys_actions(user: User) -> dict[str, Any] | None:
    """For an agency's lead: how many of its actions nobody can do any more, and how many were escalated."""
    people = holders(user)
    gone = sum(each.open for each in people if not each.works_there)
    escalated = sum(each.escalated for each in people)
    return {"gone": gone, "escalated": escalated} if gone or escalated else None


def waiting_tile(user: User) -> TileValue:
    """How many finished actions wait for the chair's word; the list behind it is the same."""
    query = urlencode({"whose": selectors.ALL, "show": selectors.WAITING})
    definition = "Reported as final, and neither confirmed nor sent back, of every action you may see"
    return TileValue(waiting_actions(user), f"{reverse('mase:actions')}?{query}", definition)


register_primary(NavItem("Actions", "mase:actions", Permission.ACTION_LIST, order=40))
register_home_panel(
    HomePanel("actions", "mase/actions/home.html", my_actions, Permission.ACTION_LIST, order=10)
)
register_home_panel(
    HomePanel(
        "agencys-actions",
        "mase/actions/home_agency.html",
        agencys_actions,
        Permission.PEOPLE_MANAGE,
        order=11,
    )
)
register_home_tile(
    HomeTile("overdue-actions", "Overdue actions", overdue_tile, Permission.CONCERN_TRIAGE, order=30)
)
register_home_tile(
    HomeTile(
        "waiting-actions", "Actions waiting for the chair", waiting_tile, Permission.CONCERN_TRIAGE, order=31
    )
)
register_people_link(
    NavItem(
        "Open actions of your people, and handing them over",
        "mase:action-people",
        Permission.ACTION_HAND_OVER,
    )
)
register_left_behind("actions", left_behind)
