"""An agency's report before a meeting, and the page of anyone who follows up those that are missing."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.ui.presenters import display_date, display_time
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.forms.reports import ReportForm, TakeForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import AgencyInformation
from mase.meetings.presenters.meeting import Conflict, conflict_of
from mase.meetings.presenters.reports import report_lines
from mase.meetings.selectors.meetings import meeting_for
from mase.meetings.selectors.record import one_of, restricted_record
from mase.meetings.selectors.reports import agency_reports, own_report, reports_due_on
from mase.meetings.selectors.suggestions import suggestions
from mase.meetings.services import meeting_reading, reports
from mase.plans.choices import PlanP


@require_http_methods(["GET", "POST"])
def report(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What one's agency brings to the meeting: a draft saved as it is written, and sent with a button."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_CONTRIBUTE, meeting)
    row = own_report(request.user, meeting)
    form = ReportForm(request.POST if request.method == "POST" else None, initial=ReportForm.values_of(row))
    sends, conflict = "send" in request.POST, None
    if request.method == "POST" and form.is_valid() and not (sends and form.refuse_empty()):
        try:
            keep = reports.save_and_send if sends else reports.save
            kept = keep(information=row, report=form.report, edit=form.edit, by=request.user)
            drafts.saved(request)
            return _sent(request, kept) if sends else _saved(request, kept)
        except SomeoneElseSaved as stale:
            conflict = conflict_of(form, stale.theirs)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
    return _page(request, row, form, conflict)


def _sent(request: SignedInRequest, row: AgencyInformation) -> HttpResponse:
    messages.success(request, "The report is sent. Everybody who sees the meeting can read it now.")
    return redirect("mase:meeting", pk=row.meeting_id)


def _saved(request: SignedInRequest, row: AgencyInformation) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, "The draft is saved. Nobody else reads it until you send it.")
        return redirect("mase:report", pk=row.meeting_id)
    context = {"at": display_time(timezone.localtime()), "version": row.version}
    return render(request, "mase/meetings/_report_saved.html", context)


def _page(
    request: SignedInRequest, row: AgencyInformation, form: ReportForm, conflict: Conflict | None
) -> HttpResponse:
    meeting = row.meeting
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "mase/meetings/_not_saved.html", {"form": form, "conflict": conflict})
    meeting_reading.record_view(meeting=meeting, by=request.user, page="report")
    context = {
        "meeting": meeting, "banner": banner(meeting.case), "form": form, "row": row, "conflict": conflict,
        "due": display_date(reports_due_on(meeting)),
    }  # fmt: skip
    return render(request, "mase/meetings/report.html", context, status=409 if conflict else 200)


@require_POST
def take_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The report is a draft again."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_CONTRIBUTE, meeting)
    with warns(request):
        reports.take_back(information=own_report(request.user, meeting), by=request.user)
        messages.success(request, "The report is a draft again. Nobody else reads it until you send it.")
        return redirect("mase:report", pk=meeting.pk)
    return redirect("mase:meeting", pk=meeting.pk)


@require_GET
def overview(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Whose report is in, who is writing, who has not begun."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="reports")
    context = {
        "meeting": meeting, "banner": banner(meeting.case), "due": display_date(reports_due_on(meeting)),
        "lines": report_lines(agency_reports(meeting), meeting),
    }  # fmt: skip
    return render(request, "mase/meetings/reports.html", context)


@require_POST
def ask(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Remind an agency of its report."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    with warns(request):
        reports.ask_again(meeting=meeting, agency=_asked(meeting, key), by=request.user)
        messages.success(request, "The agency has been reminded.")
    return redirect("mase:reports", pk=meeting.pk)


def _asked(meeting: Meeting, key: uuid.UUID) -> Agency:
    for each in agency_reports(meeting):
        if each.agency.pk == key:
            return each.agency
    raise NotVisible


@require_POST
def take(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """An action that an agency suggested goes into the plan."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_CHAIR, meeting)
    form = TakeForm({"p": request.POST.get(f"{key}-choice", request.POST.get("p"))})
    p = PlanP(form.cleaned_data["p"]) if form.is_valid() else PlanP.PROTECT
    rows = restricted_record(
        request.user, meeting
    ).information  # what is taken need not be on the screen any more
    found = {line: row.pk for row in rows for line, _ in suggestions(row)}
    if key not in found:
        raise NotVisible
    with warns(request):
        reports.take_suggestion(information=one_of(rows, found[key]), key=key, p=p, by=request.user)
        messages.success(request, "The action is in the plan.")
    return redirect("mase:meeting", pk=meeting.pk)
