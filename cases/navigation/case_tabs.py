"""The tabs of a child's case that the ground floor draws."""

from cse_portal.access.permissions import Permission
from cse_portal.ui.navigation import CaseTab, register_case_tab

register_case_tab(CaseTab("overview", "Overview", "cases:case", Permission.CASE_VIEW, order=10))
register_case_tab(CaseTab("assessments", "Assessments", "cases:assessments", Permission.CASE_VIEW, order=20))
register_case_tab(CaseTab("chronology", "Chronology", "cases:chronology", Permission.CASE_VIEW, order=30))
register_case_tab(CaseTab("missing", "Missing", "cases:missing", Permission.CASE_VIEW, order=32))
register_case_tab(CaseTab("documents", "Documents", "cases:documents", Permission.CASE_VIEW, order=35))
register_case_tab(CaseTab("health", "Health", "cases:health", Permission.HEALTH_VIEW, order=36))
register_case_tab(CaseTab("address", "Address", "cases:addresses", Permission.ADDRESS_VIEW, order=37))
register_case_tab(CaseTab("access", "Access", "cases:access", Permission.CASE_ACCESS_VIEW, order=90))
