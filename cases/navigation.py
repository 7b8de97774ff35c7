"""What the ground floor hangs in the house's navigation: importing it registers it."""

from typing import Any

from django.urls import reverse

from cases.assessments.selectors import awaiting_confirmation
from cases.casework.selectors import assessments_to_confirm, assessments_to_repeat, interviews_to_hold
from cases.concerns.presenters import concern_rows, draft_tasks
from cases.concerns.selectors import drafts_of, kept_outcomes, waiting_for_triage, with_news_for
from cases.concerns.services import shown_as
from cases.exports.selectors import waiting_for
from cases.handoffs import presenters as handoffs
from cases.handoffs.selectors import handed_to_us, not_accepted
from cases.missing.presenters import interview_rows, missing_rows
from cases.missing.selectors import interviews_due, missing_now
from cases.record.presenters import case_rows, tile_number
from cases.record.selectors import overdue_cases, reviews_of_my_cases, without_next_step
from cases.record.selectors.steps import MISSING, REVIEW, StepKind, register_step
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.paging import page_of
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

NAMED = 5  # children in a panel of the home page; the list has the rest


def my_concerns_panel(user: User) -> dict[str, Any] | None:
    """Concerns this person is still writing, and feedback they have not read."""
    decided = list(with_news_for(user)[:5])
    drafts = list(drafts_of(user)[:5])
    if not (drafts or decided):
        return None
    news = concern_rows(decided, kept=kept_outcomes(user, decided))
    shown = [shown_as(each) for each in (*drafts, *decided)]
    return {"drafts": draft_tasks(drafts), "news": news, "shown": shown}


def handed_panel(user: User) -> dict[str, Any] | None:
    """What this person's agency is asked to do."""
    return handoffs.panel(handed_to_us(user)[:5])


def not_accepted_panel(user: User) -> dict[str, Any] | None:
    """What was handed over and nobody has accepted."""
    return handoffs.panel(not_accepted(user)[:5])


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


def reviews_panel(user: User) -> dict[str, Any] | None:
    """The cases this person leads whose review is overdue or due within two weeks."""
    cases = reviews_of_my_cases(user)
    return {"rows": case_rows(cases), "shown": [each.pk for each in cases]} if cases else None


def confirmations_panel(user: User) -> dict[str, Any] | None:
    """Assessments on which nobody has confirmed a category yet."""
    waiting = awaiting_confirmation(user)
    return {"waiting": waiting, "shown": [each.case_id for each in waiting]} if waiting else None


def missing_panel(user: User) -> dict[str, Any] | None:
    """The children who are missing now, of the cases this person sees."""
    found = missing_now(user)
    shown = found[:NAMED]
    rest = len(found) - len(shown)
    return (
        {"rows": missing_rows(shown), "rest": rest, "shown": [each.case_id for each in shown]}
        if found
        else None
    )


def interviews_panel(user: User) -> dict[str, Any] | None:
    """The return home interviews that are due, late first."""
    found = page_of(interviews_due(user), NAMED, 1)
    shown = list(found)
    rest = found.paginator.count - len(shown)
    return (
        {"rows": interview_rows(shown), "rest": rest, "shown": [each.case_id for each in shown]}
        if shown
        else None
    )


def overdue_tile(user: User) -> TileValue:
    """Open cases whose next step is late; the list behind it counts the same way."""
    return TileValue(
        tile_number(overdue_cases(user)),
        f"{reverse('cases:list')}?overdue=yes",
        "Open cases whose next step is past its date",
    )


def without_step_tile(user: User) -> TileValue:
    """Open cases that nobody would come back to; the list behind it counts the same way."""
    return TileValue(
        tile_number(without_next_step(user)),
        f"{reverse('cases:list')}?without_step=yes",
        "Open cases for which nothing has a date",
    )


def copies_panel(user: User) -> dict[str, Any] | None:
    """Copies that somebody else asked for and that need this person's word."""
    waiting = waiting_for(user)
    return {"rows": waiting} if waiting else None


register_case_tab(CaseTab("overview", "Overview", "cases:case", Permission.CASE_VIEW, order=10))
register_case_tab(CaseTab("family", "Family and network", "cases:family", Permission.CASE_VIEW, order=15))
register_case_tab(CaseTab("assessments", "Risk", "cases:assessments", Permission.CASE_VIEW, order=20))
register_case_tab(CaseTab("chronology", "Chronology", "cases:chronology", Permission.CASE_VIEW, order=30))
register_case_tab(CaseTab("missing", "Missing", "cases:missing", Permission.CASE_VIEW, order=32))
register_case_tab(
    CaseTab("documents", "Documents and letters", "cases:documents", Permission.CASE_VIEW, order=60)
)
register_case_tab(CaseTab("health", "Health", "cases:health", Permission.HEALTH_VIEW, order=70, more=True))
register_case_tab(
    CaseTab("address", "Address", "cases:addresses", Permission.ADDRESS_VIEW, order=71, more=True)
)
register_case_tab(
    CaseTab("access", "Access", "cases:access", Permission.CASE_ACCESS_VIEW, order=90, more=True)
)
register_primary(NavItem("Concerns", "cases:concerns", Permission.CONCERN_LIST, order=10))
register_primary(NavItem("Triage", "cases:triage", Permission.CONCERN_TRIAGE, order=15))
register_home_panel(
    HomePanel(
        "my-concerns", "cases/concerns/home_mine.html", my_concerns_panel, Permission.CONCERN_LIST, order=5
    )
)
register_home_panel(
    HomePanel(
        "handed-to-us", "cases/handoffs/home_ours.html", handed_panel, Permission.CONCERN_AGENCY, order=8
    )
)
register_home_panel(
    HomePanel(
        "not-accepted",
        "cases/handoffs/home_not_accepted.html",
        not_accepted_panel,
        Permission.CONCERN_TRIAGE,
        order=9,
    )
)
register_home_tile(
    HomeTile("concerns-waiting", "Concerns waiting", waiting_tile, Permission.CONCERN_TRIAGE, order=5)
)
register_home_tile(
    HomeTile("concerns-late", "Past their decision time", late_tile, Permission.CONCERN_TRIAGE, order=6)
)
register_primary(NavItem("Cases", "cases:list", Permission.CASE_LIST, order=20))
register_primary(NavItem("Missing", "cases:missing-now", Permission.CASE_LIST, order=25))
register_home_panel(
    HomePanel("missing", "cases/missing/home_missing.html", missing_panel, Permission.CASE_LIST, order=1)
)
register_home_panel(
    HomePanel(
        "interviews", "cases/missing/home_interviews.html", interviews_panel, Permission.CASE_LIST, order=2
    )
)
register_home_panel(
    HomePanel("reviews", "cases/record/home_reviews.html", reviews_panel, Permission.CASE_LIST, order=20)
)
register_home_panel(
    HomePanel(
        "confirmations",
        "cases/record/home_confirmations.html",
        confirmations_panel,
        Permission.CONCERN_TRIAGE,
        order=30,
    )
)
register_home_tile(
    HomeTile("overdue-reviews", "Overdue next steps", overdue_tile, Permission.CONCERN_TRIAGE, order=20)
)
register_home_tile(
    HomeTile("without-step", "Without a next step", without_step_tile, Permission.CONCERN_TRIAGE, order=21)
)
register_primary(NavItem("Emergency", "cases:emergency", Permission.BREAK_GLASS, order=55))
register_primary(NavItem("Emergency openings", "cases:emergencies", Permission.BREAK_GLASS_REVIEW, order=61))
register_primary(NavItem("Exclusions", "cases:exclusions", Permission.EXCLUSION_DECIDE, order=60))
register_primary(NavItem("Why they can see it", "cases:why", Permission.ACCESS_EXPLAIN, order=62))
register_primary(NavItem("Find a copy", "cases:copies", Permission.COPY_FIND, order=65))
register_home_panel(
    HomePanel("exports", "cases/exports/home.html", copies_panel, Permission.PEOPLE_EXPORT, order=35)
)
register_step(
    StepKind(
        MISSING,
        words=lambda _: "Follow the missing protocol",
        verb="Open",
        url=lambda case, _: reverse("cases:missing", args=[case.reference]),
        permission=Permission.CASE_VIEW,
        by_the_hour=True,
        waits=True,
    )
)
register_step(
    StepKind(
        REVIEW,
        words=lambda _: "Review by the lead professional",
        verb="Record",
        url=lambda case, _: reverse("cases:review-new", args=[case.reference]),
        permission=Permission.CASE_REVIEW,
        detail="Every 12 weeks in category 1",
    )
)
register_step(
    StepKind(
        "interview",
        words=lambda _: "Return home interview",
        verb="Record",
        url=lambda case, key: reverse("cases:missing-interview", args=[case.reference, key]),
        permission=Permission.CASE_CHANGE,
        rows=interviews_to_hold,
        detail="Within 72 hours of the return",
        by_the_hour=True,
    )
)
register_step(
    StepKind(
        "confirm",
        words=lambda _: "Assessment to confirm",
        verb="Confirm",
        url=lambda case, key: reverse("cases:assessment-confirm", args=[case.reference, key]),
        permission=Permission.CATEGORY_CONFIRM,
        rows=assessments_to_confirm,
        detail="The CSE team confirms the category",
        waits=True,
    )
)
register_step(
    StepKind(
        "repeat",
        words=lambda _: "Risk assessment",
        verb="Start",
        url=lambda case, _: reverse("cases:assessment-new", args=[case.reference]),
        permission=Permission.ASSESSMENT_RECORD,
        rows=assessments_to_repeat,
        detail="Three months after the last one",
    )
)
