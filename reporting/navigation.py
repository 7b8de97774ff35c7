"""What the top floor hangs in the house's navigation: importing it registers it."""

from typing import Any

from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
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
from reporting.oversight.selectors.oversight import findings
from reporting.retention.selectors import disposals_to_decide
from reporting.returns.selectors.returns import returns_waiting_for
from reporting.subject_access.selectors import requests


def returns_panel(user: User) -> dict[str, Any] | None:
    """The returns that wait for this person to check them or to sign them off."""
    found = returns_waiting_for(user)
    return {"returns": found} if found else None


def findings_tile(user: User) -> TileValue:
    """Findings without a verdict; the list behind it is the same."""
    return TileValue(
        findings(user).count(), reverse("reporting:audit"), "Findings of the audit without a verdict"
    )


def disposals_tile(user: User) -> TileValue:
    """Disposals that somebody else proposed and nobody has decided."""
    return TileValue(
        disposals_to_decide(user).count(),
        reverse("reporting:disposals"),
        "Disposals proposed by somebody else that wait for a second person",
    )


def requests_panel(user: User) -> dict[str, Any] | None:
    """Open requests; for the police, those that ask for something of theirs."""
    rows = list(requests(user)[:5])
    return {"rows": rows, "police": gate.can(user, Permission.INTELLIGENCE_GRADE)} if rows else None


register_primary(NavItem("Returns", "reporting:returns", Permission.RETURN_VIEW, order=60))
register_home_panel(
    HomePanel("returns", "reporting/returns/home.html", returns_panel, Permission.RETURN_VIEW, order=30)
)
register_primary(NavItem("Reports", "reporting:reports", Permission.BOARD_REPORT_VIEW, order=70))
register_primary(NavItem("Audit", "reporting:audit", Permission.AUDIT_VIEW, order=65))
register_home_tile(HomeTile("audit-findings", "To review", findings_tile, Permission.AUDIT_REVIEW, order=50))
register_primary(NavItem("Retention", "reporting:retention", Permission.RETENTION_MANAGE, order=66))
register_home_tile(
    HomeTile("disposals", "Disposals to decide", disposals_tile, Permission.RETENTION_APPROVE, order=70)
)
register_case_tab(
    CaseTab(
        "subject-access",
        "Subject access",
        "reporting:subject-access",
        Permission.SUBJECT_ACCESS_PREPARE,
        order=95,
        more=True,
    )
)
register_primary(NavItem("Disclosures", "reporting:disclosures", Permission.DISCLOSURE_REGISTER, order=66))
register_home_panel(
    HomePanel(
        "subject-access",
        "reporting/subject_access/home.html",
        requests_panel,
        Permission.SUBJECT_ACCESS_LIST,
        order=25,
    )
)
