"""The page of a meeting's minutes, and the file itself."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.presenters.banner import banner
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.presenters import progress
from cse_portal.jobs.views import REFRESH_SECONDS, SignedInRequest
from cse_portal.ui.downloads import attachment
from mase.choices import MeetingState
from mase.selectors.minutes import meeting_with_minutes, minutes_of
from mase.services import meeting_reading
from mase.services import minutes as services


@require_http_methods(["GET", "POST"])
def minutes(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ready to download, or on their way; asked for again where the making failed."""
    meeting = meeting_with_minutes(request.user, pk)
    if request.method == "POST":
        try:
            services.queue(meeting=meeting, by=request.user)
        except NotAllowedNow as refusal:
            messages.error(request, refusal.message)
        return redirect("mase:minutes", pk)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="minutes")
    found = minutes_of(meeting)
    job = progress(found.job) if found and found.job and not found.is_ready else None
    updating = job is not None and not job.is_finished and request.GET.get("updates") != "off"
    context = {
        "meeting": meeting,
        "case": meeting.case,
        "banner": banner(meeting.case),
        "minutes": found,
        "ended": meeting.state == MeetingState.ENDED,
        "job": job,
        "updating": updating,
    }
    page = render(request, "mase/minutes/minutes.html", context)
    if updating:
        page["Refresh"] = str(REFRESH_SECONDS)
    return page


@require_GET
def download(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The PDF, to nobody but whom the gate lets; no copy stays in a cache."""
    meeting = meeting_with_minutes(request.user, pk)
    try:
        pdf = services.download(meeting=meeting, by=request.user)
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
        return redirect("mase:minutes", pk)
    name = f"minutes-{meeting.case.reference}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")
