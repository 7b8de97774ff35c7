"""The page of a meeting's minutes, each reader's own copy, and what a reader says of them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.presenters import progress
from cse_portal.jobs.updating import is_wanted, poll_again, repeats
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.paging import page_of
from cse_portal.ui.downloads import attachment
from cse_portal.ui.marking import Mark
from cse_portal.ui.pdf import compose, draw
from mase.meetings.choices import Audience
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import meeting_reading
from mase.minutes import services
from mase.minutes.errors import MinutesAgreed
from mase.minutes.forms import ObjectionForm
from mase.minutes.presenters.items import minutes_document, next_version, parts_to_name
from mase.minutes.presenters.minutes import document
from mase.minutes.presenters.words import own_copy, place
from mase.minutes.selectors.circulation import drafts
from mase.minutes.selectors.minutes import (
    draft_record,
    family_for,
    family_seat,
    meeting_with_minutes,
    minutes_copy,
    parts_for,
    sees_restricted,
)
from mase.minutes.views.page import page_of as drawn_for


@require_http_methods(["GET", "POST"])
def minutes(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Where they stand and what this reader may do; asked for again where the making failed."""
    meeting = meeting_with_minutes(request.user, pk)
    if request.method == "POST":
        with warns(request):
            services.queue(meeting=meeting, by=request.user)
        return redirect("mase:minutes", pk)
    page = drawn_for(request.user, meeting)
    version = page.version
    making = version.job if version and not version.is_ready else None
    updating = making is not None and not making.is_finished and is_wanted(request)
    if not (updating and making and repeats(request, making.pk)):
        meeting_reading.record_view(meeting=meeting, by=request.user, page="minutes", shown=page.items)
    if version is not None:
        services.note_opened(version=version, reading=page.reading, by=request.user)
    job = progress(making) if making else None
    context = {**place(meeting), "page": page, "job": job, "updating": updating}
    drawn = render(request, "mase/minutes/minutes.html", context)
    if updating:
        poll_again(drawn, request)
    return drawn


@require_GET
def download(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """This reader's copy, to nobody but whom the gate lets; it stays in no cache."""
    return _hand_out(request, pk)


@require_GET
def download_open(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The copy without the restricted part, or the family's: `for` names the seat of the child or parent."""
    return _hand_out(request, pk, Audience.PROFESSIONALS, request.GET.get("for", ""))


@require_GET
def preview(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The draft as the chair would send it out."""
    meeting = meeting_with_minutes(request.user, pk)
    if meeting.case_id is None:
        return _next_copy(request, meeting)
    with warns(request):
        given = services.preview(meeting=meeting, by=request.user)
        page = compose("pdf/minutes.html", {"m": document(draft_record(meeting, given.audience))})
        name = f"draft-minutes-{meeting.case.reference}.pdf"
        return attachment(_drawn(page, given), name=name, content_type="application/pdf")
    return redirect("mase:minutes", pk)


@require_POST
def acknowledge(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One button: I have read them."""
    meeting = meeting_with_minutes(request.user, pk)
    with warns(request):
        services.acknowledge(meeting=meeting, by=request.user)
        messages.success(request, "The chair can see that you have read these minutes.")
    return redirect("mase:minutes", pk)


@require_http_methods(["GET", "POST"])
def object_to(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is wrong, and what should be said instead."""
    meeting = gate.require(request.user, Permission.MEETING_TAKE_PART, meeting_with_minutes(request.user, pk))
    apart, items = sees_restricted(request.user, meeting), parts_for(request.user, meeting)
    family = family_for(request.user, meeting)
    form = ObjectionForm(
        request.POST or None, items=items, parts=parts_to_name(items), sees_restricted=apart, family=family
    )
    if form.does(lambda: services.object_to(meeting=meeting, said=form.said, by=request.user)):
        messages.success(request, "Your objection is in the minutes. Who answers it has been told.")
        return redirect("mase:minutes", pk)
    shown = items if meeting.case_id is None else []
    meeting_reading.record_view(meeting=meeting, by=request.user, page="objection", shown=shown)
    context = {**place(meeting), "form": form}
    words = {"heading": "Object to the minutes", "button": "Send the objection"}
    return render(request, "mase/minutes/form.html", {**context, **words})


def _hand_out(
    request: SignedInRequest, pk: uuid.UUID, audience: Audience | None = None, seat: str = ""
) -> HttpResponse:
    meeting = meeting_with_minutes(request.user, pk)
    if meeting.case_id is None:
        return _own_copy(request, meeting)
    to = family_seat(request.user, meeting, seat) if seat else None
    with warns(request):
        given = services.hand_out(meeting=meeting, by=request.user, audience=audience, to=to)
        kind = "-restricted" if given.audience is Audience.FULL else ""
        name = f"minutes-{meeting.case.reference}{kind}.pdf"
        return attachment(_drawn(given.page, given), name=name, content_type="application/pdf")
    return redirect("mase:minutes", pk)


def _own_copy(request: SignedInRequest, meeting: Meeting) -> HttpResponse:
    """Of a CMOG: drawn now, as this person, so that PostgreSQL too leaves out what they may not see."""
    found = minutes_copy(request.user, meeting)
    pdf = compose("pdf/cmog_minutes.html", {"m": minutes_document(found, reader=request.user)})
    given = services.hand_out_own(found=found, by=request.user)
    name = f"cmog-minutes-{meeting.period:%Y-%m}.pdf"
    return attachment(_drawn(pdf, given), name=name, content_type="application/pdf")


def _next_copy(request: SignedInRequest, meeting: Meeting) -> HttpResponse:
    """What the next version would say to who chairs the CMOG; no copy that counts as read."""
    gate.require(request.user, Permission.MEETING_CHAIR, meeting)
    found = minutes_copy(request.user, meeting)
    if found.minutes.agreed_at is not None:
        messages.warning(request, MinutesAgreed.message)
        return redirect("mase:minutes", meeting.pk)
    page = compose("pdf/cmog_minutes.html", {"m": next_version(found, reader=request.user)})
    given = services.hand_out_own(found=found, by=request.user, draft=True)
    name = f"draft-cmog-minutes-{meeting.period:%Y-%m}.pdf"
    return attachment(_drawn(page, given), name=name, content_type="application/pdf")


def _drawn(page: str, given: services.Handed) -> bytes:
    """The composed document as this reader's own."""
    mark = Mark(given.copy, given.reader, given.agency, given.taken_at)
    return draw(own_copy(page, mark, given.addenda)).pdf


PER_PAGE = 25


@require_GET
def to_send_out(request: SignedInRequest) -> HttpResponse:
    """Drafts on the cases this person may see and, for who runs CMOGs, of those; the longest waiting first."""
    gate.require(request.user, Permission.MEETING_LIST)
    page = page_of(drafts(request.user), PER_PAGE, request.GET.get("page"))
    shown: list[Meeting] = [each.meeting for each in page.object_list]
    meeting_reading.record_listed(shown=shown, by=request.user, which="minutes to send out")
    return render(request, "mase/minutes/list.html", {"page": page})
