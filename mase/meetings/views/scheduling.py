"""Booking a meeting, changing it, cancelling it, taking back its start, and asking somebody else to it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.record.models.case import Case
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.reference.selectors import choices
from cse_portal.ui.downloads import attachment
from cse_portal.ui.forms import PortalForm
from cse_portal.ui.icalendar import calendar_file
from cse_portal.ui.marking import marked
from cse_portal.ui.pdf import compose, draw
from cse_portal.ui.presenters import display_datetime, joined, local_date, non_working_day_note
from mase.cmog.forms import GuestsForm
from mase.cmog.selectors.cmog import people_for_cmog
from mase.meetings.forms.answers import AdjournForm, AnswerForm
from mase.meetings.forms.scheduling import (
    BookForm,
    CancelForm,
    ChairForm,
    ChangeForm,
    InviteForm,
    MoveForm,
)
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.lists import pack as document
from mase.meetings.selectors.answers import invitation_of, suggested
from mase.meetings.selectors.chairing import able_to_chair, require_planner
from mase.meetings.selectors.meetings import (
    cancelled_before,
    chairs_for,
    due_date,
    held_pause,
    kind_of_next,
    meeting_for,
    meeting_of_any_kind,
)
from mase.meetings.selectors.reports import pack_record
from mase.meetings.selectors.sessions import waiting_for_slot
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services import answers, ending, invitations, meeting_reading, scheduling
from mase.meetings.services import reports as services
from mase.meetings.services.calendars import NAME, event_for
from mase.meetings.services.sections import pass_chair


@either
def schedule(request: SignedInRequest, reference: str) -> HttpResponse:
    """Book the next meeting about a child."""
    case = gate.require(request.user, Permission.MEETING_SCHEDULE, case_for(request.user, reference))
    kind = kind_of_next(case)
    due_on, _ = due_date(case, kind)
    form = BookForm(
        _posted(request), case=case, chairs=chairs_for(case), due_on=due_on,
        paused=held_pause(case), offered=suggested(case), by=request.user,
    )  # fmt: skip
    if form.does(lambda: _book(case, form, request.user)):
        messages.success(
            request, f"{_booked(form.done)} Everyone invited has been told.{_working(form.done)}"
        )
        return redirect(form.done)
    return case_page(
        request, case, "mase/meetings/schedule.html", "schedule", form=form, kind=kind.label, due_on=due_on,
        cancelled=cancelled_before(case), reasons=choices("late-reason"),
        places=waiting_for_slot(request.user, [case])[0].places
        if gate.can(request.user, Permission.SESSION_BOOK)
        else [],
    )  # fmt: skip


def _book(case: Case, form: BookForm, by: User) -> Meeting:
    return scheduling.schedule(
        key=form.key, case=case, details=form.details, chair=form.chosen_chair, by=by,
        agencies=form.cleaned_data.get("agencies") or [], people=form.cleaned_data.get("holders") or [],
    )  # fmt: skip


def _booked(meeting: Meeting) -> str:
    return f"The meeting is booked for {display_datetime(meeting.scheduled_for)}."


def _working(meeting: Meeting) -> str:
    note = non_working_day_note(local_date(meeting.scheduled_for))
    return f" {note}" if note else ""


def _posted(request: SignedInRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def form_page(
    request: SignedInRequest, meeting: Meeting, form: PortalForm, name: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    """One form about a meeting, on a page of its own."""
    meeting_reading.record_view(meeting=meeting, by=request.user, page=name.replace("_", " "))
    whose = banner(meeting.case) if meeting.case_id else None
    context = {"meeting": meeting, "banner": whose, "form": form, **more}
    return render(request, f"mase/meetings/{name}.html", context, status=status)


@either
def change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another time, place or purpose."""
    meeting = require_planner(request.user, meeting_of_any_kind(request.user, pk))
    data, initial = _posted(request), MoveForm.values_of(meeting)
    form = MoveForm(data, initial=initial)
    if meeting.case_id is not None:
        paused = held_pause(meeting.case, meeting)
        form = ChangeForm(data, due_on=meeting.due_on, paused=paused, initial=initial)
    if form.does(
        lambda: scheduling.change(
            meeting=meeting, details=form.details, reason=form.cleaned_data["reason"],
            version=form.drawn_at, by=request.user,
        )
    ):  # fmt: skip
        said = "The meeting has been changed. Everyone invited has been told."
        messages.success(request, f"{said}{_working(form.done)}")
        return redirect(meeting)
    stale = form.is_bound and form.drawn_at != meeting.version
    theirs, status = (meeting, 409) if stale else (None, 200)
    return form_page(request, meeting, form, "change", theirs=theirs, status=status)


@either
def chair(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody else takes the chair, also midway."""
    meeting = meeting_of_any_kind(request.user, pk)
    gate.require(request.user, Permission.MEETING_CHAIR, meeting)
    able = [each for each in able_to_chair(meeting) if each.pk != meeting.chair_id]
    initial = {"chair": str(request.user.pk)} if request.user in able else {}
    form = ChairForm(_posted(request), chairs=able, initial=initial)
    if form.does(
        lambda: pass_chair(
            meeting=meeting, to=form.chosen_chair, reason=form.cleaned_data["reason"], by=request.user
        )
    ):
        messages.success(request, f"{form.chosen_chair.full_name} chairs the meeting now.")
        return redirect(meeting)
    return form_page(request, meeting, form, "chair")


@either
def cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Not held after all, and why."""
    meeting = require_planner(request.user, meeting_of_any_kind(request.user, pk))
    form = CancelForm(_posted(request))
    if form.does(
        lambda: scheduling.cancel(meeting=meeting, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, "The meeting is cancelled. Everyone invited has been told.")
        if meeting.session_id and gate.can(request.user, Permission.SESSION_BOOK):
            return redirect("mase:session", pk=meeting.session_id)
        if meeting.case_id is None:
            return redirect(meeting)
        return redirect("mase:case-meetings", reference=meeting.case.reference)
    return form_page(request, meeting, form, "cancel")


@either
def invite(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask an agency or a person who was not asked before."""
    meeting = require_planner(request.user, meeting_of_any_kind(request.user, pk))
    data, offered = _posted(request), None
    if meeting.case_id is None:
        form: InviteForm | GuestsForm = GuestsForm(data, people=people_for_cmog(meeting))
    else:
        offered = suggested(meeting.case, meeting)
        form = InviteForm(data, case=meeting.case, offered=offered)
    if form.does(
        lambda: invitations.invite(
            meeting=meeting, asked=form.chosen, alone=form.chosen_alone, by=request.user
        )
    ):
        told = "Invited, and told." if form.chosen else ""
        rung = "Nobody without an agency is told by the portal: ring them." if form.chosen_alone else ""
        messages.success(request, f"{told} {rung}".strip())
        return redirect(meeting)
    return form_page(request, meeting, form, "invite", missing=joined(offered.missing) if offered else "")


@either
def adjourn(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Why, and when it is held instead; with no day it is cancelled."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    paused = held_pause(meeting.case, meeting)
    form = AdjournForm(_posted(request), meeting=meeting, paused=paused)
    if form.does(
        lambda: ending.adjourn(
            meeting=meeting, reason=form.cleaned_data["reason"], to=form.cleaned_data["to"], by=request.user,
            late_reason=form.cleaned_data["late_reason"] or "",
        )
    ):  # fmt: skip
        messages.success(request, _done(form.done))
        return redirect(meeting)
    return form_page(request, meeting, form, "not_held")


def _done(meeting: Meeting) -> str:
    if not meeting.is_open:
        return "The meeting is cancelled. Everyone invited has been told."
    return f"{_booked(meeting)} What was written stays. Everyone invited has been told."


@either
def answer(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Whether somebody who is asked will come; anyone who changes by that who has sight proves who they are."""
    meeting = meeting_for(request.user, pk)
    invitation = invitation_of(meeting, key)
    own = answers.is_own(invitation, request.user)
    if own:
        gate.require(request.user, Permission.MEETING_CONTRIBUTE, meeting)
    else:
        gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    said = AnswerForm.values_of(invitation)
    form = AnswerForm(_posted(request), invitation=invitation, own=own, initial=said)
    if form.does(lambda: answers.answer(invitation=invitation, given=form.answer, by=request.user)):
        messages.success(request, "The answer is saved.")
        # The answer may have given this person's sight of the meeting to their deputy.
        sees = gate.can(request.user, Permission.CASE_VIEW, meeting.case)
        return redirect(meeting) if sees else redirect("mase:meetings")
    back = reverse("mase:meeting", args=[pk])
    return form_page(
        request, meeting, form, "answer", held=meeting, who=name_of(invitation), own=own, back=back
    )


@require_GET
def calendar(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The meeting for one's own calendar, in which nothing of the child is."""
    meeting = meeting_for(request.user, pk)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="calendar")
    event = event_for(meeting, request.user)
    kind = f"text/calendar; method={event.method}; charset=utf-8"
    return attachment(calendar_file(event).encode(), name=NAME, content_type=kind)


@require_GET
def pack(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Made on demand, of what this reader may see now, with their name on every page."""
    meeting = meeting_for(request.user, pk)
    with warns(request):
        mark = services.take(meeting=meeting, by=request.user)
        page = compose("pdf/pack.html", {"p": document(pack_record(request.user, meeting))})
        name = f"papers-{meeting.case.reference}.pdf"
        return attachment(draw(marked(page, mark)).pdf, name=name, content_type="application/pdf")
    return redirect("mase:meeting", pk)
