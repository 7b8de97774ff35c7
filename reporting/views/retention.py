"""The privacy officer's pages: what comes due, the schedule, the holds, and one record with its dry run.

What cannot be taken back is asked of somebody who has just proved who they are.
"""

import datetime as dt
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from cse_portal.reference.choices import RecordKind
from cse_portal.reference.quarters import Quarter
from cse_portal.sign_in import proof
from reporting.choices import HoldScope
from reporting.forms.retention import HoldForm, KeepForm, ProposalForm, ReasonForm, RecordForm, RecordHoldForm
from reporting.presenters import retention as words
from reporting.selectors import retention as selectors
from reporting.selectors.dry_run import dry_run
from reporting.services import retention as services

LENGTH = 25
either = require_http_methods(["GET", "POST"])


@either
def review(request: SignedInRequest) -> HttpResponse:
    """What comes due in a financial year, the longest due first; and a record looked up."""
    gate.require(request.user, Permission.RETENTION_MANAGE)
    form = RecordForm(request.POST or None, by=request.user)
    if form.is_bound and form.is_valid() and form.record:
        return redirect("reporting:retention-record", reference=form.record.reference)
    ends = year_end(request.GET.get("year", ""))
    page = Paginator(selectors.records_due(request.user, before=ends), LENGTH).get_page(
        request.GET.get("page")
    )
    rows = list(page.object_list)
    services.record_read(by=request.user, page="review", listed=rows)
    context = {
        "form": form,
        "page": page,
        "rows": words.due_rows(rows, selectors.held_among(rows)),
        "year": words.year_words(ends),
        "next_year": ends.year,
        "next_words": words.year_words(ends.replace(year=ends.year + 1)),
        "previous_year": ends.year - 2,
        "previous_words": words.year_words(ends.replace(year=ends.year - 1)),
        "holds": words.hold_rows(selectors.class_holds()),
    }
    return render(request, "reporting/retention/review.html", context)


def year_end(asked: str) -> dt.date:
    """The 1 April after the financial year that is asked for by the year it begins in; else after this one."""
    this = Quarter.containing(timezone.localdate()).year
    begins = (
        int(asked)
        if asked.isascii() and asked.isdigit() and len(asked) == 4 and 2000 <= int(asked) <= 2200
        else this
    )
    return dt.date(begins + 1, 4, 1)


@require_GET
def schedule(request: SignedInRequest) -> HttpResponse:
    """How long what is kept, from when, how it ends, and who says so."""
    gate.require(request.user, Permission.RETENTION_MANAGE)
    services.record_read(by=request.user, page="schedule")
    rows = words.schedule_rows(selectors.schedule())
    return render(request, "reporting/retention/schedule.html", {"rows": rows})


@require_GET
def holds(request: SignedInRequest) -> HttpResponse:
    """Legal holds in force, and those that were lifted."""
    page = page_of(selectors.holds(request.user, lifted=True), LENGTH, request.GET.get("page"))
    standing, lifted = list(selectors.holds(request.user)), list(page.object_list)
    services.record_read(by=request.user, page="holds", listed=[*standing, *lifted])
    context = {
        "rows": words.hold_rows(standing),
        "lifted": words.hold_rows(lifted),
        "page": page,
    }
    return render(request, "reporting/retention/holds.html", context)


@either
def hold_new(request: SignedInRequest) -> HttpResponse:
    """Hold a whole class of records."""
    gate.require(request.user, Permission.RETENTION_MANAGE)
    form = HoldForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        services.set_hold(
            scope=HoldScope(said["scope"]), record=None, authority=said["authority"], reason=said["reason"],
            review_on=said["review_on"], by=request.user, key=form.key,
        )  # fmt: skip
        messages.success(request, "The hold is set. Nothing it covers is disposed of.")
        return redirect("reporting:retention-holds")
    return render(request, "reporting/retention/hold_new.html", {"form": form})


@either
def hold_lift(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End a hold."""
    hold = selectors.hold_for(request.user, pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.lift_hold(hold=hold, why=form.cleaned_data["why"], by=request.user)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The hold is lifted.")
            return redirect("reporting:retention-holds")
    services.record_read(by=request.user, page="hold", listed=[hold])
    context = {"form": form, "hold": words.hold_rows([hold])[0]}
    return render(request, "reporting/retention/hold_lift.html", context)


@require_GET
def record(request: SignedInRequest, reference: str) -> HttpResponse:
    """One record: its class and day, what holds it, and exactly what would go."""
    found = selectors.record_by_reference(request.user, reference)
    run = dry_run(found.kind, found.pk)
    held_with = selectors.held_with(request.user, found.kind, found.pk, run)
    services.record_read(by=request.user, page="record", record=found, listed=held_with.told)
    state, colour = words.record_state(found, held=bool(held_with), is_done=held_with.is_done)
    context = {
        "record": found,
        "facts": words.record_facts(found),
        "state": state,
        "colour": colour,
        "holds": words.hold_rows(found.holds),
        "held_with": words.held_words(held_with),
        "run": run,
        "goes": words.goes_rows(run.counts),
        "destroyed": words.destroyed_rows(run),
        "left": words.left_rows(run),
        "may_propose": found.is_due(timezone.localdate()) and not (found.holds or held_with),
        "under_way": found.disposal if found.disposal and found.disposal.is_under_way else None,
    }
    return render(request, "reporting/retention/record.html", context)


@either
def record_hold(request: SignedInRequest, reference: str) -> HttpResponse:
    """Hold one record."""
    found = selectors.record_by_reference(request.user, reference)
    form = RecordHoldForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        services.set_hold(
            scope=HoldScope.RECORD, record=found, authority=said["authority"], reason=said["reason"],
            review_on=said["review_on"], by=request.user, key=form.key,
        )  # fmt: skip
        messages.success(request, "The record is held.")
        return redirect("reporting:retention-record", reference=reference)
    services.record_read(by=request.user, page="record-hold", record=found)
    return render(request, "reporting/retention/record_hold.html", {"form": form, "record": found})


@either
def record_keep(request: SignedInRequest, reference: str) -> HttpResponse:
    """Keep one record longer than its rule says."""
    found = selectors.record_by_reference(request.user, reference)
    form = KeepForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            services.keep_longer(
                record=found, reason=said["reason"], until=said["until"], by=request.user, key=form.key
            )
        except NotAllowedNow as refusal:
            form.add_error("until", refusal.message)
        else:
            messages.success(request, "The record is kept longer.")
            return redirect("reporting:retention-record", reference=reference)
    services.record_read(by=request.user, page="record-keep", record=found)
    return render(request, "reporting/retention/record_keep.html", {"form": form, "record": found})


@either
def record_propose(request: SignedInRequest, reference: str) -> HttpResponse:
    """Propose that a record goes: the first of two people."""
    found = selectors.record_by_reference(request.user, reference)
    proof.require(request)
    form = ProposalForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            made = services.propose(record=found, reason=reason, by=request.user, key=form.key)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Your proposal waits for a second person.")
            return redirect("reporting:disposal", pk=made.pk)
    run = dry_run(found.kind, found.pk)
    held_with = selectors.held_with(request.user, found.kind, found.pk, run)
    services.record_read(by=request.user, page="record-propose", record=found, listed=held_with.told)
    context = {
        "form": form, "record": found, "facts": words.record_facts(found), "run": run,
        "asks_police": found.kind == RecordKind.SUBMISSION,
        "held_with": words.held_words(held_with),
    }  # fmt: skip
    return render(request, "reporting/retention/record_propose.html", context)
