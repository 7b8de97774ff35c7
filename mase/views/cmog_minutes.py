"""The minutes of a CMOG: their page, an item's wording, sending them out, and each reader's copy."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.files.store import digest
from cse_portal.jobs.views import SignedInRequest
from cse_portal.keys import new_key
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import render_pdf
from mase.errors import CmogMinutesOut, SomeoneElseSaved
from mase.forms.minutes import WordingForm
from mase.presenters import cmog as words
from mase.presenters.cmog_minutes import minutes_document, minutes_page
from mase.presenters.meeting import conflict_of
from mase.selectors import cmog as selectors
from mase.services import cmog_items, cmog_reading
from mase.services import cmog_minutes as services

either = require_http_methods(["GET", "POST"])


@require_GET
def page(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Where they stand, and what they say of what this person may see."""
    found = selectors.minutes_facts(request.user, pk)
    cmog_reading.record_view(meeting=found.meeting, shown=found.items, by=request.user, page="minutes")
    context = {"meeting": found.meeting, "page": minutes_page(found)}
    return render(request, "mase/cmog/minutes.html", context)


@either
def wording(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How the minutes word one item. Two writers lose nothing."""
    item = selectors.item_for(request.user, pk)
    gate.require(request.user, Permission.CMOG_RUN, item.meeting)
    minutes, worded = selectors.minutes_of(item.meeting), selectors.wording_of(item)
    if minutes is None or minutes.circulated_at is not None:
        messages.warning(
            request, CmogMinutesOut.message if minutes else "The minutes begin when the CMOG ends."
        )
        return redirect("mase:cmog-minutes-page" if minutes else "mase:cmog", item.meeting_id)
    initial = {"text": worded.text if worded else item.notes, "version": worded.version if worded else 0}
    form, stale = WordingForm(request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"] or ""
        try:
            services.save_wording(item=item, text=text, edit=form.edit, by=request.user)
        except SomeoneElseSaved as refusal:
            stale = refusal
            cmog_items.keep_aside(item=item, said=cmog_items.Said(text, ""), by=request.user)
            form.add_error(None, refusal.message)
        except NotAllowedNow as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, "The wording is saved.")
            return redirect("mase:cmog-minutes-page", item.meeting_id)
    cmog_reading.record_item(item=item, by=request.user, page="wording")
    conflict = conflict_of(form, stale.theirs) if stale else None
    context = {"item": item, "form": form, "name": words.name_of(item), "conflict": conflict}
    return render(request, "mase/cmog/wording.html", context, status=409 if stale else 200)


@either
def send_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the minutes out, once."""
    meeting = gate.require(request.user, Permission.CMOG_RUN, selectors.cmog_for(request.user, pk))
    if request.method == "POST":
        try:
            services.circulate(meeting=meeting, by=request.user)
        except NotAllowedNow as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, "The minutes are out. Everyone who sits on the CMOG has been told.")
        minutes = selectors.minutes_of(meeting)
        return redirect("mase:cmog-minutes-page" if minutes else "mase:cmog", pk)
    cmog_reading.record_view(meeting=meeting, by=request.user, page="send out the minutes")
    return render(request, "mase/cmog/send_out.html", {"meeting": meeting, "title": words.title(meeting)})


@require_GET
def copy(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """This reader's copy: drawn now, as this person, so that PostgreSQL too leaves out what they may not see."""
    found, key = selectors.minutes_copy(request.user, pk), new_key()
    document = minutes_document(found, reader=request.user, copy=key)
    pdf = render_pdf("pdf/cmog_minutes.html", {"m": document})
    cmog_reading.record_minutes(
        meeting=found.meeting, shown=found.items, copy=key, sha256=digest(pdf), by=request.user
    )
    name = f"cmog-minutes-{found.meeting.month:%Y-%m}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")
