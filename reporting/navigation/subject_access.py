"""The case's tab, the privacy officer's link, and what waits for whom."""

from typing import Any

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.navigation import (
    CaseTab,
    HomePanel,
    NavItem,
    register_case_tab,
    register_home_panel,
    register_primary,
)
from reporting.selectors.subject_access import requests


def waiting_panel(user: User) -> dict[str, Any] | None:
    """Open requests; for the police, those that ask for something of theirs."""
    rows = list(requests(user)[:5])
    return {"rows": rows, "police": gate.can(user, Permission.INTELLIGENCE_GRADE)} if rows else None


register_case_tab(
    CaseTab(
        "subject-access",
        "Subject access",
        "reporting:subject-access",
        Permission.SUBJECT_ACCESS_PREPARE,
        order=95,
    )
)
register_primary(NavItem("Disclosures", "reporting:disclosures", Permission.DISCLOSURE_REGISTER, order=66))
register_home_panel(
    HomePanel(
        "subject-access",
        "reporting/subject_access/home.html",
        waiting_panel,
        Permission.SUBJECT_ACCESS_LIST,
        order=25,
    )
)
