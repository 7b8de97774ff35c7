"""A session of MASE meetings: booking it, its slots and its children, and one answer for all of them."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.record.selectors import case_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.reference.selectors import choices
from cse_portal.ui.presenters import counted, display_time
from mase.meetings.choices import AnswerKind
from mase.meetings.forms.answers import AnswerForm
from mase.meetings.forms.scheduling import CancelForm, SessionForm
from mase.meetings.models.meeting import MeetingSession
from mase.meetings.presenters.lists import session_page
from mase.meetings.selectors import sessions as selectors
from mase.meetings.selectors.meetings import meeting_for
from mase.meetings.services import meeting_reading
from mase.meetings.services import sessions as services

# A time that is no slot of any session.
OUTSIDE = dt.datetime.min.replace(tzinfo=dt.UTC)


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Set the day, the place, the chair and the minute taker."""
    gate.require(request.user, Permission.SESSION_BOOK)
    form = SessionForm(
        request.POST if request.method == "POST" else None, chairs=people_who_may(Permission.MEETING_CHAIR),
        initial={"chair": str(request.user.pk), "slots": selectors.usual_slots()[1]},
    )  # fmt: skip
    if form.does(lambda: services.plan(session=form.session, by=request.user)):
        messages.success(request, "The session is booked. Put children into its slots.")
        return redirect("mase:session", form.done.pk)
    words = {"heading": "Book a MASE session", "button": "Book the session", "back_to": "Meetings to book"}
    return render(request, "layouts/form.html", {"form": form, "back": reverse("mase:to-book"), **words})


@require_GET
def session(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Its slots in order, and below them the children to book; others see the children they may see."""
    return _page(request, selectors.session_for(request.user, pk), CancelForm())


def _page(request: SignedInRequest, row: MeetingSession, form: CancelForm) -> HttpResponse:
    runs = gate.can(request.user, Permission.SESSION_BOOK)
    meetings = list(selectors.meetings_in(request.user, row))
    waiting = selectors.children_to_book(request.user, row) if runs else []
    meeting_reading.record_listed(shown=meetings, by=request.user, which="session")
    if waiting:
        meeting_reading.record_to_book(shown=[each.case for each in waiting], by=request.user)
    context = {
        "session": row, "form": form, "runs": runs, "waiting": waiting, "reasons": choices("late-reason"),
        "page": session_page(
            row, meetings, selectors.own_invitations(request.user, meetings),
            selectors.reports_to_come(meetings) if runs else {},
        ),
    }  # fmt: skip
    return render(request, "mase/meetings/session.html", context)


@require_POST
def book(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A child into the slot that was chosen, or the next that is free."""
    row = _to_book(request, pk)
    case = case_for(request.user, request.POST.get("case", ""))
    with warns(request):
        made = services.book(
            session=row, case=case, at=_slot(request), late_reason=_late_reason(request), by=request.user
        )
        messages.success(request, f"{case.child.name} is booked for {display_time(made.scheduled_for)}.")
    return redirect("mase:to-book") if request.POST.get("back") else redirect("mase:session", pk)


@require_POST
def move(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Another slot for a child who is in the session."""
    row, meeting = _to_book(request, pk), meeting_for(request.user, key)
    if meeting.session_id != row.pk:
        raise NotVisible
    with warns(request):
        moved = services.move(meeting=meeting, at=_slot(request) or OUTSIDE, by=request.user)
        messages.success(
            request, f"{meeting.case.child.name} is booked for {display_time(moved.scheduled_for)}."
        )
    return redirect("mase:session", pk)


@require_POST
def cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The session is not held, and why."""
    row = _to_book(request, pk)
    form = CancelForm(request.POST)
    if not form.does(
        lambda: services.cancel(session=row, reason=form.cleaned_data["reason"], by=request.user)
    ):
        return _page(request, row, form)
    messages.success(request, "The session is cancelled. Everyone invited has been told.")
    return redirect("mase:to-book")


@require_http_methods(["GET", "POST"])
def answer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One answer for all the children of a session that this person, or their agency, is asked to."""
    row = selectors.session_for(request.user, pk)
    own = selectors.own_invitations(request.user, list(selectors.meetings_in(request.user, row)))
    if not own:
        return redirect("mase:session", pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, invitation=own[0], own=True)
    if form.does(lambda: services.answer_all(session=row, given=form.answer, by=request.user)):
        come = "you come to" if form.answer.kind == AnswerKind.ACCEPT else "you do not come to"
        messages.success(request, f"Answered: {come} {counted(form.done, 'meeting')}.")
        shown = row in selectors.sessions_ahead(request.user)
        return redirect("mase:session", pk) if shown else redirect("mase:meetings")
    context = {"held": row, "form": form, "own": True, "back": reverse("mase:session", args=[pk])}
    return render(request, "mase/meetings/answer.html", context)


def _to_book(request: SignedInRequest, pk: uuid.UUID) -> MeetingSession:
    row = selectors.session_for(request.user, pk)
    gate.require(request.user, Permission.SESSION_BOOK)
    return row


def _slot(request: SignedInRequest) -> dt.datetime | None:
    """The time of the slot that was chosen; a time that is none is outside every session."""
    said = request.POST.get("slot", "")
    try:
        return dt.datetime.fromisoformat(said) if said else None
    except ValueError:
        return OUTSIDE


def _late_reason(request: SignedInRequest) -> str:
    said = request.POST.get("late_reason", "")
    return said if said in dict(choices("late-reason")) else ""
