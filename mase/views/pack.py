"""The papers of a meeting, for one reader."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.downloads import attachment
from cse_portal.ui.marking import Mark, marked
from cse_portal.ui.pdf import compose, draw
from mase.presenters.pack import pack as document
from mase.selectors.meetings import meeting_for
from mase.selectors.pack import pack_record
from mase.services import pack as services


@require_GET
def pack(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Made on demand, of what this reader may see now, with their name on every page."""
    meeting = meeting_for(request.user, pk)
    try:
        taken = services.take(meeting=meeting, by=request.user)
    except NotAllowedNow as refusal:
        messages.warning(request, refusal.message)
        return redirect("mase:meeting", pk)
    page = compose("pdf/pack.html", {"p": document(pack_record(request.user, meeting))})
    mark = Mark(taken.copy, taken.reader, taken.agency, taken.taken_at)
    name = f"papers-{meeting.case.reference}.pdf"
    return attachment(draw(marked(page, mark)).pdf, name=name, content_type="application/pdf")
