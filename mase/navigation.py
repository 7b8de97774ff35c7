"""What the meeting floor hangs in the house's navigation: importing it registers it."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cases.assessments.services import when_it_rises
from cases.casework.services import when_it_closes
from cases.record.presenters import tile_number
from cases.record.selectors.steps import MEETING, TO_BOOK, StepKind, register_step
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.paging import page_of
from cse_portal.ui.navigation import (
    CaseTab,
    HomePanel,
    HomeTile,
    LeftBehind,
    NavItem,
    register_case_tab,
    register_home_panel,
    register_home_tile,
    register_left_behind,
    register_people_link,
    register_primary,
)
from cse_portal.ui.presenters import TileValue, counted
from mase.clocks.services import follow_category
from mase.cmog.presenters.cmog import rows
from mase.cmog.selectors.cmog import my_cmogs
from mase.meetings.choices import MeetingKind
from mase.meetings.presenters.meeting_lists import list_rows
from mase.meetings.selectors.measures import (
    meetings_this_week,
    open_disagreements,
    overdue_actions,
    waiting_actions,
)
from mase.meetings.selectors.meetings import actions_to_do, booked, counted_to_book, my_meetings
from mase.meetings.services.scheduling import follow_closing
from mase.minutes.selectors.circulation import how_many_drafts
from mase.plans.presenters import actions as words
from mase.plans.selectors import actions as selectors
from mase.plans.selectors.handing_over import holders, number_held_by


def this_week(user: User) -> TileValue:
    """How many meetings this week holds; the number is the length of the list."""
    url = f"{reverse('mase:meetings')}?which=week"
    return TileValue(meetings_this_week(user), url, "Monday to Sunday, of the cases you may see")


def without_meeting(user: User) -> TileValue:
    """How many children wait for a meeting; the number is the length of the list."""
    words = "Open cases of category 2 or 3 with no meeting ahead"
    return TileValue(tile_number(counted_to_book(user)), reverse("mase:to-book"), words)


def mine(user: User) -> dict[str, object] | None:
    """The next meetings this person chairs or is invited to."""
    meetings = my_meetings(user)
    shown = [each.case_id for each in meetings]
    return {"meetings": list_rows(meetings), "shown": shown} if meetings else None


register_primary(NavItem("Meetings", "mase:meetings", Permission.MEETING_LIST, order=30))
register_case_tab(
    CaseTab("meetings", "Meetings and plan", "mase:case-meetings", Permission.MEETING_LIST, order=40)
)
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


def to_send_out(user: User) -> TileValue:
    """How many drafts wait; the number is the length of the list."""
    words = "Drafts of meetings that have ended, as far as you may see them"
    return TileValue(how_many_drafts(user), reverse("mase:minutes-drafts"), words)


register_home_tile(
    HomeTile("minutes-to-send", "Minutes to send out", to_send_out, Permission.CONCERN_TRIAGE, order=36)
)


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
    HomePanel("actions", "mase/plans/home.html", my_actions, Permission.ACTION_LIST, order=10)
)
register_home_panel(
    HomePanel(
        "agencys-actions",
        "mase/plans/home_agency.html",
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


def asked_to(user: User) -> dict[str, object] | None:
    """The CMOGs to which this person was asked; nothing for who sits on each of them."""
    if gate.can(user, Permission.CMOG_LIST):
        return None
    found = rows(my_cmogs(user))
    return {"rows": found} if found else None


register_primary(NavItem("CMOG", "mase:cmogs", Permission.CMOG_LIST, order=35))
register_home_panel(HomePanel("cmog", "mase/cmog/home.html", asked_to, Permission.MEETING_LIST, order=25))


register_primary(NavItem("Strategy", "mase:strategy", Permission.STRATEGIC_VIEW, order=75))


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
register_step(
    StepKind(
        TO_BOOK,
        words=lambda _: "MASE to book",
        verb="Book",
        url=lambda case, _: reverse("mase:schedule", args=[case.reference]),
        permission=Permission.MEETING_SCHEDULE,
        detail="The last day to hold it",
    )
)
register_step(
    StepKind(
        MEETING,
        words=lambda kind: MeetingKind(kind).label,
        verb="Open",
        url=lambda _, key: reverse("mase:meeting", args=[key]),
        permission=Permission.MEETING_LIST,
        rows=booked,
        by_the_hour=True,
        waits=True,
    )
)
register_step(
    StepKind(
        "action",
        words=lambda text: text,
        verb="Update",
        url=lambda _, key: reverse("mase:action", args=[key]),
        permission=Permission.ACTION_LIST,
        rows=actions_to_do,
        detail="Action of the plan",
    )
)
