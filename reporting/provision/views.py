"""Services for children against need, and prevention against harm."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.support.services import record_services_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest
from reporting.prevention.services import record_view
from reporting.provision import presenters as words
from reporting.provision import selectors


@require_GET
def support(request: SignedInRequest) -> HttpResponse:
    """For those who commission: needs met and unmet, waits, endings and feedback."""
    told = selectors.support(request.user)
    record_services_view(by=request.user)
    context = {
        "told": told, "tables": words.tables(told), "lists": gate.can(request.user, Permission.SERVICE_LIST),
    }  # fmt: skip
    return render(request, "reporting/provision/support.html", context)


@require_GET
def prevention(request: SignedInRequest) -> HttpResponse:
    """Wards with much harm and no prevention first."""
    found = selectors.prevention(request.user)
    record_view(by=request.user, page="wards")
    context = {"found": found, "rows": words.rows(found), "maps": words.maps(found)}
    return render(request, "reporting/provision/prevention.html", context)
