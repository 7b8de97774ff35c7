"""Who gets the minutes of a meeting: the chair's list, at the meeting and after it, and the sending itself."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.views import SignedInRequest
from mase.forms.circulation import CirculationForm
from mase.models import MaseMeeting
from mase.presenters.circulation import after_all_words, left_out_words, saved_words
from mase.presenters.minutes_words import place
from mase.selectors.circulation import Circulation, circulation, has_list, left_out_row
from mase.selectors.meetings import meeting_for
from mase.services import meeting_reading
from mase.services import minutes as services
from mase.views.minutes_steps import chaired

either = require_http_methods(["GET", "POST"])
FAMILY = "A child or parent is in the room, so this list is not shown. Open it again when they have left."


@either
def people(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Leave somebody out, before the minutes are sent out or later; send them to somebody after all, with one press."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    if not has_list(meeting):
        raise NotVisible
    if "add" in request.POST:
        return _after_all(request, meeting)
    if request.method == "GET" and meeting.is_open and meeting.family_in_room:
        messages.warning(request, FAMILY)
        return redirect("mase:meeting", pk)
    found = circulation(meeting)
    form = CirculationForm(request.POST or None, recipients=found.getting)
    if request.method == "POST" and form.is_valid():
        try:
            rows = services.leave_out(meeting=meeting, whom=form.leaving_out, by=request.user)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, saved_words(rows))
            return redirect("mase:minutes-people", pk)
    return _people_page(request, meeting, found, form)


@either
def send_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the minutes out, or out again, to everybody on the list who keeps their tick."""
    meeting, minutes = chaired(request, pk)
    found = circulation(meeting)
    form = CirculationForm(request.POST or None, recipients=found.getting)
    if request.method == "POST" and form.is_valid():
        leaving_out = form.leaving_out
        try:
            version = services.circulate(meeting=meeting, by=request.user, leaving_out=leaving_out)
        except NotAllowedNow as refusal:
            if not leaving_out:
                messages.warning(request, refusal.message)
                return redirect("mase:minutes", pk)
            form.add_error(None, refusal.message)
        else:
            words = (
                f"Version {version.number} is on its way. Everybody who was asked and gets it has been told."
            )
            messages.success(request, words)
            return redirect("mase:minutes", pk)
    again = minutes.circulated_at is not None
    heading = "Send the minutes out again" if again else "Send the minutes out"
    return _page(request, meeting, found, form, heading=heading, button=heading, sends=True)


def _after_all(request: SignedInRequest, meeting: MaseMeeting) -> HttpResponse:
    """What stands unsaved in the boxes of the same page comes back as it was."""
    try:
        key = uuid.UUID(request.POST["add"])
    except ValueError:
        raise NotVisible from None
    given = services.send_after_all(row=left_out_row(meeting, key), by=request.user)
    names = [each.full_name for each in given.told]
    messages.success(request, after_all_words(given.row.who, names, is_out=given.is_out, until=given.until))
    if "seen" not in request.POST:
        return redirect("mase:minutes-people", meeting.pk)
    found = circulation(meeting)
    form = CirculationForm(request.POST, recipients=found.getting, quiet=True)
    return _people_page(request, meeting, found, form)


def _people_page(
    request: SignedInRequest, meeting: MaseMeeting, found: Circulation, form: CirculationForm
) -> HttpResponse:
    return _page(request, meeting, found, form, heading="Who gets the minutes", button="Save the list")


def _page(
    request: SignedInRequest,
    meeting: MaseMeeting,
    found: Circulation,
    form: CirculationForm,
    *,
    heading: str,
    button: str,
    sends: bool = False,
) -> HttpResponse:
    meeting_reading.record_view(meeting=meeting, by=request.user, page="who gets the minutes")
    context: dict[str, Any] = {
        **place(meeting), "case": meeting.case, "form": form, "heading": heading, "button": button, "sends": sends,
        "left_out": [left_out_words(each) for each in found.left_out],
    }  # fmt: skip
    return render(
        request, "mase/minutes/people.html", context, status=409 if form.non_field_errors() else 200
    )
