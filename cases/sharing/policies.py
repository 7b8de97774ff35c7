"""Who may share and restrict a case."""

from cases.record.models.case import Case
from cases.record.policies import works_on
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.standing import Standing
from cse_portal.accounts.choices import Role


@rule(Permission.CASE_ACCESS_VIEW, seen_by=Permission.CASE_VIEW)
def may_view_access(standing: Standing, case: Case) -> bool:
    """Anyone who works on the case, so that everyone knows who else sees the child."""
    return works_on(standing, case)


@rule(Permission.CASE_SHARE, seen_by=Permission.CASE_VIEW)
def may_share_case(standing: Standing, case: Case) -> bool:
    """The lead agency, and the CSE Team Manager."""
    leads = case.lead_agency_id == standing.agency.pk or standing.role == Role.TEAM_MANAGER
    return leads and works_on(standing, case)


@rule(Permission.CASE_RESTRICT, seen_by=Permission.CASE_VIEW)
def may_restrict_case(standing: Standing, case: Case) -> bool:
    """The CSE team."""
    return works_on(standing, case)
