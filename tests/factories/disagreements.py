"""Professional disagreements in the states tests need, made by the services themselves."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from mase.disagreements import services as disagreements
from mase.disagreements.models import Disagreement, EntryKind
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def raised(cast: Cast, case: Case, *, by: User | None = None, **given: Any) -> Disagreement:
    """Health's with social care about the threshold, unless told otherwise."""
    said = {
        "issue": "THRESHOLD",
        "about": "She needs a strategy discussion this week, not in a month.",
        "against": cast.agency("csc"),
        **given,
    }
    return disagreements.raise_disagreement(case=case, by=by or cast.health, **said)


def run_out(row: Disagreement, days: int = 1) -> Disagreement:
    """As if its stage had been due some days ago."""
    Disagreement.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - dt.timedelta(days=days))
    return Disagreement.objects.get(pk=row.pk)


@in_one_request
def resolved(row: Disagreement, by: User, *, learning: str = "Agree thresholds in writing.") -> Disagreement:
    """Social care holds the discussion."""
    return disagreements.act(
        disagreement=row,
        kind=EntryKind.RESOLVED,
        outcome_code="RAISED",
        text="The discussion is held on Friday.",
        learning=learning,
        by=by,
    )
