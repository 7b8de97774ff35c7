"""The agenda of a CMOG for whoever runs it: adding to it by hand, and putting it in another order."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from mase.choices import CmogMove
from mase.errors import TooShortToFind
from mase.forms.cmog_agenda import AddToCmogForm
from mase.models import CmogItem, CmogMeeting
from mase.presenters import cmog as words
from mase.presenters.cmog_adding import to_choose
from mase.selectors import cmog as selectors
from mase.selectors import cmog_adding as adding
from mase.selectors.cmog_agenda import heading_of
from mase.services import cmog_agenda as services
from mase.services import cmog_reading

TAKE_OFF = "take-off"


@require_http_methods(["GET", "POST"])
def add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A child, person, place or topic that the records do not bring by themselves."""
    meeting = _to_run(request, pk)
    form = AddToCmogForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (item := _added(request, meeting, form)):
        messages.success(request, f"Added to the agenda: {words.name_of(item)}.")
        return redirect(f"{reverse('mase:cmog', args=[pk])}#{heading_of(item)}")
    cmog_reading.record_view(meeting=meeting, by=request.user, page="add to the agenda")
    context = {"meeting": meeting, "title": words.title(meeting), "form": form}
    status = 409 if form.non_field_errors() else 200
    return render(request, "mase/cmog/add.html", context, status=status)


@require_GET
def order(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The items this person sees, to move one of them up or down, or take off what was added by hand."""
    meeting = _to_run(request, pk)
    items = selectors.items_for(request.user, meeting)
    cmog_reading.record_view(meeting=meeting, shown=items, by=request.user, page="order of the agenda")
    context = {
        "meeting": meeting,
        "title": words.title(meeting),
        "parts": [part for part in words.agenda(meeting, items, {}) if part.slots and not part.is_theme],
    }
    return render(request, "mase/cmog/order.html", context)


@require_POST
def change_item(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """An item moves among those it stands with, or is taken off."""
    item = selectors.item_for(request.user, pk)
    what, here = request.POST.get("do", ""), reverse("mase:cmog-agenda", args=[item.meeting_id])
    try:
        if what in CmogMove.values:
            services.move_item(item=item, to=CmogMove(what), by=request.user)
            here = f"{here}#item-{pk}"
        elif what == TAKE_OFF:
            services.take_off(item=item, by=request.user)
            messages.success(request, f"Taken off the agenda: {words.name_of(item)}.")
        else:
            gate.require(request.user, Permission.CMOG_RUN, item.meeting)
    except NotAllowedNow as refusal:
        messages.warning(request, refusal.message)
    return redirect(here)


def _added(request: SignedInRequest, meeting: CmogMeeting, form: AddToCmogForm) -> CmogItem | None:
    """The new item; none where the form has first to say which person or place is meant, or what stands against it."""
    try:
        if meeting.is_open and adding.is_words(request.user, form.kind_named, form.named):
            found = adding.named_like(request.user, form.kind_named, form.named)
            cmog_reading.record_search(
                meeting=meeting, kind=form.kind_named, words=form.named, shown=found.rows, by=request.user
            )
            if found.vague:
                raise TooShortToFind
            if found.rows:
                form.offer(to_choose(found.rows), more=found.more)
                if not form.chosen:
                    return None
        return services.add_item(meeting=meeting, key=form.key, wanted=form.wanted, by=request.user)
    except NotAllowedNow as refusal:
        form.add_error(form.box if meeting.is_open else None, refusal.message)
        return None


def _to_run(request: SignedInRequest, pk: uuid.UUID) -> CmogMeeting:
    return gate.require(request.user, Permission.CMOG_RUN, selectors.cmog_for(request.user, pk))
