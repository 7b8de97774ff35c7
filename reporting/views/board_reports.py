"""The board's reports: the list, publishing one, downloading one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cse_portal.jobs.views import SignedInRequest
from reporting.selectors import board_reports as selectors


@require_GET
def reports(request: SignedInRequest) -> HttpResponse:
    """Published reports, newest quarter first."""
    return render(request, "reporting/board_reports.html", {"reports": list(selectors.reports(request.user))})
