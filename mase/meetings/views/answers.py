"""Answering an invitation, and taking a meeting into one's own calendar or its papers along."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.downloads import attachment
from cse_portal.ui.icalendar import calendar_file
from cse_portal.ui.marking import Mark, marked
from cse_portal.ui.pdf import compose, draw
from mase.meetings.forms.answers import AnswerForm
from mase.meetings.models.meeting import MaseMeeting
from mase.meetings.presenters.pack import pack as document
from mase.meetings.selectors.answers import current_answer, invitation_of
from mase.meetings.selectors.meetings import meeting_for
from mase.meetings.selectors.pack import pack_record
from mase.meetings.selectors.seats import name_of
from mase.meetings.services import answers, meeting_reading
from mase.meetings.services import pack as services
from mase.meetings.services.calendars import NAME, event_for


@require_http_methods(["GET", "POST"])
def answer(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Whether somebody who is asked will come; anyone who changes by that who has sight proves who they are."""
    meeting = meeting_for(request.user, pk)
    invitation = invitation_of(meeting, key)
    own = answers.is_own(invitation, request.user)
    if own:
        gate.require(request.user, Permission.MEETING_CONTRIBUTE, meeting)
    else:
        gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    before = current_answer(invitation, meeting)
    form = AnswerForm(
        request.POST if request.method == "POST" else None, invitation=invitation, own=own,
        initial=AnswerForm.values_of(before, invitation),
    )  # fmt: skip
    if form.does(lambda: answers.answer(invitation=invitation, given=form.answer, by=request.user)):
        messages.success(request, "The answer is saved.")
        return _back(request, meeting)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="answer")
    context = {
        "meeting": meeting, "banner": banner(meeting.case), "form": form, "who": name_of(invitation), "own": own,
    }  # fmt: skip
    return render(request, "mase/meetings/answer.html", context)


def _back(request: SignedInRequest, meeting: MaseMeeting) -> HttpResponse:
    """To the meeting, unless the answer gave this person's sight of it to their deputy."""
    if gate.can(request.user, Permission.CASE_VIEW, meeting.case):
        return redirect("mase:meeting", pk=meeting.pk)
    return redirect("mase:meetings")


@require_GET
def calendar(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The meeting for one's own calendar, in which nothing of the child is."""
    meeting = meeting_for(request.user, pk)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="calendar")
    event = event_for(meeting, request.user)
    kind = f"text/calendar; method={event.method}; charset=utf-8"
    return attachment(calendar_file(event).encode(), name=NAME, content_type=kind)


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
