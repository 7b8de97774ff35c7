"""The measures of success, and the report on the strategy to the board."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cse_portal.files.store import digest
from cse_portal.jobs.views import SignedInRequest
from cse_portal.keys import new_key
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import render_pdf
from reporting.presenters import strategy as words
from reporting.selectors import strategy as selectors
from reporting.selectors.behind import leading_on
from reporting.services.viewing import record_report, record_success


@require_GET
def success(request: SignedInRequest) -> HttpResponse:
    """What the strategy says success is, and what the published figures tell of it."""
    found = words.success(selectors.success(request.user), leading=leading_on(request.user))
    record_success(by=request.user)
    return render(request, "reporting/success.html", {"success": found})


@require_GET
def report(request: SignedInRequest) -> HttpResponse:
    """The plan as it stands and the measures of success, as PDF; the audit notes who took it."""
    copy = new_key()
    document = words.report(selectors.strategy_facts(request.user), reader=request.user, copy=copy)
    pdf = render_pdf("pdf/strategy_report.html", {"r": document})
    record_report(copy=copy, sha256=digest(pdf), by=request.user)
    name = f"strategy-report-{timezone.localdate():%Y-%m-%d}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")
