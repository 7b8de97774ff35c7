"""The privacy officer asks why somebody can, or cannot, see a case."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.forms.access import WhyForm
from cases.selectors.why import explain
from cases.services.viewing import record_explanation
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest


@require_GET
def why(request: SignedInRequest) -> HttpResponse:
    """One person, one case by its reference: layer by layer."""
    gate.require(request.user, Permission.ACCESS_EXPLAIN)
    form, page = WhyForm(request.GET or None, by=request.user), None
    if form.is_bound and form.is_valid() and form.case is not None:
        person = form.cleaned_data["person"]
        page = explain(request.user, person, form.case)
        record_explanation(case=form.case, person=person, by=request.user)
    return render(request, "cases/why/page.html", {"form": form, "why": page})
