"""The minutes of a CMOG for whoever reads them: their page, the reader's own copy, what a reader says of them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.services.copies import free_copy
from cse_portal.access.standing import standing
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.files.store import digest
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.downloads import attachment
from cse_portal.ui.marking import Mark, marked
from cse_portal.ui.pdf import compose, draw
from mase.errors import MinutesAgreed
from mase.forms.minutes import ObjectionForm
from mase.presenters.cmog_minutes import CmogDocument, minutes_document, next_version, parts_to_name, place
from mase.selectors.cmog import items_for
from mase.selectors.cmog_minutes import minutes_copy, minutes_facts, minutes_for, minutes_to_send
from mase.selectors.record import one_of
from mase.services import cmog_minutes as services
from mase.services import cmog_reading
from mase.views.cmog_minutes_page import page_of

PAGE = "mase:cmog-minutes-page"


@require_GET
def page(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Where they stand, what they say of what this person may see, and what the person may do."""
    found = minutes_facts(request.user, pk)
    cmog_reading.record_view(meeting=found.meeting, shown=found.items, by=request.user, page="minutes")
    drawn, steps = page_of(request.user, found)
    if found.version is not None:
        services.note_opened(version=found.version, reading=steps.reading, by=request.user)
    context = {
        "meeting": found.meeting, "page": drawn, "steps": steps, "version": found.version, "runs": found.runs,
    }  # fmt: skip
    return render(request, "mase/cmog/minutes.html", context)


@require_GET
def copy(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """This reader's copy: drawn now, as this person, so that PostgreSQL too leaves out what they may not see."""
    found, letters = minutes_copy(request.user, pk), free_copy()
    pdf = _drawn(request, minutes_document(found, reader=request.user), letters)
    cmog_reading.record_minutes(
        meeting=found.meeting, shown=found.items, copy=letters, sha256=digest(pdf), by=request.user
    )
    if found.version is not None:
        services.note_copy(version=found.version, by=request.user)
    name = f"cmog-minutes-{found.meeting.month:%Y-%m}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")


@require_GET
def preview(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the next version would say to who runs the CMOG, before it is sent out; no copy that counts as read."""
    found, letters = minutes_to_send(request.user, pk), free_copy()
    if found.minutes.agreed_at is not None:
        messages.warning(request, MinutesAgreed.message)
        return redirect(PAGE, pk)
    pdf = _drawn(request, next_version(found, reader=request.user), letters)
    cmog_reading.record_minutes(
        meeting=found.meeting,
        shown=found.items,
        copy=letters,
        sha256=digest(pdf),
        by=request.user,
        version="draft",
    )
    name = f"draft-cmog-minutes-{found.meeting.month:%Y-%m}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")


@require_POST
def acknowledge(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One button: I have read them."""
    meeting, _ = minutes_for(request.user, pk)
    try:
        services.acknowledge(meeting=meeting, by=request.user)
        messages.success(request, "The chair can see that you have read these minutes.")
    except NotAllowedNow as refusal:
        messages.warning(request, refusal.message)
    return redirect(PAGE, pk)


@require_http_methods(["GET", "POST"])
def object_to(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is wrong about one item or the whole, and what should be said instead."""
    meeting, _ = minutes_for(request.user, pk)
    items = items_for(request.user, meeting)
    form = ObjectionForm(request.POST or None, parts=parts_to_name(items))
    if request.method == "POST" and form.is_valid():
        item = one_of(items, form.part) if form.part else None
        said = services.CmogObjection(item, form.cleaned_data["text"])
        try:
            services.object_to(meeting=meeting, said=said, by=request.user)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Your objection stands in the minutes. Who answers it has been told.")
            return redirect(PAGE, pk)
    cmog_reading.record_view(meeting=meeting, shown=items, by=request.user, page="objection")
    words = {"heading": "Object to the minutes", "button": "Send the objection"}
    return render(request, "mase/minutes/form.html", {**place(meeting), "form": form, **words})


def _drawn(request: SignedInRequest, document: CmogDocument, letters: str) -> bytes:
    """This reader's own, with their name across every page as on the papers and minutes of a MASE."""
    who = standing(request.user)
    if who is None:
        raise NotPermitted
    mark = Mark(letters, request.user.full_name, who.agency.name, timezone.now())
    return draw(marked(compose("pdf/cmog_minutes.html", {"m": document}), mark)).pdf
