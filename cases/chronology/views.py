"""The chronology tab, its printed form, and adding to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.chronology.forms import ChronologyFilter, EventForm
from cases.chronology.presenters import timeline
from cases.chronology.selectors import PER_PAGE, PRINTED, chronology
from cases.chronology.services import add_event
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of

TAB = "chronology"


@require_GET
def chronology_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """What happened, from every agency, the newest first."""
    case = case_for(request.user, reference)
    asked = ChronologyFilter(request.GET)
    page = page_of(chronology(request.user, case, **_wanted(asked)), PER_PAGE, request.GET.get("page"))
    record_view(case=case, by=request.user, page=TAB)
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": TAB,
        "filter": asked,
        "chips": asked.chips(request),
        "page": page,
        "entries": timeline(page.object_list),
        "query": request.GET.urlencode(),
    }
    return render(request, "cases/chronology/list.html", context)


@require_GET
def chronology_print(request: SignedInRequest, reference: str) -> HttpResponse:
    """The same entries on one page, for paper."""
    case = case_for(request.user, reference)
    asked = ChronologyFilter(request.GET)
    rows = chronology(request.user, case, **_wanted(asked))[:PRINTED]
    record_view(case=case, by=request.user, page="chronology-print", action=Action.CHRONOLOGY_PRINTED)
    context = {"case": case, "chips": asked.chips(request), "entries": timeline(rows)}
    return render(request, "cases/chronology/print.html", context)


@either
def chronology_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add an event or a contact."""
    case = gate.require(request.user, Permission.CHRONOLOGY_ADD, case_for(request.user, reference))
    form = EventForm(request.POST or None)
    if form.does(lambda: add_event(case=case, by=request.user, key=form.key, **form.cleaned_data)):
        messages.success(request, "Your entry is in the chronology.")
        return redirect("cases:chronology", reference=case.reference)
    record_view(case=case, by=request.user, page="chronology-add")
    return render(request, "cases/chronology/add.html", {"case": case, "banner": banner(case), "form": form})


def _wanted(asked: ChronologyFilter) -> dict[str, Any]:
    answers = asked.answers
    return {
        "kinds": answers.get("kind", ()),
        "since": answers.get("since"),
        "until": answers.get("until"),
    }
