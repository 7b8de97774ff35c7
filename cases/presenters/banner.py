"""The identity bar of a child's case."""

from django.urls import reverse

from cases.models import Case
from cse_portal.ui.presenters import CaseBanner, age_on


def banner(case: Case) -> CaseBanner:
    """What stands above every page of a case; the case comes `with_identity()`."""
    return CaseBanner(
        name=case.child.name,
        reference=case.reference,
        url=reverse("cases:case", args=[case.reference]),
        age=age_on(case.child.date_of_birth),
        category=case.category,
        restricted=case.is_restricted,
        closed=not case.is_open,
        missing_since=case.missing_since,
        lead_professional=case.lead_professional.full_name if case.lead_professional else "",
        next_review_on=case.next_review_on,
    )
