"""Who may write down the review of a child in category 1."""

from cases.record.models.case import Case
from cases.record.policies import works_on
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.standing import Standing
from cse_portal.accounts.choices import AgencyKind


@rule(Permission.CASE_REVIEW, seen_by=Permission.CASE_VIEW)
def may_review_case(standing: Standing, case: Case) -> bool:
    """The lead professional and the CSE team."""
    is_theirs = standing.user.pk == case.lead_professional_id or standing.agency.kind == AgencyKind.CSE_TEAM
    return is_theirs and works_on(standing, case)
