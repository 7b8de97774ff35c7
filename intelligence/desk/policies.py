"""Who may read a graded report."""

from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule_of_the_lists
from intelligence.desk.models import IntelligenceReport

rule_of_the_lists(Permission.INTELLIGENCE_REPORT_VIEW, IntelligenceReport)
