"""What the ground floor hangs in the house's navigation: importing it registers it."""

import uuid
from functools import partial

from django.urls import reverse

from cases.casework.selectors import assessments_to_confirm, assessments_to_repeat, interviews_to_hold
from cases.court.selectors import contacts_to_make, decisions_to_come, events_to_tell
from cases.missing.presenters.lists import interview_words
from cases.record.models.case import Case
from cases.record.selectors.steps import MISSING, REVIEW, StepKind, register_step
from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import (
    Area,
    CaseTab,
    NavItem,
    register_case_tab,
    register_page,
)


def _court_url(kind: str, case: Case, key: uuid.UUID) -> str:
    return reverse("cases:court-record", args=[case.reference, kind, key])


for tab in (
    CaseTab("overview", "Overview", "cases:case", Permission.CASE_VIEW, order=10),
    CaseTab("family", "Family and network", "cases:family", Permission.CASE_VIEW, order=15),
    CaseTab("assessments", "Risk", "cases:assessments", Permission.CASE_VIEW, order=20),
    CaseTab("chronology", "Chronology", "cases:chronology", Permission.CASE_VIEW, order=30),
    CaseTab("missing", "Missing", "cases:missing", Permission.CASE_VIEW, order=32),
    CaseTab("court", "Court", "cases:court", Permission.COURT_VIEW, order=55),
    CaseTab("documents", "Documents and letters", "cases:documents", Permission.CASE_VIEW, order=60),
    CaseTab("support", "Services and support", "cases:support", Permission.CASE_VIEW, order=65, more=True),
    CaseTab("health", "Health", "cases:health", Permission.HEALTH_VIEW, order=70, more=True),
    CaseTab("address", "Address", "cases:addresses", Permission.ADDRESS_VIEW, order=71, more=True),
    CaseTab("borders", "Across borders", "cases:borders", Permission.CASE_VIEW, order=80, more=True),
    CaseTab("access", "Access", "cases:access", Permission.CASE_ACCESS_VIEW, order=90, more=True),
):
    register_case_tab(tab)

for page in (
    NavItem("List", "cases:list", Permission.CASE_LIST, Area.CHILDREN, 10),
    NavItem("Missing", "cases:missing-now", Permission.CASE_LIST, Area.CHILDREN, 20),
    NavItem("Services", "cases:services", Permission.CASE_LIST, Area.CHILDREN, 30),
    NavItem("Across borders", "cases:border-list", Permission.CASE_LIST, Area.CHILDREN, 40),
    NavItem("To decide", "cases:triage", Permission.CONCERN_TRIAGE, Area.CONCERNS, 10),
    NavItem("From the community", "cases:community-reports", Permission.CONCERN_TRIAGE, Area.CONCERNS, 15),
    NavItem("Sent by us", "cases:concerns", Permission.CONCERN_LIST, Area.CONCERNS, 20),
    NavItem("Register", "cases:concern-register", Permission.CONCERN_TRIAGE, Area.CONCERNS, 30),
    NavItem("Handed to us", "cases:handoffs", Permission.CONCERN_AGENCY, Area.CONCERNS, 40),
    NavItem("Not accepted", "cases:handoffs-not-accepted", Permission.CONCERN_TRIAGE, Area.CONCERNS, 50),
    NavItem("People you know personally", "cases:conflicts", Permission.CONFLICT_DECLARE, order=20),
    NavItem("Open a record in an emergency", "cases:emergency", Permission.BREAK_GLASS, order=30),
    NavItem("Wording of letters", "cases:letter-wording", Permission.LETTER_WORDING_CHANGE, order=45),
    NavItem("Copies of records", "cases:exports", Permission.PEOPLE_EXPORT, order=40),
    NavItem("Exclusions", "cases:exclusions", Permission.EXCLUSION_DECIDE, order=50),
    NavItem("Emergency openings", "cases:emergencies", Permission.BREAK_GLASS_REVIEW, order=51),
    NavItem("Why they can see it", "cases:why", Permission.ACCESS_EXPLAIN, order=52),
    NavItem("Find a copy", "cases:copies", Permission.COPY_FIND, order=53),
):
    register_page(page)
for step in (
    StepKind(
        MISSING,
        words=lambda _: "Follow the missing protocol",
        verb="Open",
        url=lambda case, _: reverse("cases:missing", args=[case.reference]),
        permission=Permission.CASE_VIEW,
        by_the_hour=True,
        waits=True,
    ),
    StepKind(
        REVIEW,
        words=lambda _: "Review by the lead professional",
        verb="Record",
        url=lambda case, _: reverse("cases:review-new", args=[case.reference]),
        permission=Permission.CASE_REVIEW,
        detail="Every 12 weeks in category 1",
    ),
    StepKind(
        "interview",
        words=interview_words,
        verb="Record",
        url=lambda case, key: reverse("cases:missing-interview", args=[case.reference, key]),
        permission=Permission.CASE_CHANGE,
        rows=interviews_to_hold,
        detail="Within 72 hours of the return",
        by_the_hour=True,
    ),
    StepKind(
        "confirm",
        words=lambda _: "Assessment to confirm",
        verb="Confirm",
        url=lambda case, key: reverse("cases:assessment-confirm", args=[case.reference, key]),
        permission=Permission.CATEGORY_CONFIRM,
        rows=assessments_to_confirm,
        detail="The CSE team confirms the category",
        waits=True,
    ),
    StepKind(
        "repeat",
        words=lambda _: "Risk assessment",
        verb="Start",
        url=lambda case, _: reverse("cases:assessment-new", args=[case.reference]),
        permission=Permission.ASSESSMENT_RECORD,
        rows=assessments_to_repeat,
        detail="Three months after the last one",
    ),
):
    register_step(step)
for slug, kind, verb, rows, detail in (
    ("court-tell", "event", "Tell", events_to_tell, "The child must know on the day"),
    ("court-contact", "care", "Record", contacts_to_make, "About court"),
    ("nrm", "referral", "Record", decisions_to_come, "NRM decision expected"),
):
    url = partial(_court_url, kind)
    register_step(StepKind(slug, str, verb, url, Permission.COURT_RECORD, rows, detail))
