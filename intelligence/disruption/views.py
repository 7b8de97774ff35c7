"""Disruption: the list, one of them, and what became of it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of
from intelligence.disruption import presenters as words
from intelligence.disruption import selectors, services
from intelligence.disruption.forms import DisruptionFilter, StepForm

PER_PAGE = 25


@require_GET
def disruptions(request: SignedInRequest) -> HttpResponse:
    """What this person may see, the soonest to expire first."""
    gate.require(request.user, Permission.REPORT_LIST)
    form = DisruptionFilter(request.GET)
    over = form.answers.get("show") == "over"
    rows = selectors.disruption_list(request.user, over=over)
    page = page_of(rows, PER_PAGE, request.GET.get("page"))
    services.record_shown(shown=list(page.object_list), by=request.user, page="list")
    context = {
        "form": DisruptionFilter({"show": "over" if over else "open"}),
        "page": page,
        "rows": words.rows(page.object_list),
        "over": over,
    }
    return render(request, "intelligence/disruption/list.html", context)


@require_GET
def disruption(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One, with what became of it."""
    found = selectors.disruption_for(request.user, pk)
    services.record_shown(shown=[found], by=request.user, page="disruption")
    context = {
        "disruption": found, "row": words.row(found), "facts": words.facts(found), "history": words.history(found),
        "records": found.is_open and gate.can(request.user, Permission.DISRUPTION_RECORD, found),
    }  # fmt: skip
    return render(request, "intelligence/disruption/disruption.html", context)


@either
def step(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what became of it."""
    found = selectors.disruption_for(request.user, pk)
    gate.require(request.user, Permission.DISRUPTION_RECORD, found)
    form = StepForm(request.POST if request.method == "POST" else None)
    if form.does(lambda: services.take_step(disruption=found, step=form.step, by=request.user, key=form.key)):
        messages.success(request, "Your report is in its history.")
        return redirect("intelligence:disruption", pk)
    services.record_shown(shown=[found], by=request.user, page="step")
    context = {"disruption": found, "row": words.row(found), "form": form}
    return render(request, "intelligence/disruption/step.html", context)
