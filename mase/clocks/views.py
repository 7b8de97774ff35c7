"""The clock of a meeting: its rule, what held it up, and the one thing that can be said about it now."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.forms import PortalForm
from mase.clocks import services as clocks
from mase.clocks.forms import FORMS, LateForm, PauseForm, ResumeForm
from mase.clocks.selectors.clocks import Clock
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import meeting_for
from mase.meetings.services import meeting_reading


@either
def of_meeting(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The clock of a meeting that is booked or was held."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_VIEW, meeting)
    gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    back = reverse("mase:meeting", args=[meeting.pk])
    answer = _said(request, clocks.clock_now(meeting.case, meeting), meeting.case, meeting, back)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="clock")
    return answer


@either
def of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """The clock of a meeting that is still to be booked; once it is booked, the meeting's own."""
    case = gate.require(request.user, Permission.MEETING_SCHEDULE, case_for(request.user, reference))
    if booked := case.meetings.upcoming().first():
        return redirect("mase:clock", pk=booked.pk)
    back = reverse("mase:case-meetings", args=[case.reference])
    answer = _said(request, clocks.clock_now(case, None), case, None, back)
    record_view(case=case, by=request.user, page="clock")
    return answer


def _said(
    request: SignedInRequest, clock: Clock, case: Case, meeting: Meeting | None, back: str
) -> HttpResponse:
    data, today = request.POST if request.method == "POST" else None, timezone.localdate()
    form = FORMS[clock.state](data, initial={"day": today}) if clock.asks else None
    if form is not None and form.does(lambda: _act(form, case, meeting, request.user)):
        messages.success(request, "Saved.")
        return redirect(back)
    context = {"case": case, "banner": banner(case), "form": form, "clock": clock, "back": back}
    return render(request, "mase/meetings/clock.html", context)


def _act(form: PortalForm, case: Case, meeting: Meeting | None, by: User) -> None:
    told = form.cleaned_data
    match form:
        case PauseForm():
            clocks.pause(case=case, meeting=meeting, reason=told["reason"], starts_on=told["day"], by=by)
        case ResumeForm():
            clocks.resume(case=case, meeting=meeting, ends_on=told["day"], by=by)
        case LateForm() if meeting is not None:
            clocks.explain(meeting=meeting, reason=told["reason"], by=by)
