"""What the meeting floor hangs in the house's navigation: importing it registers it."""

from django.urls import reverse

from cases.assessments.services import on_category_rise
from cases.casework.selectors import register_scalings
from cases.casework.services import before_closing
from cases.letters.selectors import meetings_tell_letters
from cases.record.selectors.steps import MEETING, TO_BOOK, StepKind, register_step
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import (
    Area,
    CaseTab,
    LeftBehind,
    NavItem,
    register_case_tab,
    register_left_behind,
    register_page,
    register_people_link,
)
from cse_portal.ui.presenters import counted
from intelligence.submissions.services.beginning import begins_from
from mase.clocks.services import follow_category
from mase.meetings.choices import MeetingKind
from mase.meetings.selectors.meetings import actions_to_do, booked, scalings
from mase.meetings.selectors.reports import intelligence_in
from mase.meetings.services.scheduling import follow_closing
from mase.minutes.selectors.letters import facts_for_letters
from mase.plans.selectors.actions import count_held_by

register_case_tab(
    CaseTab("meetings", "Meetings and plan", "mase:case-meetings", Permission.MEETING_LIST, order=40)
)
# What of a meeting a case sets going: how soon it has to be held, and that it is not held any more.
on_category_rise("meetings", follow_category)
before_closing("meetings", follow_closing)
meetings_tell_letters("meetings", facts_for_letters)


def left_behind(user: User, person: User) -> LeftBehind | None:
    """The open actions of somebody who leaves."""
    number = count_held_by(user, person)
    if not number:
        return None
    words = f"{person} has {counted(number, 'open action')} of plans."
    return LeftBehind(
        words, "Hand them over to colleagues", reverse("mase:action-hand-over", args=[person.pk])
    )


register_people_link(
    NavItem(
        "Open actions of your people, and handing them over",
        "mase:action-people",
        Permission.ACTION_HAND_OVER,
    )
)
register_left_behind("actions", left_behind)


for page in (
    NavItem("List", "mase:meetings", Permission.MEETING_LIST, Area.MEETINGS, 10),
    NavItem("Calendar", "mase:calendar", Permission.MEETING_LIST, Area.MEETINGS, 20),
    NavItem("To book", "mase:to-book", Permission.CONCERN_TRIAGE, Area.MEETINGS, 30),
    NavItem("Actions", "mase:actions", Permission.ACTION_LIST, Area.MEETINGS, 40),
    NavItem("Minutes to send", "mase:minutes-drafts", Permission.CONCERN_TRIAGE, Area.MEETINGS, 50),
    NavItem("CMOG", "mase:cmogs", Permission.CMOG_LIST, Area.MEETINGS, 60),
    NavItem("Disagreements", "mase:disagreements", Permission.DISAGREEMENT_LIST, Area.MEETINGS, 70),
    NavItem("Strategy", "mase:strategy", Permission.STRATEGIC_VIEW, Area.REPORTS, 30),
):
    register_page(page)
register_scalings(scalings)
begins_from("meeting", intelligence_in)
for step in (
    StepKind(
        TO_BOOK,
        words=lambda _: "MASE to book",
        verb="Book",
        url=lambda case, _: reverse("mase:schedule", args=[case.reference]),
        permission=Permission.MEETING_SCHEDULE,
        detail="The last day to hold it",
    ),
    StepKind(
        MEETING,
        words=lambda kind: MeetingKind(kind).label,
        verb="Open",
        url=lambda _, key: reverse("mase:meeting", args=[key]),
        permission=Permission.MEETING_LIST,
        rows=booked,
        by_the_hour=True,
        waits=True,
    ),
    StepKind(
        "action",
        words=lambda text: text,
        verb="Update",
        url=lambda _, key: reverse("mase:action", args=[key]),
        permission=Permission.ACTION_LIST,
        rows=actions_to_do,
        detail="Action of the plan",
    ),
):
    register_step(step)
