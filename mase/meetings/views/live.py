"""The meeting page while it is live: what others do, the screen the room sees, and where the meeting is."""

import re
import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, warns
from mase.meetings.forms.table import AddItemForm
from mase.meetings.presenters.before import as_json
from mase.meetings.selectors.meetings import meeting_for, meeting_watched
from mase.meetings.selectors.presence import live
from mase.meetings.selectors.record import one_of, record_for
from mase.meetings.services import agenda, meeting_reading
from mase.meetings.views.page import ONE, PROJECTING, address, is_projecting

HERE = "here"
MOVES = {"up": True, "down": False}
A_PART = re.compile(r"[a-z-]{1,20}-[0-9a-f]{12}")


@require_GET
def watch(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What a page asks every few seconds: a number that changes with the record, and who writes where. No content."""
    meeting = meeting_watched(request.user, pk)
    part = request.GET.get("at", "")
    meeting_reading.note_here(meeting=meeting, part=part if A_PART.fullmatch(part) else "", by=request.user)
    return JsonResponse(as_json(live(request.user, meeting, projecting=is_projecting(request, meeting))))


@require_POST
def projector(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The chair shows this meeting on the big screen, or no longer. Then this session shows the open part only."""
    meeting = meeting_for(request.user, pk)
    if not is_projecting(request, meeting):
        gate.require(request.user, Permission.MEETING_CHAIR, meeting)
    if request.POST.get("on") == "yes" and meeting.is_running:
        request.session[PROJECTING] = str(meeting.pk)
    else:
        request.session.pop(PROJECTING, None)
    return redirect("mase:meeting", pk=meeting.pk)


@require_POST
def one_item(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Meetings are shown one item at a time, or whole, until this session ends."""
    meeting = meeting_for(request.user, pk)
    request.session[ONE] = request.POST.get("one") == "yes"
    return redirect("mase:meeting", pk=meeting.pk)


@require_http_methods(["GET", "POST"])
def change_agenda(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agenda as a list: add to it, and move what is on it."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    record = record_for(request.user, meeting)
    sees = gate.can(request.user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    form = AddItemForm(request.POST if request.method == "POST" else None, restricted=sees)
    if form.does(lambda: agenda.add_item(meeting=meeting, key=form.key, by=request.user, **form.added)):
        messages.success(request, "Added to the agenda.")
        return redirect("mase:agenda", pk=meeting.pk)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="agenda")
    context = {"meeting": meeting, "banner": banner(meeting.case), "form": form, "items": record.agenda}
    return render(
        request, "mase/meetings/agenda.html", context, status=409 if form.non_field_errors() else 200
    )


@require_POST
def change_item(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """The meeting turns to an item; or the item moves up or down."""
    meeting = meeting_for(request.user, pk)
    item = one_of(record_for(request.user, meeting, projecting=is_projecting(request, meeting)).agenda, key)
    what, by = request.POST.get("do", HERE), request.user
    with warns(request):
        if what in MOVES:
            agenda.move_item(item=item, up=MOVES[what], by=by)
        else:
            agenda.go_to(item=item, by=by)
    if what in MOVES:
        return redirect("mase:agenda", pk=meeting.pk)
    return redirect(address(meeting, item.code))
