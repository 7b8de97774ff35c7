"""The police intelligence unit's desk, and graded reports."""

import uuid
from collections.abc import Callable
from typing import Any

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
from cse_portal.audit.actions import Action
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.ui.forms import PortalForm
from intelligence.desk import presenters as unit
from intelligence.desk import services as desk
from intelligence.desk.forms import (
    NOMINAL_FORMS,
    ChosenForm,
    DetailForm,
    FeedbackForm,
    FindForm,
    InboxFilter,
    ReaderForm,
    ReportFilter,
    StandingForm,
    grade_forms,
    graded,
)
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.selectors import cases_found, nominals_found, person_in, report_for, reports_about
from intelligence.desk.selectors import report_list as reports_page
from intelligence.desk.services import record_report_view, record_reports, record_submission_view
from intelligence.subjects.models import LinkKind
from intelligence.submissions import presenters as words
from intelligence.submissions.models import IntelligenceSubmission, SubmissionState
from intelligence.submissions.selectors import inbox as inbox_page
from intelligence.submissions.selectors import source_of, submission_for
from intelligence.submissions.services import record_list


@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    """What has been sent to the unit, oldest first."""
    gate.require(request.user, Permission.INTELLIGENCE_GRADE)
    form = InboxFilter(request.GET)
    page = inbox_page(request.user, **form.answers, page=request.GET.get("page", "1"))
    record_list(action=Action.SUBMISSIONS_LISTED, by=request.user, list="inbox", page=page.number)
    context = {"form": form, "chips": form.chips(request), "page": page, "rows": unit.inbox(page)}
    return render(request, "intelligence/desk/inbox.html", context)


@require_POST
def receive(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take a submission on."""
    found = _to_work_on(request, reference)
    return _do(
        request, reference, lambda: desk.receive(submission=found, by=request.user),
        f"You have received {reference}. Grade it next.",
    )  # fmt: skip


@either
def return_for_detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask the author for more."""
    found = _to_work_on(request, reference)
    form = DetailForm(request.POST or None)
    if form.is_bound and form.is_valid():
        question = form.cleaned_data["question"]
        return _do(
            request, reference,
            lambda: desk.return_for_detail(submission=found, question=question, by=request.user),
            "The author has been asked.",
        )  # fmt: skip
    record_submission_view(submission=found, by=request.user)
    return render(request, "intelligence/desk/return.html", {"submission": found, "form": form})


@either
def grade(request: SignedInRequest, reference: str) -> HttpResponse:
    """Grade every line on one page."""
    found = _to_work_on(request, reference)
    if found.state != SubmissionState.RECEIVED:
        messages.warning(request, desk.NotReceived.message)
        return redirect("intelligence:submission", reference=reference)
    form, lines = grade_forms(found, request.POST or None)
    grades = graded(form, lines) if request.method == "POST" else None
    if grades is not None:
        said = form.cleaned_data
        return _do(
            request, reference,
            lambda: desk.grade(submission=found, grades=grades, by=request.user, **said),
            f"{reference} has been graded. Link its reports, then answer its author.",
        )  # fmt: skip
    record_submission_view(submission=found, by=request.user)
    context = {
        "submission": found, "form": form, "forms": lines, "lines": lines,
        "source": words.sections(found, source_of(found))[3:],
    }  # fmt: skip
    return render(request, "intelligence/desk/grade.html", context)


@either
def feedback(request: SignedInRequest, reference: str) -> HttpResponse:
    """Answer the author."""
    found = _to_work_on(request, reference)
    form = FeedbackForm(request.POST or None, to_system=found.author.is_system)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        return _do(
            request, reference,
            lambda: desk.answer(submission=found, by=request.user, key=form.key, **said),
            "The author has been answered.",
        )  # fmt: skip
    record_submission_view(submission=found, by=request.user)
    return render(request, "intelligence/desk/feedback.html", {"submission": found, "form": form})


def _to_work_on(request: SignedInRequest, reference: str) -> IntelligenceSubmission:
    return gate.require(request.user, Permission.SUBMISSION_WORK, submission_for(request.user, reference))


def _do(request: SignedInRequest, reference: str, act: Callable[[], object], done: str) -> HttpResponse:
    with warns(request):
        act()
        messages.success(request, done)
    return redirect("intelligence:submission", reference=reference)


@either
def link(request: SignedInRequest, reference: str, kind: str) -> HttpResponse:
    """Find a child, person, place or vehicle and link the report to it, or add a new one.

    Anyone who holds the child's intelligence reads the report from then on.
    """
    report = _to_link(request, reference)
    here = _kind(kind)
    chosen = request.method == "POST" and "chosen" in request.POST
    form = NOMINAL_FORMS[here](request.POST if request.method == "POST" and not chosen else None)
    if request.method == "POST":
        try:
            linked = _choose(request, report, here) if chosen else _add(request, report, here, form)
        except NotAllowedNow as error:
            form.add_error("reference" if form.is_bound else None, error.message)
            linked = False
        if linked:
            messages.success(request, f"The report has been linked to a {here.label.lower()}.")
            return redirect("intelligence:report", reference=reference)
    record_report_view(report=report, by=request.user)
    context = {"report": report, "kind": here, "form": form, **_found(request, here)}
    return render(request, "intelligence/desk/reports/link.html", context)


def _found(request: SignedInRequest, kind: LinkKind) -> dict[str, Any]:
    """What is looked for, and the records like it that this person may link; a search for a child is on record."""
    find = FindForm(request.GET)
    q, child = find.answers.get("q", ""), kind == LinkKind.CHILD
    cases = list(cases_found(request.user, q)) if child else []
    if q:
        record_list(
            action=Action.CASES_SEARCHED, by=request.user, cases=cases, searched=q, fields=[kind.value]
        )
    found = unit.cases_found(cases) if child else unit.nominals_found(nominals_found(request.user, kind, q))
    return {"find": find, "forms": [find], "q": q, "found": found, "child": child}


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


@either
def standing(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Where a person of concern stands now."""
    report = _to_link(request, reference)
    person = person_in(request.user, report, pk)
    now = {"standing": person.standing, "standing_since": person.standing_since}
    form = StandingForm(request.POST or None, initial=now)
    if form.is_bound and form.is_valid():
        desk.change_standing(report=report, person=person, by=request.user, **form.cleaned_data)
        messages.success(request, f"The standing of {person.name} is now as you said.")
        return redirect("intelligence:report", reference=reference)
    record_report_view(report=report, by=request.user)
    context = {"report": report, "person": person, "form": form}
    return render(request, "intelligence/desk/reports/standing.html", context)


def _choose(request: SignedInRequest, report: IntelligenceReport, kind: LinkKind) -> bool:
    form = ChosenForm(request.POST)
    if not form.is_valid():
        return False
    if kind == LinkKind.CHILD:
        return bool(desk.link_case(report=report, reference=form.cleaned_data["chosen"], by=request.user))
    key = form.nominal_id
    return bool(key and desk.link_nominal(report=report, kind=kind, nominal_id=key, by=request.user))


def _add(request: SignedInRequest, report: IntelligenceReport, kind: LinkKind, form: PortalForm) -> bool:
    if not form.is_valid():
        return False
    said = form.cleaned_data
    if kind == LinkKind.CHILD:
        return bool(desk.link_case(report=report, reference=said["reference"], by=request.user))
    return bool(desk.add_nominal(report=report, kind=kind, fields=said, by=request.user, key=form.key))


def _to_link(request: SignedInRequest, reference: str) -> IntelligenceReport:
    report = report_for(request.user, reference)
    gate.require(request.user, Permission.INTELLIGENCE_GRADE)
    return report


def _kind(value: str) -> LinkKind:
    if value not in LinkKind.values:
        raise NotVisible
    return LinkKind(value)


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
