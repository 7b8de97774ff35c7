"""Who works here and may be a person of concern, or live in a place of concern, is shut out of the children's cases.

Proposed as every conflict is, and decided by the privacy officer (cases/services/conflicts.py).
"""

import uuid

from django.db import transaction

from cases.services.conflicts import shut_out
from intelligence.models import IntelligenceReport
from intelligence.selectors.conflicts import all_conflicts, conflicts_of_report


def look_for_conflicts(report: IntelligenceReport) -> None:
    """Once the link that is being made stands."""
    transaction.on_commit(lambda: find_in_report(report.pk), robust=True)


@transaction.atomic
def find_in_report(report_id: uuid.UUID) -> int:
    """Of the people and places that this report names; returns how many were new."""
    return shut_out(conflicts_of_report(report_id))


@transaction.atomic
def find_everywhere() -> int:
    """Nightly, as the system: who came to work here or declared something since; returns how many were new."""
    return shut_out(all_conflicts())
