"""Who may read a graded report."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.standing import Standing
from cse_portal.accounts.models import User
from cse_portal.jobs.registry import telling_of_a_row
from intelligence.desk.models import IntelligenceReport


@telling_of_a_row
def reports_told_of(user: User, keys: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """The reports they may read: none that another child, or they themselves, shut them out of."""
    return IntelligenceReport.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)


@rule(Permission.INTELLIGENCE_REPORT_VIEW)
def may_view_report(standing: Standing, report: IntelligenceReport) -> bool:
    """Exactly the reports that the lists show."""
    return IntelligenceReport.objects.visible_to(standing.user).filter(pk=report.pk).exists()
