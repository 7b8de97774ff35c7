"""Who may read, write and work on a submission, read a graded report, and read and record disruption."""

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import by_role_alone, rule, rule_of_the_lists
from cse_portal.access.standing import Standing
from intelligence.desk.models import IntelligenceReport
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import in_the_unit
from intelligence.submissions.models import IntelligenceSubmission

by_role_alone(
    Permission.INTELLIGENCE_SUBMIT,
    Permission.INTELLIGENCE_GRADE,
    Permission.REPORT_LIST,
    Permission.DISRUPTION_AGREE,
)

rule_of_the_lists(Permission.SUBMISSION_VIEW, IntelligenceSubmission)
rule_of_the_lists(Permission.INTELLIGENCE_REPORT_VIEW, IntelligenceReport)
rule_of_the_lists(Permission.DISRUPTION_VIEW, Disruption)


@rule(Permission.SUBMISSION_EDIT, seen_by=Permission.SUBMISSION_VIEW)
def may_edit_submission(standing: Standing, submission: IntelligenceSubmission) -> bool:
    """Its author; whether it is still a draft is a question of state that the service answers."""
    return submission.author_id == standing.user.pk


@rule(Permission.SUBMISSION_WORK, seen_by=Permission.SUBMISSION_VIEW)
def may_work_on_submission(standing: Standing, submission: IntelligenceSubmission) -> bool:
    """The police intelligence unit, once it has been sent."""
    return in_the_unit(standing) and not submission.is_draft


@rule(Permission.DISRUPTION_RECORD, seen_by=Permission.DISRUPTION_VIEW)
def may_record_disruption(standing: Standing, disruption: Disruption) -> bool:
    """The agency that uses it, and those who agree on such tactics."""
    agrees = Permission.DISRUPTION_AGREE in ROLES[standing.role].permissions
    return agrees or disruption.agency_id == standing.agency.pk
