"""Board reports, attendance, and the strategy's measures of success."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.files.store import digest
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.keys import new_key
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import render_pdf
from mase.strategy.selectors import last_decisions, plan
from reporting.board import selectors, services
from reporting.board.presenters import attendance as attendance_in_words
from reporting.board.presenters import strategy as words
from reporting.board.selectors import attendance_record
from reporting.measures.models import Dimension
from reporting.returns.forms import PublishForm
from reporting.returns.selectors.behind import leading_on
from reporting.returns.services import returns
from reporting.returns.services.returns import record_report, record_success


@require_GET
def attendance(request: SignedInRequest) -> HttpResponse:
    """How each agency answered its invitations, quarter by quarter."""
    record = attendance_record(request.user)
    returns.record_attendance(by=request.user)
    linked = ("D3", Dimension.ANSWER) in leading_on(request.user)
    context = {"attendance": attendance_in_words.page(record, linked=linked)}
    return render(request, "reporting/board/attendance.html", context)


@require_GET
def reports(request: SignedInRequest) -> HttpResponse:
    """Published reports, newest quarter first; for the analyst also the quarters without one."""
    context = {
        "reports": selectors.reports(request.user),
        "waiting": selectors.waiting_for_report(request.user),
    }
    return render(request, "reporting/board/board_reports.html", context)


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
    return render(request, "reporting/board/publish.html", context)


@require_GET
def download(request: SignedInRequest, quarter: str) -> HttpResponse:
    """The report as PDF; the audit notes who took it."""
    report = selectors.find_report(request.user, quarter)
    with warns(request):
        pdf = services.download(report=report, by=request.user)
        name = f"board-report-{report.regional_return.quarter}.pdf"
        return attachment(pdf, name=name, content_type="application/pdf")
    return redirect("reporting:reports")


@require_GET
def success(request: SignedInRequest) -> HttpResponse:
    """What the strategy says success is, and what the published figures tell of it."""
    found = words.success(selectors.success(request.user), leading=leading_on(request.user))
    record_success(by=request.user)
    return render(request, "reporting/board/success.html", {"success": found})


@require_GET
def report(request: SignedInRequest) -> HttpResponse:
    """The plan as it stands and the measures of success, as PDF; the audit notes who took it."""
    gate.require(request.user, Permission.STRATEGIC_VIEW)
    copy = new_key()
    document = words.report(
        words.state(plan(request.user), last_decisions(request.user)),
        selectors.success(request.user),
        reader=request.user,
        copy=copy,
    )
    pdf = render_pdf("pdf/strategy_report.html", {"r": document})
    record_report(copy=copy, sha256=digest(pdf), by=request.user)
    name = f"strategy-report-{timezone.localdate():%Y-%m-%d}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")
