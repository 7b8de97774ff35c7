"""Copies of people's records: asking, deciding, taking; and the privacy officer's page that finds one.

Anyone who asks for a copy, agrees to another's or takes one proves anew who they are: `export_new`, `export` and
`export_file` are where that is asked. To refuse one needs no proof.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.exports import services
from cases.exports.forms import YES, DecisionForm, ExportForm, FindCopyForm
from cases.exports.models import ExportState
from cases.exports.presenters import NEXT, export_facts, paper_facts, trace_entries
from cases.exports.selectors import PER_PAGE, export_for, exports, find_copy, find_paper
from cases.record.forms import CaseFilterForm
from cases.record.presenters import counted_words
from cases.record.selectors import CaseFilters, counted_cases
from cases.record.services import record_search
from cases.sharing.services.telling import record_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.selectors import find_job
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import page_of
from cse_portal.sign_in import factors
from cse_portal.ui.downloads import attachment
from cse_portal.ui.tabular import FORMATS


@require_GET
def export_list(request: SignedInRequest) -> HttpResponse:
    """One's own copies, and those that wait for one's word."""
    page = page_of(exports(request.user), PER_PAGE, request.GET.get("page"))
    record_page(by=request.user, page="exports")
    context = {"page": page, "rows": page.object_list}
    return render(request, "cases/exports/list.html", context)


@either
def export_new(request: SignedInRequest) -> HttpResponse:
    """Ask for the cases of a list, as the address filters them, as a file."""
    user = request.user
    gate.require(user, Permission.PEOPLE_EXPORT)
    factors.require_proof(request)
    asked, form = CaseFilterForm(user, request.GET), ExportForm(request.POST or None, by=user)
    if form.does(lambda: services.ask(wanted=form.wanted(asked.filters), by=user, key=form.key)):
        return redirect("cases:export", pk=form.done.pk)
    record_page(by=user, page="export-new")
    count, left = _counted(request, asked.filters), services.allowance_left(user)
    context = {
        "form": form,
        "chips": asked.chips(request),
        "count": counted_words(count),
        "left": left,
        "needs_second": count > left,
        "query": request.GET.urlencode(),
    }
    return render(request, "cases/exports/new.html", context)


@either
def export(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One copy: what it is, what happens now, and for the other person whether it should be."""
    found = export_for(request.user, pk)
    waits = found.state == ExportState.WAITING and found.requested_by_id != request.user.pk
    form = DecisionForm(request.POST or None) if waits else None
    if request.method == "POST":
        if form is None:
            messages.error(request, "This copy does not wait for your decision.")
            return redirect("cases:export", pk=pk)
        if form.is_valid():
            said = form.cleaned_data
            agree = said["agree"] == YES
            if agree:
                factors.require_proof(request)
            with warns(request):
                services.decide(export=found, agree=agree, reason=said["reason"], by=request.user)
            return redirect("cases:export", pk=pk)
    record_page(by=request.user, page="export")
    job = find_job(services.JOB, found.pk.hex) if found.state == ExportState.MAKING else None
    mine = found.requested_by_id == request.user.pk
    context = {
        "export": found,
        "facts": export_facts(found),
        "next": NEXT[ExportState(found.state)],
        "form": form,
    }
    ready = mine and found.state == ExportState.READY
    return render(
        request, "cases/exports/export.html", {**context, "ready": ready, "job": job if mine else None}
    )


@require_GET
def export_file(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The file; asked again at this moment whether this person may still see everybody in it."""
    found = export_for(request.user, pk)
    factors.require_proof(request)
    with warns(request):
        content = services.download(export=found, by=request.user)
        name, kind = f"cases-{found.copy}.{found.file_format}", FORMATS[found.file_format]
        return attachment(content, name=name, content_type=kind.content_type)
    return redirect("cases:export", pk=pk)


@either
def copies(request: SignedInRequest) -> HttpResponse:
    """The privacy officer has found a copy: whose it is, when it was made, why, and how many records it holds."""
    gate.require(request.user, Permission.COPY_FIND)
    form = FindCopyForm(request.POST or None)
    found: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        found = _found(request, form.cleaned_data["copy"])
        if not found:
            form.add_error("copy", "No copy has this number. Check each letter against the file")
    else:
        record_page(by=request.user, page="copies")
    return render(request, "cases/exports/copies.html", {"form": form, **found})


def _counted(request: SignedInRequest, filters: CaseFilters) -> int:
    """How many cases a copy would hold. Narrowed by words it is a search, and on record as the list's is."""
    keys = counted_cases(request.user, filters)
    if filters.text:
        record_search(by=request.user, found=keys, searched=filters.text)
    return len(keys)


def _found(request: SignedInRequest, typed: str) -> dict[str, Any]:
    """A copy of whichever kind, with what is told of it; finding it is on record."""
    user = request.user
    if trace := find_copy(user, typed):
        services.trace(export=trace.export, by=user)
        entries = trace_entries(trace)
        return {"copy": trace.export.copy, "facts": export_facts(trace.export), "entries": entries}
    if paper := find_paper(user, typed):
        services.trace_paper(event=paper.event, by=user)
        return {"copy": paper.copy, "facts": paper_facts(paper)}
    return {}
