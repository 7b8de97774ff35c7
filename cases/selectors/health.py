"""The health detail of a case, for whom it was given to; its summaries, for whoever sees the case."""

from django.db.models import QuerySet

from cases.models import Case, HealthNote, HealthSummary
from cse_portal.accounts.models import User

PER_PAGE = 25
LATEST = 5


def health_notes(user: User, case: Case) -> QuerySet[HealthNote]:
    """Everything health agencies wrote, the newest first."""
    rows = HealthNote.objects.visible_to(user).filter(case=case)
    return rows.select_related("recorded_by", "agency")


def health_summaries(case: Case) -> list[HealthSummary]:
    """The newest sentences written for the others; whoever asks was shown the case."""
    return list(case.health_summaries.select_related("agency")[:LATEST])
