"""The privacy officer decides who of the staff is shut out of intelligence; of it they see its reference alone."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.choices import ConflictOutcome
from cases.forms.conflicts import FindingForm
from cases.services.judging import judge
from cases.services.viewing import record_exclusions_view
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from cse_portal.sign_in import proof
from intelligence.presenters.conflicts import conflict_row
from intelligence.selectors.conflicts import staff_conflict_for, staff_conflicts


@require_GET
def conflicts(request: SignedInRequest) -> HttpResponse:
    """What the portal found, what waits for a decision first."""
    page = page_of(staff_conflicts(request.user), 25, request.GET.get("page"))
    found = list(page.object_list)
    about = [each.about_id for each in found]
    record_exclusions_view(by=request.user, found=page.paginator.count, about=about)
    context = {"page": page, "rows": [conflict_row(each) for each in found]}
    return render(request, "intelligence/conflicts/list.html", context)


@require_http_methods(["GET", "POST"])
def conflict(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether it is the same person. It gives sight back, so whoever decides proves who they are."""
    found = staff_conflict_for(request.user, pk)
    proof.require(request)
    form = FindingForm(request.POST or None)
    if form.is_bound and form.is_valid():
        outcome = ConflictOutcome(form.cleaned_data["outcome"])
        judge(found, outcome=outcome, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, "Your decision is recorded.")
        return redirect("intelligence:conflicts")
    record_exclusions_view(by=request.user, found=1, about=[found.about_id])
    return render(request, "intelligence/conflicts/decide.html", {"form": form, "row": conflict_row(found)})
