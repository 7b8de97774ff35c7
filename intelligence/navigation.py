"""What the intelligence floor hangs in the house's navigation."""

from cases.court.selectors import register_outcomes
from cases.history.selectors import register_of_concern
from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import (
    Area,
    CaseTab,
    NavItem,
    register_case_tab,
    register_page,
)
from intelligence.links.presenters import of_concern
from intelligence.links.selectors.graph import ties_of
from intelligence.outcomes.selectors import outcomes_for_child

for tab in (
    CaseTab("intelligence", "Intelligence", "intelligence:case-reports", Permission.REPORT_LIST, order=50),
    CaseTab(
        "orders", "Orders", "intelligence:case-orders", Permission.CASE_INTELLIGENCE_VIEW, order=51, more=True
    ),
):
    register_case_tab(tab)

for page in (
    NavItem("Desk", "intelligence:inbox", Permission.INTELLIGENCE_GRADE, Area.INTELLIGENCE, 10),
    NavItem("Sent by me", "intelligence:mine", Permission.INTELLIGENCE_SUBMIT, Area.INTELLIGENCE, 20),
    NavItem("Reports", "intelligence:reports", Permission.REPORT_LIST, Area.INTELLIGENCE, 30),
    NavItem("People and places", "intelligence:subjects", Permission.REPORT_LIST, Area.INTELLIGENCE, 15),
    NavItem("Shared with us", "intelligence:shared", Permission.SENTENCE_ANSWER, Area.INTELLIGENCE, 50),
    NavItem("Links", "intelligence:links", Permission.REPORT_LIST, Area.INTELLIGENCE, 35),
    NavItem("Disruption", "intelligence:disruptions", Permission.REPORT_LIST, Area.INTELLIGENCE, 40),
    NavItem("Hot spots", "intelligence:hotspots", Permission.REPORT_LIST, Area.INTELLIGENCE, 50),
):
    register_page(page)
register_outcomes(outcomes_for_child)
register_of_concern(lambda user, case: of_concern(ties_of(user, case), case))
