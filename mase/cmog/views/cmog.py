"""The list of CMOGs, one of them, and running it."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.ui.presenters import display_datetime, local_date, non_working_day_note
from mase.cmog.forms import (
    CancelCmogForm,
    ChangeCmogForm,
    CmogAttendanceForm,
    CmogForm,
    EndCmogForm,
    GuestsForm,
)
from mase.cmog.presenters import cmog as words
from mase.cmog.selectors import cmog as selectors
from mase.cmog.services import cmog as services
from mase.meetings.forms.answers import AnotherDayForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.attendance import record_attendance
from mase.meetings.services.meeting_reading import record_listed, record_view
from mase.minutes.selectors.minutes import minutes_of

either = require_http_methods(["GET", "POST"])
CANCELS = (
    "A cancelled CMOG cannot be brought back; book another instead. Its agenda goes, and what was added by hand does "
    "not come to the next one by itself. Everybody who sits on it or was asked to it is told."
)


@require_GET
def cmogs(request: SignedInRequest) -> HttpResponse:
    """Every CMOG, newest first."""
    gate.require(request.user, Permission.CMOG_LIST)
    found = list(selectors.cmog_list(request.user))
    record_listed(shown=found, by=request.user, which="CMOGs")
    context = {"rows": words.rows(found), "may_book": gate.can(request.user, Permission.CMOG_BOOK)}
    return render(request, "mase/cmog/list.html", context)


@either
def book(request: SignedInRequest) -> HttpResponse:
    """Set the day of a month's CMOG and ask people to it."""
    gate.require(request.user, Permission.CMOG_BOOK)
    data = request.POST if request.method == "POST" else None
    form = CmogForm(data, chairs=selectors.chairs_for_cmog(), initial={"chair": str(request.user.pk)})
    guests = GuestsForm(data, people=selectors.people_for_cmog(), prefix="guests")
    guests.fields["people"].required = False
    if guests.is_valid() and form.does(
        lambda: services.book(
            key=form.key, details=form.details, people=guests.cleaned_data["people"], by=request.user
        ),
        field="scheduled_for",
    ):
        said = "The CMOG is booked, its agenda is compiled, and those invited are told."
        messages.success(request, f"{said} {_non_working_day_note(form.done)}".strip())
        return redirect("mase:cmog", form.done.pk)
    record_listed(shown=[], by=request.user, which="book a CMOG")
    return render(request, "mase/cmog/book.html", {"form": form, "guests": guests, "forms": [form, guests]})


def _non_working_day_note(meeting: Meeting) -> str:
    return non_working_day_note(local_date(meeting.scheduled_for))


@require_GET
def cmog(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agenda as this person may see it, who is asked, and what the chair can do."""
    meeting = selectors.cmog_for(request.user, pk)
    items = selectors.items_for(request.user, meeting)
    record_view(meeting=meeting, shown=items, by=request.user)
    context = {
        "meeting": meeting,
        "title": words.title(meeting),
        "intro": words.intro_words(meeting),
        "row": words.row(meeting),
        "parts": words.agenda(meeting, items, selectors.agreed_under(request.user, items)),
        "guests": words.guests(selectors.invited(meeting)),
        "sits_on_every": [] if meeting.started_at else selectors.standing_agencies(),
        "minutes": minutes_of(meeting) if meeting.ended_at else None,
        "runs": gate.can(request.user, Permission.MEETING_CHAIR, meeting),
        "lists": gate.can(request.user, Permission.CMOG_LIST),
    }
    return render(request, "mase/cmog/cmog.html", context)


@either
def change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another day, place or chair."""
    meeting = _to_run(request, pk)
    form = ChangeCmogForm(
        request.POST if request.method == "POST" else None,
        chairs=selectors.chairs_for_cmog(), initial=CmogForm.values_of(meeting),
    )  # fmt: skip
    if form.does(
        lambda: services.move(
            meeting=meeting, details=form.details, reason=form.cleaned_data["reason"], by=request.user
        ),
        field="scheduled_for",
    ):
        said = f"The CMOG has been changed. Everyone who sits on it has been told. {_non_working_day_note(form.done)}"
        messages.success(request, said.strip())
        return redirect("mase:cmog", pk)
    return _form(request, meeting, form, "Change the CMOG", "Change the CMOG")


@either
def cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """It is not held."""
    meeting = _to_run(request, pk)
    form = CancelCmogForm(request.POST if request.method == "POST" else None)
    if form.does(
        lambda: services.cancel(meeting=meeting, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, "The CMOG is cancelled. Everyone who sits on it has been told.")
        return redirect("mase:cmog", pk)
    return _form(request, meeting, form, "Cancel the CMOG", "Cancel the CMOG", warning=CANCELS)


@either
def invite(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask somebody who was not asked before."""
    meeting = _to_run(request, pk)
    form = GuestsForm(
        request.POST if request.method == "POST" else None, people=selectors.people_for_cmog(meeting)
    )
    if form.does(
        lambda: services.invite(meeting=meeting, people=form.cleaned_data["people"], by=request.user)
    ):
        messages.success(request, "Invited, and told.")
        return redirect("mase:cmog", pk)
    return _form(request, meeting, form, "Invite people to the CMOG", "Invite")


@either
def attendance(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who came."""
    meeting = _to_run(request, pk)
    asked = selectors.invited(meeting)
    form = CmogAttendanceForm(request.POST if request.method == "POST" else None, invitations=asked)
    if form.does(lambda: record_attendance(meeting=meeting, answers=form.answers, by=request.user)):
        messages.success(request, "Attendance is saved.")
        return redirect("mase:cmog", pk)
    return _form(request, meeting, form, "Who came to the CMOG", "Save attendance")


@either
def end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The record is closed, actions are issued."""
    meeting = _to_run(request, pk)
    form = EndCmogForm(request.POST if request.method == "POST" else None)
    if form.does(lambda: services.end(meeting=meeting, by=request.user)):
        messages.success(
            request,
            "The CMOG has ended. Its actions are issued, and its minutes are a draft: send them out.",
        )
        return redirect("mase:minutes", pk)
    missing = words.not_marked_words(selectors.not_marked(meeting))
    over = words.overtaken_words(selectors.overtaken_at(request.user, meeting))
    warning = f"{missing} {over}".strip()
    return _form(request, meeting, form, "End the CMOG", "End the CMOG", warning=warning)


@require_POST
def compile_agenda(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Bring the agenda up to date."""
    return _do(request, pk, services.compile_agenda, "The agenda is up to date.")


@require_POST
def start(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Open the meeting; on another day than it is booked for it is asked first."""
    meeting = _to_run(request, pk)
    if meeting.is_on_another_day and not AnotherDayForm(request.POST).is_valid():
        form = AnotherDayForm(initial={"another_day": "yes"})
        warning = (
            f"This CMOG is booked for {display_datetime(meeting.scheduled_for)}, and today is another day."
        )
        return _form(request, meeting, form, "Start it today?", "Start the CMOG today", warning=warning)
    return _do(request, pk, services.start, "The CMOG has started.")


def _do(request: SignedInRequest, pk: uuid.UUID, service: Callable[..., Meeting], done: str) -> HttpResponse:
    meeting = _to_run(request, pk)
    with warns(request):
        service(meeting=meeting, by=request.user)
        messages.success(request, done)
    return redirect("mase:cmog", pk)


def _to_run(request: SignedInRequest, pk: uuid.UUID) -> Meeting:
    return gate.require(request.user, Permission.MEETING_CHAIR, selectors.cmog_for(request.user, pk))


def _form(
    request: SignedInRequest, meeting: Meeting, form: object, heading: str, button: str, warning: str = ""
) -> HttpResponse:
    record_view(meeting=meeting, by=request.user, page=heading.lower())
    context = {
        "meeting": meeting, "title": words.title(meeting), "form": form, "heading": heading, "button": button,
        "warning": warning,
    }  # fmt: skip
    return render(request, "mase/cmog/form.html", context)
