"""What an agency brings to a meeting, what of it goes into the plan, and who is reminded of it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.ui.presenters import display_date
from mase.clocks.selectors.clocks import report_due
from mase.meetings.choices import KINDS, Stage
from mase.meetings.errors import MeetingNotEditable, SomeoneElseSaved
from mase.meetings.forms.reports import BoxesForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import meeting_for
from mase.meetings.selectors.record import one_of, record_for
from mase.meetings.selectors.reports import own_report
from mase.meetings.services import meeting_reading, reports
from mase.meetings.views.live import address


@require_http_methods(["GET", "POST"])
def report(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What one's agency brings to the meeting: sent with one press, and added to until the meeting ends."""
    meeting = meeting_for(request.user, pk)
    who = gate.require_standing(request.user, Permission.MEETING_CONTRIBUTE, meeting)
    form = _form(request, meeting)
    if request.method == "POST" and form.is_valid() and not form.refuse_empty():
        try:
            reports.contribute(meeting=meeting, agency=who.agency, boxes=form.boxes, by=request.user)
        except SomeoneElseSaved:  # in this very moment: the boxes as they are now tell both texts
            form = _form(request, meeting)
            form.is_valid()
        except MeetingNotEditable as refusal:
            drafts.keep_posted(request)
            form.add_error(None, f"{refusal.message} {drafts.KEPT_AS_DRAFT}")
        else:
            drafts.saved(request)
            messages.success(request, "Sent. Everybody who sees the meeting can read it now.")
            return redirect("mase:report", pk=meeting.pk)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="report")
    context = {
        "meeting": meeting, "banner": banner(meeting.case), "form": form, "agency": who.agency,
        "due": display_date(report_due(meeting)), "sent": any(each.added for each in form.drawn),
    }  # fmt: skip
    return render(request, "mase/meetings/report.html", context, status=409 if form.errors else 200)


def _form(request: SignedInRequest, meeting: Meeting) -> BoxesForm:
    data = request.POST if request.method == "POST" else None
    return BoxesForm(data, rows=own_report(request.user, meeting), kinds=KINDS, by=request.user)


@require_POST
def ask(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Remind an agency of its report."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    agency = one_of(record_for(request.user, meeting).reporting, key)
    with warns(request):
        reports.ask_again(meeting=meeting, agency=agency, by=request.user)
        messages.success(request, "The agency has been reminded.")
    return redirect(address(meeting, Stage.NEW))


@require_POST
def take(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """An action that an agency suggested goes into the plan, on the P of its box."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_NOTE, meeting)
    # What is taken need not be on the screen any more.
    rows = record_for(request.user, meeting, alone=True).contributions
    box = next((row for row in rows if key in dict(row.suggestions)), None)
    if box is None:
        raise NotVisible
    with warns(request):
        reports.take_suggestion(box=box, key=key, by=request.user)
        messages.success(request, "The action is in the plan.")
    return redirect(address(meeting, Stage.NEW))
