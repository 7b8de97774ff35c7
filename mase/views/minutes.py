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
from mase.choices import Audience, MeetingState
from mase.selectors.minutes import audience_of, meeting_with_minutes, minutes_of
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
        "full": audience_of(request.user, meeting) is Audience.FULL,
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
    """This reader's copy, to nobody but whom the gate lets; it stays in no cache."""
    return _hand_out(request, pk)


@require_GET
def download_open(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The copy without the restricted part, for those who have the other and must give one away."""
    return _hand_out(request, pk, Audience.OPEN)


def _hand_out(request: SignedInRequest, pk: uuid.UUID, audience: Audience | None = None) -> HttpResponse:
    meeting = meeting_with_minutes(request.user, pk)
    try:
        given = services.download(meeting=meeting, by=request.user, audience=audience)
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
        return redirect("mase:minutes", pk)
    kind = "-restricted" if given.audience is Audience.FULL else ""
    name = f"minutes-{meeting.case.reference}{kind}.pdf"
    return attachment(given.pdf, name=name, content_type="application/pdf")
