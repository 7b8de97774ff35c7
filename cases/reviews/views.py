"""Recording the review of a child in category 1."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from cases.record.selectors import case_for
from cases.record.views import case_page
from cases.reviews.forms import ReviewForm
from cases.reviews.selectors import review_due
from cases.reviews.services import record_review
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either


@either
def review_new(request: SignedInRequest, reference: str) -> HttpResponse:
    """The lead professional's review, with the next one proposed."""
    case = gate.require(request.user, Permission.CASE_REVIEW, case_for(request.user, reference))
    today = timezone.localdate()
    initial = {"held_on": today, "next_on": review_due(case.category, today)}
    form = ReviewForm(request.POST or None, initial=initial)
    if form.does(lambda: record_review(case=case, held=form.held, by=request.user, key=form.key)):
        messages.success(request, "The review is recorded, and the next one is on the list.")
        return redirect("cases:case", reference=case.reference)
    return case_page(request, case, "cases/reviews/form.html", "review", form=form)
