"""Graded reports: the list, one report, and the tab of a child's case."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.family.presenters import whom_to_ask
from cases.record.models.case import Case
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest
from intelligence.forms.working import ReportFilter
from intelligence.presenters import unit
from intelligence.selectors.reports import report_for, reports_about
from intelligence.selectors.reports import report_list as reports_page
from intelligence.services.viewing import record_report_view, record_reports


@require_GET
def report_list(request: SignedInRequest) -> HttpResponse:
    """The reports this person may see."""
    gate.require(request.user, Permission.REPORT_LIST)
    form = ReportFilter(request.GET)
    page = reports_page(request.user, **form.answers, page=request.GET.get("page", "1"))
    filters, q = sorted(form.answers), form.answers.get("q", "")
    keys = [each.pk for each in page]
    record_reports(shown=keys, by=request.user, searched=q, filters=filters, page=page.number)
    context = {"form": form, "chips": form.chips(request), "page": page, "rows": unit.reports(page)}
    return render(request, "intelligence/reports/list.html", context)


@require_GET
def report(request: SignedInRequest, reference: str) -> HttpResponse:
    """One report: graded lines, how to handle it, and what it is about."""
    found = report_for(request.user, reference)
    record_report_view(report=found, by=request.user)
    works = gate.can(request.user, Permission.INTELLIGENCE_GRADE)
    context = {
        "report": found,
        "rows": unit.report_rows(found),
        "links": unit.links(found),
        "works": works,
        "conditional": found.handling == "C",
    }
    return render(request, "intelligence/reports/detail.html", context)


@require_GET
def case_reports(request: SignedInRequest, reference: str) -> HttpResponse:
    """The Intelligence tab of a child's case: the reports about it that this person may read."""
    case = case_for(request.user, reference)
    gate.require(request.user, Permission.REPORT_LIST)
    page = reports_about(request.user, case, page=request.GET.get("page", "1"))
    keys = [each.pk for each in page]
    record_reports(shown=keys, by=request.user, case=case, page=page.number)
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": "intelligence",
        "ask": _whom_to_ask(request.user, case),
        "page": page,
        "rows": unit.reports(page),
    }
    return render(request, "intelligence/reports/case.html", context)


def _whom_to_ask(user: User, case: Case) -> str:
    """Whom to ask for the intelligence of a case; nothing for those who read it, whether or not there is any."""
    reads = gate.can(user, Permission.CASE_INTELLIGENCE_VIEW, case) or gate.can(
        user, Permission.INTELLIGENCE_GRADE
    )
    return "" if reads else whom_to_ask(case)
