"""The agenda of a CMOG for anyone who runs it: all of it, and adding to it by hand."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.ui.presenters import display_date
from mase.cmog.forms import AddToCmogForm
from mase.cmog.presenters import cmog as words
from mase.cmog.selectors import cmog as selectors
from mase.cmog.selectors.agenda import CAP
from mase.cmog.services import agenda as services
from mase.cmog.views.cmog import form_page, to_run
from mase.meetings.services.meeting_reading import record_view

STAYS = (
    "It stays on the agenda when that is brought up to date. Anyone who may not see the child, person or place does "
    "not see the item."
)

CONNECTED = "They are connected with each other: look at them together."


@either
def add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A child, person, place or topic that the records do not bring by themselves."""
    meeting = to_run(request, pk)
    form = AddToCmogForm(request.POST if request.method == "POST" else None, kind=meeting.kind)
    if form.does(
        lambda: services.add_item(meeting=meeting, key=form.key, by=request.user, **form.cleaned_data),
        field="named" if meeting.is_open else None,
    ):
        messages.success(request, f"Added to the agenda: {words.name_of(form.done)}.")
        return redirect(form.done)
    return form_page(request, meeting, form, "Add to the agenda", intro=STAYS)


@require_POST
def put_on_next(request: SignedInRequest) -> HttpResponse:
    """Those who are connected go onto the next CMOG together."""
    gate.require(request.user, Permission.CMOG_BOOK)
    named = request.POST.getlist("named")
    with warns(request):
        meeting = services.put_on_next(named=named, because=CONNECTED, by=request.user)
        messages.success(request, f"On the agenda of the CMOG on {display_date(meeting.scheduled_for)}.")
    query = (
        urlencode(dict(zip(("text", "q"), named, strict=False))) if len(named) == len(("text", "q")) else ""
    )
    return redirect(f"{reverse('intelligence:links')}?{query}")


@require_GET
def order(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """All the items this person sees; who runs it takes off what was added by hand."""
    meeting = selectors.cmog_for(request.user, pk)
    items = selectors.items_for(request.user, meeting)
    record_view(meeting=meeting, shown=items, by=request.user, page="order of the agenda")
    agreed = selectors.agreed_under(request.user, items)
    context = {
        "meeting": meeting,
        "title": words.title(meeting),
        "slots": [words.slot(each, meeting, agreed.get(each.pk, [])) for each in items],
        "cap": CAP,
        "runs": meeting.is_open and gate.can(request.user, Permission.MEETING_CHAIR, meeting),
    }
    return render(request, "mase/cmog/order.html", context)


@require_POST
def remove(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What was added by hand is taken off."""
    item = selectors.item_for(request.user, pk)
    with warns(request):
        services.remove_item(item=item, by=request.user)
        messages.success(request, f"Taken off the agenda: {words.name_of(item)}.")
    return redirect("mase:cmog-agenda", item.meeting_id)
