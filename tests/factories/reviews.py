"""Reviews by the lead professional, made by the service itself."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cases.reviews.models import CaseReview, ReviewConclusion
from cases.reviews.selectors import review_due
from cases.reviews.services import Held, record_review
from cse_portal.accounts.models import User
from tests.factories.requests import in_one_request


def held(case: Case, on: dt.date | None = None, **parts: Any) -> Held:
    """A review of today with the next one 12 weeks later; `parts` replaces any of it."""
    day = on or timezone.localdate()
    said = {
        "conclusion": ReviewConclusion.STAYS, "why": "She goes to school every day.", "seen_by": "Her social worker",
        "seen_alone": True, "next_on": review_due(case.category, day),
    }  # fmt: skip
    return Held(held_on=day, **{**said, **parts})


@in_one_request
def reviewed(case: Case, by: User, on: dt.date | None = None, **parts: Any) -> CaseReview:
    """A review that was recorded."""
    return record_review(case=case, held=held(case, on, **parts), by=by)
