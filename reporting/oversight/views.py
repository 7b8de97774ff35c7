"""The privacy officer's pages: what waits for a verdict, who looked at a child, what somebody looked at."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of
from reporting.oversight import services
from reporting.oversight.forms import CASE, LookUpForm, SearchesForm, VerdictForm
from reporting.oversight.presenters import (
    event_rows,
    finding_row,
    finding_rows,
    post_rows,
    reason_without_verdict,
)
from reporting.oversight.selectors import oversight as selectors

LENGTH = 25


@either
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for a verdict; and where to look somebody or some case up."""
    gate.require(request.user, Permission.AUDIT_VIEW)
    form = LookUpForm(request.POST or None, by=request.user)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["about"] == CASE and form.case is not None:
            return redirect("reporting:audit-case", reference=form.case.reference)
        return redirect("reporting:audit-person", pk=form.cleaned_data["person"].user_id)
    page = page_of(selectors.findings(request.user), LENGTH, request.GET.get("page"))
    found = list(page.object_list)
    services.record_read(by=request.user, page="findings", shown=found)
    context = {"form": form, "page": page, "rows": finding_rows(found)}
    return render(request, "reporting/oversight/queue.html", context)


@require_GET
def decided(request: SignedInRequest) -> HttpResponse:
    """What has its verdict, the newest first."""
    found = selectors.findings(request.user, decided=True)
    page = page_of(found, LENGTH, request.GET.get("page"))
    shown = list(page.object_list)
    services.record_read(by=request.user, page="decided", shown=shown)
    context = {"page": page, "rows": finding_rows(shown)}
    return render(request, "reporting/oversight/decided.html", context)


@either
def finding(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One finding: why it is here, what lies behind it, and the verdict."""
    found = selectors.finding_for(request.user, pk)
    form = VerdictForm(request.POST or None)
    if form.does(lambda: services.decide(finding=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "Your verdict is recorded.")
        return redirect("reporting:audit")
    behind = selectors.events_behind(request.user, found)
    services.record_read(by=request.user, page="finding", person=found.actor, shown=[found, *behind])
    context = {
        "form": form, "own": reason_without_verdict(found, request.user), "finding": found, "row": finding_row(found),
        "events": event_rows(behind),
    }  # fmt: skip
    return render(request, "reporting/oversight/finding.html", context)


@either
def searches(request: SignedInRequest) -> HttpResponse:
    """Who searched for a name: asked by post, so that it is in no address."""
    gate.require(request.user, Permission.AUDIT_VIEW)
    form = SearchesForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    found: list[AuditEvent] = []
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            found = selectors.searches_for(request.user, words)
            context["rows"] = event_rows(found)
        except NotAllowedNow as refusal:
            form.add_error("words", refusal.message)
        services.record_read(by=request.user, page="searches", words=words, shown=found)
    else:
        services.record_read(by=request.user, page="searches")
    return render(request, "reporting/oversight/searches.html", context)


@require_GET
def of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who looked at a child's case and who changed it, the latest first."""
    case, events = selectors.events_of_case(request.user, reference)
    page = page_of(events, LENGTH, request.GET.get("page"))
    rows = event_rows(page.object_list)
    services.record_read(by=request.user, page="case", case=case)
    context = {"reference": case.reference, "page": page, "rows": rows}
    return render(request, "reporting/oversight/case.html", context)


@require_GET
def of_person(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What somebody looked at and did, the latest first."""
    person = selectors.person_to_read(request.user, pk)
    page = page_of(selectors.events_of_person(request.user, person), LENGTH, request.GET.get("page"))
    shown = list(page.object_list)
    services.record_read(by=request.user, page="person", person=person, shown=shown)
    rows = event_rows(shown)
    posts = post_rows(selectors.posts_of(person))
    context = {"person": person, "posts": posts, "page": page, "rows": rows}
    return render(request, "reporting/oversight/person.html", context)
