"""What the top floor hangs in the house's navigation: importing it registers it."""

from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import (
    Area,
    CaseTab,
    NavItem,
    register_case_tab,
    register_page,
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

for page in (
    NavItem("Board packs", "reporting:reports", Permission.BOARD_REPORT_VIEW, Area.REPORTS, 10),
    NavItem("Returns", "reporting:returns", Permission.RETURN_VIEW, Area.REPORTS, 20),
    NavItem("Case audits", "reporting:case-audits", Permission.CASE_AUDIT, Area.REPORTS, 34),
    NavItem("Supervision", "reporting:supervision", Permission.CASE_AUDIT, Area.REPORTS, 36),
    NavItem("Problem profiles", "reporting:profiles", Permission.BOARD_REPORT_VIEW, Area.REPORTS, 30),
    NavItem("Services for children", "reporting:support", Permission.STRATEGIC_VIEW, Area.REPORTS, 32),
    NavItem("Prevention", "reporting:prevention", Permission.PREVENTION_VIEW, Area.REPORTS, 35),
    NavItem("Record prevention", "reporting:prevention-add", Permission.PREVENTION_RECORD, order=42),
    NavItem("Training", "reporting:training", Permission.TRAINING_KEEP, Area.REPORTS, 35),
    NavItem("Region", "reporting:region", Permission.RETURN_PREPARE, Area.REPORTS, 21),
    NavItem("Audit", "reporting:audit", Permission.AUDIT_VIEW, Area.REPORTS, 40),
    NavItem("Retention", "reporting:retention", Permission.RETENTION_MANAGE, Area.REPORTS, 50),
    NavItem("Legal holds", "reporting:retention-holds", Permission.RETENTION_MANAGE, Area.REPORTS, 51),
    NavItem("Schedule", "reporting:retention-schedule", Permission.RETENTION_MANAGE, Area.REPORTS, 52),
    NavItem("Disposals", "reporting:disposals", Permission.RETENTION_APPROVE, Area.REPORTS, 55),
    NavItem("Disclosures", "reporting:disclosures", Permission.DISCLOSURE_REGISTER, Area.REPORTS, 60),
    NavItem(
        "Requests to see a record",
        "reporting:subject-access-requests",
        Permission.SUBJECT_ACCESS_LIST,
        order=41,
    ),
):
    register_page(page)
