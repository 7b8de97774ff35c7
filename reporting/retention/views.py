"""Retention: what comes due, the schedule, the holds, one record with its dry run, and its disposal.

What cannot be taken back is asked of somebody who has just proved who they are.
"""

import datetime as dt
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import page_of
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import retention_rules
from cse_portal.sign_in import factors
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import render_pdf
from reporting.retention import presenters as words
from reporting.retention import selectors
from reporting.retention.forms import APPROVE, DecisionForm, HoldForm, LiftForm, ProposalForm, RecordForm
from reporting.retention.models import DisposalState
from reporting.retention.services import retention as services

LENGTH = 25


@either
def review(request: SignedInRequest) -> HttpResponse:
    """What comes due in this financial year, the longest due first; and a record looked up."""
    gate.require(request.user, Permission.RETENTION_MANAGE)
    form = RecordForm(request.POST or None, by=request.user)
    if form.is_bound and form.is_valid() and form.record:
        return redirect("reporting:retention-record", reference=form.record.reference)
    ends = dt.date(Quarter.containing(timezone.localdate()).year + 1, 4, 1)
    found = selectors.records_due(request.user, before=ends)
    page = Paginator(found, LENGTH).get_page(request.GET.get("page"))
    services.record_read(by=request.user, page="review", of=list(page.object_list))
    context = {
        "form": form, "page": page, "until": ends - dt.timedelta(days=1),
        "holds": selectors.holds(request.user).filter(record_id=None),
    }  # fmt: skip
    return render(request, "reporting/retention/review.html", context)


@require_GET
def schedule(request: SignedInRequest) -> HttpResponse:
    """How long what is kept, from when, how it ends, and who says so."""
    gate.require(request.user, Permission.RETENTION_MANAGE)
    services.record_read(by=request.user, page="schedule")
    return render(request, "reporting/retention/schedule.html", {"rules": retention_rules()})


@require_GET
def holds(request: SignedInRequest) -> HttpResponse:
    """Legal holds in force."""
    in_force = list(selectors.holds(request.user))
    services.record_read(by=request.user, page="holds", of=in_force)
    return render(request, "reporting/retention/holds.html", {"holds": in_force})


@either
def hold_new(request: SignedInRequest) -> HttpResponse:
    """Hold a class of records; or one record, which the address names."""
    gate.require(request.user, Permission.RETENTION_MANAGE)
    reference = request.GET.get("record", "")
    record = selectors.record_by_reference(request.user, reference) if reference else None
    form = HoldForm(request.POST or None, record=record)
    if form.does(
        lambda: services.set_hold(record=record, by=request.user, key=form.key, **form.cleaned_data)
    ):
        messages.success(request, "The hold is set. Nothing it covers is disposed of.")
        return redirect("reporting:retention-holds")
    services.record_read(by=request.user, page="hold", of=[record] if record else [])
    context = {"form": form, "heading": f"Hold {record.reference if record else 'a class of records'}"}
    return render(request, "reporting/retention/hold.html", {**context, "button": "Set the hold"})


@either
def hold_lift(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End a hold."""
    hold = selectors.hold_for(request.user, pk)
    factors.require_proof(request)
    form = LiftForm(request.POST or None)
    if form.does(lambda: services.lift_hold(hold=hold, why=form.cleaned_data["why"], by=request.user)):
        messages.success(request, "The hold is lifted.")
        return redirect("reporting:retention-holds")
    services.record_read(by=request.user, page="hold", of=[hold])
    context = {"form": form, "heading": "Lift a legal hold", "hold": hold, "button": "Lift the hold"}
    return render(request, "reporting/retention/hold.html", context)


@either
def record(request: SignedInRequest, reference: str) -> HttpResponse:
    """One record: its class and day, what holds it, what would go; and the proposal to dispose of it."""
    found = selectors.record_by_reference(request.user, reference)
    run = selectors.dry_run(found.kind, found.pk)
    under_way = found.disposal if found.disposal and found.disposal.is_under_way else None
    may_propose = found.is_due and not run.holds and not under_way
    form = ProposalForm(request.POST or None) if may_propose or request.method == "POST" else None
    if request.method == "POST" and form:
        factors.require_proof(request)
        if form.does(
            lambda: services.propose(
                record=found, reason=form.cleaned_data["reason"], by=request.user, key=form.key
            )
        ):
            messages.success(request, "Your proposal waits for a second person.")
            return redirect("reporting:disposal", pk=form.done.pk)
    services.record_read(by=request.user, page="record", of=[found])
    context = {
        "record": found, "is_held": bool(run.holds), "form": form, "under_way": under_way,
        "holds": selectors.holds(request.user).filter(pk__in=run.holds), "goes": words.count_rows(run.counts),
    }  # fmt: skip
    return render(request, "reporting/retention/record.html", context)


@require_GET
def disposals(request: SignedInRequest) -> HttpResponse:
    """The register of disposals, those that wait first."""
    page = page_of(selectors.disposals(request.user), LENGTH, request.GET.get("page"))
    services.record_read(by=request.user, page="disposals", of=list(page.object_list))
    return render(request, "reporting/retention/disposals.html", {"page": page})


@either
def disposal(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One disposal: what is deleted, by count; and the decision of the second person."""
    found = selectors.disposal_for(request.user, pk)
    waits = found.state == DisposalState.PROPOSED and found.proposed_by_id != request.user.pk
    form = DecisionForm(request.POST or None, may_approve=waits) if found.is_under_way else None
    if request.method == "POST" and form:
        factors.require_proof(request)
        if form.is_valid():
            decide = services.approve if form.cleaned_data["decision"] == APPROVE else services.stop
            with warns(request):
                decide(disposal=found, why=form.cleaned_data["why"], by=request.user)
            return redirect("reporting:disposal", pk=pk)
    services.record_read(by=request.user, page="disposal", of=[found])
    context = {
        "disposal": found, "facts": words.disposal_facts(found), "next": words.next_words(found), "form": form,
        "goes": words.count_rows(found.done_counts or found.counts, found.files),
        "caption": "What was deleted" if found.done_at else "What is deleted",
    }  # fmt: skip
    return render(request, "reporting/retention/disposal.html", context)


@require_GET
def certificate(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """That a record was disposed of, as PDF; no child is named in it."""
    found = selectors.disposal_for(request.user, pk)
    if found.state != DisposalState.DONE:
        raise NotVisible
    context = {
        "disposal": found,
        "facts": words.disposal_facts(found),
        "went": words.count_rows(found.done_counts, found.files),
    }
    pdf = render_pdf("pdf/certificate_of_disposal.html", context)
    services.record_read(by=request.user, page="certificate", of=[found])
    return attachment(pdf, name=f"disposal-{found.reference}.pdf", content_type="application/pdf")
