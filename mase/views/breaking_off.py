"""Taking back the start of a meeting that was not held after all, or was broken off."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases.presenters.banner import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.presenters import display_datetime
from mase.forms.breaking_off import BreakOffForm
from mase.models import MaseMeeting
from mase.selectors.meetings import held_pause, meeting_for
from mase.services import breaking_off, meeting_reading


@require_http_methods(["GET", "POST"])
def break_off(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Why, and when it is held instead; with no day it is cancelled."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    paused = held_pause(meeting.case, meeting)
    form = BreakOffForm(request.POST if request.method == "POST" else None, meeting=meeting, paused=paused)
    if request.method == "POST" and form.is_valid():
        try:
            changed = breaking_off.break_off(
                meeting=meeting, reason=form.cleaned_data["reason"], to=form.to, by=request.user,
                late_reason=form.cleaned_data["late_reason"] or "",
            )  # fmt: skip
            messages.success(request, _done(changed))
            return redirect("mase:meeting", pk=meeting.pk)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="not held")
    context = {"meeting": meeting, "banner": banner(meeting.case), "form": form}
    return render(request, "mase/meetings/not_held.html", context)


def _done(meeting: MaseMeeting) -> str:
    if not meeting.is_open:
        return "The meeting is cancelled. Everyone invited has been told."
    when = display_datetime(meeting.scheduled_for)
    return f"The meeting is booked for {when}. What was written stays. Everyone invited has been told."
