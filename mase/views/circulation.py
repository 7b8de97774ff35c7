"""Who gets the minutes of a meeting: the list, changed at any time after it, and the sending itself."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.presenters import joined
from mase.forms.minutes import RecipientsForm
from mase.models import MaseMeeting
from mase.presenters.minutes_words import place
from mase.selectors.circulation import candidates
from mase.services import meeting_reading
from mase.services import minutes as services
from mase.views.minutes_steps import chaired

either = require_http_methods(["GET", "POST"])


@either
def people(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change the list of recipients. Those who are new on it are told, once the minutes are out."""
    meeting, minutes = chaired(request, pk)
    form = RecipientsForm(request.POST or None, offered=candidates(minutes))
    if request.method == "POST" and form.is_valid():
        new = services.choose_recipients(meeting=meeting, keys=form.keys, by=request.user)
        names = joined(each.person.full_name if each.person else each.agency.name for each in new)
        messages.success(request, f"The list is saved. New on it: {names}." if new else "The list is saved.")
        return redirect("mase:minutes", pk)
    return _page(request, meeting, form, heading="Who gets the minutes", button="Save the list")


@either
def send_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the minutes out, or out again, to everybody who is ticked."""
    meeting, minutes = chaired(request, pk)
    form = RecipientsForm(request.POST or None, offered=candidates(minutes))
    if request.method == "POST" and form.is_valid():
        try:
            version = services.circulate(meeting=meeting, by=request.user, recipients=form.keys)
        except NotAllowedNow as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(
                request, f"Version {version.number} is on its way. Its recipients have been told."
            )
        return redirect("mase:minutes", pk)
    heading = "Send the minutes out again" if minutes.circulated_at else "Send the minutes out"
    return _page(request, meeting, form, heading=heading, button=heading, sends=True)


def _page(
    request: SignedInRequest,
    meeting: MaseMeeting,
    form: RecipientsForm,
    *,
    heading: str,
    button: str,
    sends: bool = False,
) -> HttpResponse:
    meeting_reading.record_view(meeting=meeting, by=request.user, page="who gets the minutes")
    context: dict[str, Any] = {"form": form, "heading": heading, "button": button, "sends": sends}
    return render(request, "mase/minutes/people.html", {**place(meeting), **context})
