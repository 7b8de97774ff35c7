"""Graded reports: their list, one report, a case's tab, and what the unit does with one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cases.family.presenters import contact_for_address
from cases.record.models.case import Case
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest, either, warns
from intelligence.desk import presenters as unit
from intelligence.desk import services as desk
from intelligence.desk.forms import ReaderForm, ReportFilter
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.selectors import report_for, reports_about
from intelligence.desk.selectors import report_list as reports_page
from intelligence.desk.services import record_report_view, record_reports


@either
def readers(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who reads a report with conditions; name one more."""
    report = _to_link(request, reference)
    form = ReaderForm(request.POST or None)
    if form.does(lambda: desk.name_reader(report=report, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{form.cleaned_data['reader'].full_name} may now read {reference}.")
        return redirect("intelligence:report", reference=reference)
    record_report_view(report=report, by=request.user)
    return render(request, "intelligence/desk/reports/readers.html", {"report": report, "form": form})


def _to_link(request: SignedInRequest, reference: str) -> IntelligenceReport:
    report = report_for(request.user, reference)
    gate.require(request.user, Permission.INTELLIGENCE_GRADE)
    return report


@require_POST
def withdraw(request: SignedInRequest, reference: str) -> HttpResponse:
    """Recall a report from everyone who opened it."""
    report = _to_link(request, reference)
    with warns(request):
        desk.withdraw(report=report, reason=request.POST.get("reason", "").strip()[:500], by=request.user)
        messages.success(request, f"{reference} has been withdrawn, and its readers have been told.")
    return redirect("intelligence:report", reference=reference)


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
    return render(request, "intelligence/desk/reports/list.html", context)


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
    return render(request, "intelligence/desk/reports/detail.html", context)


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
    return render(request, "intelligence/desk/reports/case.html", context)


def _whom_to_ask(user: User, case: Case) -> str:
    """Whom to ask for the intelligence of a case; nothing for those who read it, whether or not there is any."""
    reads = gate.can(user, Permission.CASE_INTELLIGENCE_VIEW, case) or gate.can(
        user, Permission.INTELLIGENCE_GRADE
    )
    return "" if reads else contact_for_address(case)
