"""Who may read and record disruption."""

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import rule, rule_of_the_lists
from cse_portal.access.standing import Standing
from intelligence.disruption.models import Disruption

rule_of_the_lists(Permission.DISRUPTION_VIEW, Disruption)


@rule(Permission.DISRUPTION_RECORD, seen_by=Permission.DISRUPTION_VIEW)
def may_record_disruption(standing: Standing, disruption: Disruption) -> bool:
    """The agency that uses it, and those who agree on such tactics."""
    agrees = Permission.DISRUPTION_AGREE in ROLES[standing.role].permissions
    return agrees or disruption.agency_id == standing.agency.pk
