"""The support of one child, and the list of services with a page of each."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.record.forms import RecordForm
from cases.record.models.case import Case
from cases.record.selectors import case_for
from cases.record.views import case_page
from cases.support import selectors, services
from cases.support.forms import PROGRESS, ReferForm
from cases.support.models import Service
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either

TAB = "support"


@require_GET
def support_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """Everything that was asked for a child, and what became of it."""
    case = case_for(request.user, reference)
    return case_page(
        request, case, "cases/support/list.html", TAB, current_tab=TAB,
        referrals=selectors.support_of(request.user, case),
        may_record=case.is_open and gate.can(request.user, Permission.CASE_CHANGE, case),
    )  # fmt: skip


@either
def support_refer(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask a service, or record that none meets the need."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    form = ReferForm(request.POST or None)
    if form.does(lambda: services.refer(case=case, by=request.user, key=form.key, **form.said)):
        asked = form.said["service"]
        messages.success(
            request, f"{asked.name} is asked." if asked else "Recorded: no service meets this need."
        )
        return redirect("cases:support", reference=case.reference)
    return _draw(request, case, form, "Refer to a service", "Save the referral")


@either
def support_progress(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """What became of it. When two people wrote at once, both texts are shown and none is lost."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    row = selectors.referral_for(request.user, case, pk)
    form = RecordForm(request.POST or None, row=row, only=PROGRESS)
    if form.saves(
        lambda: services.record_progress(
            referral=row, said=form.said, version=form.drawn_at, by=request.user
        ),
        newest=lambda: selectors.referral_for(request.user, case, pk),
    ):
        messages.success(request, "What became of it is recorded.")
        return redirect("cases:support", reference=case.reference)
    return _draw(request, case, form, str(row), "Save")


def _draw(
    request: SignedInRequest,
    case: Case,
    form: RecordForm | ReferForm,
    heading: str,
    button: str,
) -> HttpResponse:
    return case_page(
        request, case, "cases/support/form.html", TAB, form=form, heading=heading, button=button,
        back=reverse("cases:support", args=[case.reference]), back_to="Services and support",
    )  # fmt: skip


@require_GET
def service_list(request: SignedInRequest) -> HttpResponse:
    """The services, what they offer and who waits."""
    listed = list(selectors.services(request.user))
    services.record_services_view(by=request.user)
    context = {
        "services": listed,
        "sees_children": gate.can(request.user, Permission.CASE_LIST),
        "may_change": gate.can(request.user, Permission.SERVICE_CHANGE),
    }
    return render(request, "cases/support/services.html", context)


@require_GET
def service(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One service: what it offers, who waits and how it does."""
    row = selectors.service_for(request.user, pk)
    found = selectors.figures_of(request.user, row)
    services.record_services_view(by=request.user, service=row, shown=[each.case for each in found.waiting])
    context = {
        "service": row, "found": found, "sees_children": gate.can(request.user, Permission.CASE_LIST),
        "may_change": gate.can(request.user, Permission.SERVICE_CHANGE),
    }  # fmt: skip
    return render(request, "cases/support/service.html", context)


@either
def service_add(request: SignedInRequest) -> HttpResponse:
    """Put a service on the list."""
    gate.require(request.user, Permission.SERVICE_CHANGE)
    return _keep(request, Service(), "Add a service")


@either
def service_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what the list says of a service."""
    gate.require(request.user, Permission.SERVICE_CHANGE)
    return _keep(request, selectors.service_for(request.user, pk), "Change the service")


def _keep(request: SignedInRequest, row: Service, heading: str) -> HttpResponse:
    form, stored = RecordForm(request.POST or None, row=row), not row._state.adding
    if form.saves(
        lambda: services.keep_service(
            service=row, said=form.said, version=form.drawn_at, by=request.user, key=form.key
        ),
        newest=lambda: selectors.service_for(request.user, row.pk),
    ):
        messages.success(request, "The list of services is changed.")
        return redirect(form.done)
    services.record_services_view(by=request.user, service=row if stored else None)
    back = row.get_absolute_url() if stored else reverse("cases:services")
    context = {"form": form, "heading": heading, "back": back, "button": "Save the service"}
    return render(request, "layouts/form.html", context)
