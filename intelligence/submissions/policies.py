"""Who may read, write and work on a submission."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from cse_portal.access.permissions import Permission
from cse_portal.access.rules import by_role_alone, rule
from cse_portal.access.standing import Standing
from cse_portal.accounts.models import User
from cse_portal.jobs.registry import telling_of_a_row
from intelligence.subjects.models import in_the_unit
from intelligence.submissions.models import IntelligenceSubmission

by_role_alone(
    Permission.INTELLIGENCE_SUBMIT,
    Permission.INTELLIGENCE_GRADE,
    Permission.REPORT_LIST,
    Permission.DISRUPTION_AGREE,
)


@telling_of_a_row
def submissions_told_of(user: User, keys: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """The submissions they may see."""
    return IntelligenceSubmission.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)


@rule(Permission.SUBMISSION_VIEW)
def may_view_submission(standing: Standing, submission: IntelligenceSubmission) -> bool:
    """Exactly the submissions that the lists show."""
    return IntelligenceSubmission.objects.visible_to(standing.user).filter(pk=submission.pk).exists()


@rule(Permission.SUBMISSION_EDIT, seen_by=Permission.SUBMISSION_VIEW)
def may_edit_submission(standing: Standing, submission: IntelligenceSubmission) -> bool:
    """Its author; whether it is still a draft is a question of state that the service answers."""
    return submission.author_id == standing.user.pk


@rule(Permission.SUBMISSION_WORK, seen_by=Permission.SUBMISSION_VIEW)
def may_work_on_submission(standing: Standing, submission: IntelligenceSubmission) -> bool:
    """The police intelligence unit, once it has been sent."""
    return in_the_unit(standing) and not submission.is_draft
