"""The page of a meeting's minutes, each reader's own copy, and what a reader says of them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.paging import page_of
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import draw
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import meeting_reading
from mase.minutes import services
from mase.minutes.errors import MINUTES_AGREED
from mase.minutes.forms import ObjectionForm
from mase.minutes.presenters.items import composed_for, parts_to_name
from mase.minutes.presenters.minutes import composed
from mase.minutes.presenters.words import own_copy, place
from mase.minutes.selectors.circulation import drafts
from mase.minutes.selectors.items import MinutesFacts
from mase.minutes.selectors.minutes import (
    copy_for,
    draft_record,
    family_for,
    family_seat,
    meeting_with_minutes,
    minutes_copy,
    parts_for,
    sees_restricted,
)
from mase.minutes.views.page import chaired
from mase.minutes.views.page import page_of as drawn_for


@require_GET
def minutes(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Where they stand and what this reader may do."""
    meeting = meeting_with_minutes(request.user, pk)
    page = drawn_for(request.user, meeting)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="minutes", shown=page["items"])
    if page["version"] is not None:
        services.note(page["version"], request.user, "opened_at")
    return render(request, "mase/minutes/minutes.html", {**place(meeting), "page": page})


@require_GET
def download(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """This reader's copy, to nobody but whom the gate lets; it stays in no cache.

    `for` names the seat of the child or parent who gets the family's.
    """
    user, meeting, seat = request.user, meeting_with_minutes(request.user, pk), request.GET.get("for", "")
    if meeting.case_id is None:
        return _own(request, minutes_copy(user, meeting))
    to = family_seat(user, meeting, seat) if seat else None
    with warns(request):
        return _file(meeting, own_copy(services.hand_out(meeting=meeting, by=user, to=to)))
    return redirect("mase:minutes", pk)


@require_GET
def preview(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the next version would say to who chairs; no copy that counts as read."""
    meeting, minutes = chaired(request, pk)
    if minutes.agreed_at is not None:
        messages.warning(request, MINUTES_AGREED)
        return redirect("mase:minutes", pk)
    if meeting.case_id is None:
        return _own(request, minutes_copy(request.user, meeting, draft=True))
    page = composed(draft_record(meeting, copy_for(request.user, meeting)))
    taken = services.hand_out_own(minutes=minutes, page=page, by=request.user)
    return _file(meeting, own_copy(taken), "draft-")


def _own(request: SignedInRequest, found: MinutesFacts) -> HttpResponse:
    """Of a CMOG: drawn now, as this person, so that PostgreSQL too leaves out what they may not see."""
    page = composed_for(found, request.user)
    taken = services.hand_out_own(minutes=found.minutes, page=page, by=request.user, found=found)
    return _file(found.meeting, own_copy(taken), "draft-" if found.is_draft else "")


def _file(meeting: Meeting, page: str, draft: str = "") -> HttpResponse:
    of = meeting.case.reference if meeting.case else f"{meeting.period:%Y-%m}"
    name = f"{draft}{'' if meeting.case else 'cmog-'}minutes-{of}.pdf"
    return attachment(draw(page).pdf, name=name, content_type="application/pdf")


@require_http_methods(["GET", "POST"])
def object_to(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is wrong, and what should be said instead."""
    meeting = gate.require(request.user, Permission.MEETING_TAKE_PART, meeting_with_minutes(request.user, pk))
    items = parts_for(request.user, meeting)
    form = ObjectionForm(
        request.POST or None, items=items, parts=parts_to_name(items),
        sees_restricted=sees_restricted(request.user, meeting), family=family_for(request.user, meeting),
    )  # fmt: skip
    if form.does(lambda: services.object_to(meeting=meeting, said=form.said, by=request.user)):
        messages.success(request, "Your objection is in the minutes. Who answers it has been told.")
        return redirect("mase:minutes", pk)
    shown = items if meeting.case_id is None else []
    meeting_reading.record_view(meeting=meeting, by=request.user, page="objection", shown=shown)
    words = {"form": form, "heading": "Object to the minutes", "button": "Send the objection"}
    return render(request, "mase/minutes/form.html", {**place(meeting), **words})


PER_PAGE = 25


@require_GET
def to_send_out(request: SignedInRequest) -> HttpResponse:
    """Drafts on the cases this person may see and, for who runs CMOGs, of those; the longest waiting first."""
    gate.require(request.user, Permission.MEETING_LIST)
    page = page_of(drafts(request.user), PER_PAGE, request.GET.get("page"))
    shown: list[Meeting] = [each.meeting for each in page.object_list]
    meeting_reading.record_listed(shown=shown, by=request.user, which="minutes to send out")
    return render(request, "mase/minutes/list.html", {"page": page})
