"""What the ground floor hangs in the house's navigation: importing it registers it."""

from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import (
    Area,
    CaseTab,
    NavItem,
    register_case_tab,
    register_page,
)

register_case_tab(CaseTab("overview", "Overview", "cases:case", Permission.CASE_VIEW, order=10))
register_case_tab(CaseTab("family", "Family and network", "cases:family", Permission.CASE_VIEW, order=15))
register_case_tab(CaseTab("assessments", "Risk", "cases:assessments", Permission.CASE_VIEW, order=20))
register_case_tab(CaseTab("chronology", "Chronology", "cases:chronology", Permission.CASE_VIEW, order=30))
register_case_tab(CaseTab("missing", "Missing", "cases:missing", Permission.CASE_VIEW, order=32))
register_case_tab(CaseTab("documents", "Documents", "cases:documents", Permission.CASE_VIEW, order=35))
register_case_tab(CaseTab("health", "Health", "cases:health", Permission.HEALTH_VIEW, order=36))
register_case_tab(CaseTab("address", "Address", "cases:addresses", Permission.ADDRESS_VIEW, order=37))
register_case_tab(CaseTab("access", "Access", "cases:access", Permission.CASE_ACCESS_VIEW, order=90))

for page in (
    NavItem("List", "cases:list", Permission.CASE_LIST, Area.CHILDREN, 10),
    NavItem("Missing", "cases:missing-now", Permission.CASE_LIST, Area.CHILDREN, 20),
    NavItem("To decide", "cases:triage", Permission.CONCERN_TRIAGE, Area.CONCERNS, 10),
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
