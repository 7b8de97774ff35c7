"""Booking a meeting, changing it, cancelling it, taking back its start, and asking somebody else to it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cases.record.models.case import Case
from cases.record.presenters import CaseBanner, banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.reference.selectors import choices
from cse_portal.ui.downloads import attachment
from cse_portal.ui.forms import Rows
from cse_portal.ui.icalendar import calendar_file
from cse_portal.ui.marking import marked
from cse_portal.ui.pdf import compose, draw
from cse_portal.ui.presenters import display_datetime, joined, local_date, non_working_day_note
from mase.cmog.forms import GuestsForm
from mase.cmog.selectors.cmog import people_for_cmog
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.forms.answers import AdjournForm, AnswerForm
from mase.meetings.forms.scheduling import (
    BookForm,
    CancelForm,
    ChairForm,
    ChangeForm,
    InviteForm,
    MoveForm,
    PeopleForms,
)
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.pack import pack as document
from mase.meetings.selectors.answers import current_answer, invitation_of, suggested
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
from mase.meetings.services.attendance import pass_chair
from mase.meetings.services.calendars import NAME, event_for
from mase.meetings.services.invitations import Asked

either = require_http_methods(["GET", "POST"])


@either
def schedule(request: SignedInRequest, reference: str) -> HttpResponse:
    """Book the next meeting about a child."""
    case = gate.require(request.user, Permission.MEETING_SCHEDULE, case_for(request.user, reference))
    kind = kind_of_next(case)
    due_on, _ = due_date(case, kind)
    people = PeopleForms(request.POST if request.method == "POST" else None, prefix="people")
    form = BookForm(
        request.POST if request.method == "POST" else None,
        case=case,
        chairs=chairs_for(case),
        due_on=due_on,
        paused=held_pause(case),
        quiet=people.rows_changed,
        offered=suggested(case),
    )
    if (
        not people.rows_changed
        and people.is_valid()
        and form.does(lambda: _book(request, case, form, people))
    ):
        return redirect(form.done)
    record_view(case=case, by=request.user, page="schedule")
    context = {
        "case": case, "banner": banner(case), "form": form, "formset": people, "kind": kind.label, "due_on": due_on,
        "cancelled": cancelled_before(case), "reasons": choices("late-reason"),
        "places": waiting_for_slot(request.user, [case])[0].places
        if gate.can(request.user, Permission.SESSION_BOOK)
        else [],
    }  # fmt: skip
    return render(request, "mase/meetings/schedule.html", context)


def _book(request: SignedInRequest, case: Case, form: BookForm, people: Rows) -> Meeting:
    chosen = [(row["person"], row.get("role") or "") for row in people.rows if row.get("person")]
    in_roles = {person.user_id for person, role in chosen if role}
    holders = [each for each in form.cleaned_data.get("holders") or [] if each.user_id not in in_roles]
    meeting = scheduling.schedule(
        key=form.key, case=case, details=form.details, chair=form.chosen_chair, by=request.user,
        agencies=form.cleaned_data.get("agencies") or [],
        people=[*holders, *(person for person, role in chosen if not role)],
        in_roles=[Asked.of(person, role) for person, role in chosen if role],
    )  # fmt: skip
    when = display_datetime(meeting.scheduled_for)
    said = (
        f"The meeting is booked for {when}. Everyone invited has been told. {_non_working_day_note(meeting)}"
    )
    messages.success(request, said.strip())
    return meeting


def _non_working_day_note(meeting: Meeting) -> str:
    return non_working_day_note(local_date(meeting.scheduled_for))


def _banner(meeting: Meeting) -> CaseBanner | None:
    return None if meeting.case_id is None else banner(meeting.case)


@either
def change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another time, place or purpose."""
    meeting = require_planner(request.user, meeting_of_any_kind(request.user, pk))
    data, initial = request.POST if request.method == "POST" else None, MoveForm.values_of(meeting)
    form = (
        MoveForm(data, initial=initial)
        if meeting.case_id is None
        else ChangeForm(
            data, due_on=meeting.due_on, paused=held_pause(meeting.case, meeting), initial=initial
        )
    )
    theirs: Meeting | None = None
    if request.method == "POST" and form.is_valid():
        try:
            changed = scheduling.change(
                meeting=meeting, details=form.details, reason=form.cleaned_data["reason"],
                version=form.drawn_at, by=request.user,
            )  # fmt: skip
            said = f"The meeting has been changed. Everyone invited has been told. {_non_working_day_note(changed)}"
            messages.success(request, said.strip())
            return redirect(meeting)
        except SomeoneElseSaved as stale:
            theirs = meeting
            form.add_error(None, stale.message)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="change")
    context = {"meeting": meeting, "banner": _banner(meeting), "form": form, "theirs": theirs}
    return render(request, "mase/meetings/change.html", context, status=409 if theirs else 200)


@either
def chair(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody else takes the chair, also midway."""
    meeting = meeting_of_any_kind(request.user, pk)
    gate.require(request.user, Permission.MEETING_CHAIR, meeting)
    able = [each for each in able_to_chair(meeting) if each.pk != meeting.chair_id]
    initial = {"chair": str(request.user.pk)} if request.user in able else {}
    form = ChairForm(request.POST if request.method == "POST" else None, chairs=able, initial=initial)
    if form.does(
        lambda: pass_chair(
            meeting=meeting, to=form.chosen, reason=form.cleaned_data["reason"], by=request.user
        )
    ):
        messages.success(request, f"{form.chosen.full_name} chairs the meeting now.")
        return redirect(meeting)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="chair")
    context = {"meeting": meeting, "banner": _banner(meeting), "form": form}
    return render(request, "mase/meetings/chair.html", context)


@either
def cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Not held after all, and why."""
    meeting = require_planner(request.user, meeting_of_any_kind(request.user, pk))
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.does(
        lambda: scheduling.cancel(meeting=meeting, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, "The meeting is cancelled. Everyone invited has been told.")
        if meeting.session_id and gate.can(request.user, Permission.SESSION_BOOK):
            return redirect("mase:session", pk=meeting.session_id)
        if meeting.case_id is None:
            return redirect(meeting)
        return redirect("mase:case-meetings", reference=meeting.case.reference)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="cancel")
    context = {"meeting": meeting, "banner": _banner(meeting), "form": form}
    return render(request, "mase/meetings/cancel.html", context)


@either
def invite(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask an agency or a person who was not asked before."""
    meeting = require_planner(request.user, meeting_of_any_kind(request.user, pk))
    data, offered = request.POST if request.method == "POST" else None, None
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
    meeting_reading.record_view(meeting=meeting, by=request.user, page="invite")
    context = {
        "meeting": meeting, "banner": _banner(meeting), "form": form,
        "missing": joined(offered.missing) if offered else "",
    }  # fmt: skip
    return render(request, "mase/meetings/invite.html", context)


@require_http_methods(["GET", "POST"])
def adjourn(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Why, and when it is held instead; with no day it is cancelled."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    paused = held_pause(meeting.case, meeting)
    form = AdjournForm(request.POST if request.method == "POST" else None, meeting=meeting, paused=paused)
    if form.does(
        lambda: ending.adjourn(
            meeting=meeting, reason=form.cleaned_data["reason"], to=form.to, by=request.user,
            late_reason=form.cleaned_data["late_reason"] or "",
        )
    ):  # fmt: skip
        messages.success(request, _done(form.done))
        return redirect(meeting)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="not held")
    context = {"meeting": meeting, "banner": banner(meeting.case), "form": form}
    return render(request, "mase/meetings/not_held.html", context)


def _done(meeting: Meeting) -> str:
    if not meeting.is_open:
        return "The meeting is cancelled. Everyone invited has been told."
    when = display_datetime(meeting.scheduled_for)
    return f"The meeting is booked for {when}. What was written stays. Everyone invited has been told."


@require_http_methods(["GET", "POST"])
def answer(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Whether somebody who is asked will come; anyone who changes by that who has sight proves who they are."""
    meeting = meeting_for(request.user, pk)
    invitation = invitation_of(meeting, key)
    own = answers.is_own(invitation, request.user)
    if own:
        gate.require(request.user, Permission.MEETING_CONTRIBUTE, meeting)
    else:
        gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    before = current_answer(invitation, meeting)
    form = AnswerForm(
        request.POST if request.method == "POST" else None, invitation=invitation, own=own,
        initial=AnswerForm.values_of(before, invitation),
    )  # fmt: skip
    if form.does(lambda: answers.answer(invitation=invitation, given=form.answer, by=request.user)):
        messages.success(request, "The answer is saved.")
        return _back(request, meeting)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="answer")
    context = {
        "held": meeting, "banner": banner(meeting.case), "form": form, "who": name_of(invitation), "own": own,
        "back": reverse("mase:meeting", args=[pk]),
    }  # fmt: skip
    return render(request, "mase/meetings/answer.html", context)


def _back(request: SignedInRequest, meeting: Meeting) -> HttpResponse:
    """To the meeting, unless the answer gave this person's sight of it to their deputy."""
    if gate.can(request.user, Permission.CASE_VIEW, meeting.case):
        return redirect(meeting)
    return redirect("mase:meetings")


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
