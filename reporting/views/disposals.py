"""Disposals: what waits for a second person, what may still be withdrawn, and what is certified."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from cse_portal.sign_in import proof
from reporting.choices import DisposalState
from reporting.forms.retention import YES, DisposalDecisionForm, ReasonForm
from reporting.presenters import retention as words
from reporting.selectors import retention as selectors
from reporting.selectors.dry_run import DryRun, dry_run
from reporting.services import retention as services

LENGTH = 25
either = require_http_methods(["GET", "POST"])


@require_GET
def disposals(request: SignedInRequest) -> HttpResponse:
    """Every disposal, those that wait first."""
    page = page_of(selectors.disposals(request.user), LENGTH, request.GET.get("page"))
    rows = list(page.object_list)
    services.record_read(by=request.user, page="disposals", listed=rows)
    context = {
        "page": page,
        "rows": words.disposal_rows(rows),
        "manages": gate.can(request.user, Permission.RETENTION_MANAGE),
    }
    return render(request, "reporting/retention/disposals.html", context)


@either
def disposal(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One disposal: what goes, by count; and for the other person whether it should."""
    found = selectors.disposal_for(request.user, pk)
    waits = found.state == DisposalState.PROPOSED and found.proposed_by_id != request.user.pk
    form = DisposalDecisionForm(request.POST or None) if waits else None
    if request.method == "POST":
        proof.require(request)
        if form is None:
            messages.error(request, "This disposal does not wait for your decision.")
            return redirect("reporting:disposal", pk=pk)
        if form.is_valid():
            said = form.cleaned_data
            try:
                services.decide(
                    disposal=found, agree=said["agree"] == YES, note_of_it=said["note"], by=request.user
                )
            except NotAllowedNow as refusal:
                messages.error(request, refusal.message)
            return redirect("reporting:disposal", pk=pk)
    run = dry_run(found.record, found.record_id) if found.is_under_way else DryRun({}, {})
    held_with = selectors.held_with(request.user, found.record, found.record_id, run)
    services.record_read(by=request.user, page="disposal", record=found, listed=held_with.told)
    context = {
        "disposal": found, "facts": words.disposal_facts(found), "next": words.next_words(found), "form": form,
        "goes": words.goes_rows(found.counts), "is_done": found.state == DisposalState.DONE,
        "held_with": words.held_words(held_with),
    }  # fmt: skip
    return render(request, "reporting/retention/disposal.html", context)


@either
def withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a disposal back before it is done."""
    found = selectors.disposal_for(request.user, pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.withdraw(disposal=found, why=form.cleaned_data["why"], by=request.user)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The disposal is withdrawn. Nothing goes.")
            return redirect("reporting:disposal", pk=pk)
    services.record_read(by=request.user, page="disposal-withdraw", record=found)
    return render(request, "reporting/retention/withdraw.html", {"form": form, "disposal": found})


@require_GET
def certificate(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """That a record went, kept for good: no name on it."""
    found = selectors.certified(request.user, pk)
    services.record_printed(disposal=found, by=request.user)
    context = {
        "disposal": found,
        "facts": words.certificate_facts(found, selectors.event_of(found)),
        "went": words.goes_rows(found.done_counts),
    }
    return render(request, "reporting/retention/certificate.html", context)
