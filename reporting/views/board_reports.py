"""The board's reports: the list, publishing one, downloading one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.downloads import attachment
from reporting.forms.returns import PublishForm
from reporting.selectors import board_reports as selectors
from reporting.services import board_reports as services


@require_GET
def reports(request: SignedInRequest) -> HttpResponse:
    """Published reports, newest quarter first; for the analyst also the quarters without one."""
    context = {
        "reports": selectors.reports(request.user),
        "waiting": selectors.waiting_for_report(request.user),
    }
    return render(request, "reporting/board_reports.html", context)


@either
def publish(request: SignedInRequest, quarter: str) -> HttpResponse:
    """The analyst's words, then the job that makes the report."""
    regional_return = selectors.return_to_publish(request.user, quarter)
    form = PublishForm(request.POST or None)
    if form.does(
        lambda: services.publish(
            regional_return=regional_return, narrative=form.cleaned_data["narrative"], by=request.user
        )
    ):
        return redirect("jobs:progress", form.done.pk)
    context = {"form": form, "regional_return": regional_return}
    return render(request, "reporting/publish_board_report.html", context)


@require_GET
def download(request: SignedInRequest, quarter: str) -> HttpResponse:
    """The report as PDF; the audit notes who took it."""
    report = selectors.find_report(request.user, quarter)
    try:
        pdf = services.download(report=report, by=request.user)
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
        return redirect("reporting:reports")
    name = f"board-report-{report.regional_return.quarter}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")
