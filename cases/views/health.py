"""The health tab: reading the detail that is kept apart, and adding to it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.forms.entries import HealthForm
from cases.presenters import banner
from cases.presenters.case import health_entries
from cases.selectors.case import PER_PAGE, case_for, health_notes, health_summaries
from cases.services.health import add_note
from cases.services.viewing import record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of

HEALTH_TAB = "health"


@require_GET
def health_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """What health agencies wrote, the newest first, and what they wrote for everybody."""
    case = gate.require(request.user, Permission.HEALTH_VIEW, case_for(request.user, reference))
    page = page_of(health_notes(request.user, case), PER_PAGE, request.GET.get("page"))
    record_view(case=case, by=request.user, page=HEALTH_TAB, action=Action.HEALTH_VIEWED)
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": HEALTH_TAB,
        "page": page,
        "entries": health_entries(page.object_list),
        "summaries": health_summaries(case),
    }
    return render(request, "cases/health/list.html", context)


@either
def health_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """A health agency adds what it knows."""
    case = gate.require(request.user, Permission.HEALTH_RECORD, case_for(request.user, reference))
    form = HealthForm(request.POST or None)
    if form.does(lambda: add_note(case=case, by=request.user, key=form.key, **form.cleaned_data)):
        messages.success(request, "Your note stands in the health detail.")
        return redirect("cases:health", reference=case.reference)
    record_view(case=case, by=request.user, page="health-add")
    return render(request, "cases/health/add.html", {"case": case, "banner": banner(case), "form": form})
