"""Who may read, write and work on a submission, read a graded report, and read and record disruption."""

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import by_role, rule, rule_of_the_lists
from cse_portal.access.user_context import UserContext
from intelligence.desk.models import IntelligenceReport
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import works_in_intelligence_unit
from intelligence.submissions.models import IntelligenceSubmission

by_role(
    Permission.INTELLIGENCE_SUBMIT,
    Permission.INTELLIGENCE_GRADE,
    Permission.REPORT_LIST,
    Permission.DISRUPTION_AGREE,
    Permission.SENTENCE_ANSWER,
    Permission.CONNECTION_RECORD,
)

rule_of_the_lists(Permission.SUBMISSION_VIEW, IntelligenceSubmission)
rule_of_the_lists(Permission.INTELLIGENCE_REPORT_VIEW, IntelligenceReport)
rule_of_the_lists(Permission.DISRUPTION_VIEW, Disruption)


@rule(Permission.SUBMISSION_EDIT, seen_by=Permission.SUBMISSION_VIEW)
def may_edit_submission(user_context: UserContext, submission: IntelligenceSubmission) -> bool:
    """Its author; whether it is still a draft is a question of state that the service answers."""
    return submission.author_id == user_context.user.pk


@rule(Permission.SUBMISSION_WORK, seen_by=Permission.SUBMISSION_VIEW)
def may_work_on_submission(user_context: UserContext, submission: IntelligenceSubmission) -> bool:
    """The police intelligence unit, once it has been sent."""
    return works_in_intelligence_unit(user_context) and not submission.is_draft


@rule(Permission.DISRUPTION_RECORD, seen_by=Permission.DISRUPTION_VIEW)
def may_record_disruption(user_context: UserContext, disruption: Disruption) -> bool:
    """The agency that uses it, and those who agree on such tactics."""
    agrees = Permission.DISRUPTION_AGREE in ROLES[user_context.role].permissions
    return agrees or disruption.agency_id == user_context.agency.pk
