"""The lists of meetings, the meeting view, and its start and end."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cases.record.presenters import banner
from cases.record.selectors import case_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.sign_in import sessions
from cse_portal.ui.forms import PortalForm
from mase.clocks.models import ClockStep
from mase.clocks.selectors.clocks import clocks_of, clocks_to_book
from mase.disagreements.selectors import open_of_case
from mase.meetings.errors import MeetingNotEditable
from mase.meetings.forms.scheduling import MeetingFilter
from mase.meetings.forms.sections import EndForm
from mase.meetings.presenters.lists import calendar_page, days_of, month_of
from mase.meetings.presenters.summaries import ending as ending_page
from mase.meetings.selectors.meetings import (
    case_meetings,
    meeting_for,
    meeting_list,
    meeting_of_any_kind,
    meetings_between,
)
from mase.meetings.selectors.meetings import to_book as cases_to_book
from mase.meetings.selectors.record import open_record
from mase.meetings.selectors.sessions import next_in_session, sessions_ahead, waiting_for_slot
from mase.meetings.services import ending, meeting_reading
from mase.meetings.views.live import draw, look_of, page_for
from mase.meetings.views.scheduling import form_page
from mase.plans.presenters.scale import asked_again
from mase.transition.selectors import begins_by


@require_GET
def meetings(request: SignedInRequest) -> HttpResponse:
    """Upcoming, this week's or past meetings that this person may see."""
    gate.require(request.user, Permission.MEETING_LIST)
    form = MeetingFilter(request.GET)
    which = form.answers.get("which", "upcoming")
    rows = meeting_list(request.user, past=which == "past", this_week=which == "week")
    page = page_of(rows, PER_PAGE, request.GET.get("page"))
    meeting_reading.record_listed(shown=list(page.object_list), by=request.user, which=which)
    context = {
        "form": MeetingFilter({"which": which}),
        "page": page,
        "rows": page.object_list,
        "which": which,
    }
    return render(request, "mase/meetings/list.html", context)


@require_GET
def to_book(request: SignedInRequest) -> HttpResponse:
    """Open cases that want a meeting and have none ahead, each with the next session in time that has room."""
    gate.require(request.user, Permission.MEETING_LIST)
    page = page_of(cases_to_book(request.user), PER_PAGE, request.GET.get("page"))
    meeting_reading.record_to_book(shown=list(page.object_list), by=request.user)
    cases = list(page.object_list)
    may = gate.can(request.user, Permission.SESSION_BOOK)
    sessions = sessions_ahead(request.user) if may else []
    waiting = waiting_for_slot(request.user, cases, sessions)
    context = {"page": page, "rows": waiting, "may_book": may, "sessions": sessions}
    return render(request, "mase/meetings/to_book.html", context)


@require_GET
def of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """The meetings about one child: the next one, and those that were."""
    case = case_for(request.user, reference)
    gate.require(request.user, Permission.MEETING_LIST)
    rows = list(case_meetings(case))
    meeting_reading.record_listed(shown=rows, by=request.user, case=case, which="case")
    may = gate.can(request.user, Permission.MEETING_SCHEDULE, case)
    ahead = next((each for each in rows if each.is_open), None)
    to_book = clocks_to_book([case])[case.pk] if case.is_open and not ahead else []
    running = clocks_of(ahead) if ahead else to_book
    held = next((each for each in running if each.step == ClockStep.HELD), None)
    clock = reverse("mase:clock", args=[ahead.pk]) if ahead else reverse("mase:case-clock", args=[reference])
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": "meetings",
        "ahead": ahead,
        "earlier": [each for each in rows if not each.is_open],
        "held": held,
        "clocks": running,
        "clock_url": clock if may else "",
        "disagreements": open_of_case(case),
        "turning_18": begins_by(case.child, timezone.localdate()),
        "may_schedule": case.is_open and may,
    }
    return render(request, "mase/meetings/case.html", context)


@require_GET
def meeting(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The page the chair runs a meeting from, and everyone else follows it on."""
    row = meeting_for(request.user, pk)
    by_itself = sessions.is_background_request(request)
    meeting_reading.record_view(
        meeting=row, by=request.user, page="meeting, live" if by_itself else "meeting"
    )
    look = look_of(request, row)
    return draw(request, page_for(request, row, look), look)


@require_POST
def start(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Open the meeting; on another day than it is booked for it is asked first."""
    row = gate.require(request.user, Permission.MEETING_CHAIR, meeting_of_any_kind(request.user, pk))
    if row.is_on_another_day and "another_day" not in request.POST:
        return form_page(request, row, PortalForm(), "start_another_day")
    with warns(request):
        ending.start(meeting=row, by=request.user)
        messages.success(request, "The meeting has started.")
    return redirect(row)


@either
def end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is missing, what will happen, and the button that ends the meeting."""
    row = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    if not row.is_running:
        not_started = "This meeting has not been started."
        messages.warning(request, not_started if row.is_open else MeetingNotEditable.message)
        return redirect("mase:meeting", pk=row.pk)
    record = open_record(request.user, row)
    form = EndForm(request.POST if request.method == "POST" else None, record=record)
    if form.does(lambda: ending.end(meeting=row, by=request.user, **form.cleaned_data)):
        following = next_in_session(request.user, row)
        on = f" Next: {following.case.child.name}." if following else ""
        said = "The meeting has ended. Its actions are issued and the minutes are being prepared."
        messages.success(request, said + on)
        return redirect("mase:meeting", pk=(following or row).pk)
    more = {"record": record, "page": ending_page(record), "asked_again": asked_again(record)}
    return form_page(request, row, form, "end", status=409 if form.non_field_errors() else 200, **more)


@require_GET
def calendar(request: SignedInRequest) -> HttpResponse:
    """A month of the meetings that this person may see; an address that makes no sense shows this month."""
    gate.require(request.user, Permission.MEETING_LIST)
    month = month_of(request.GET.get("month", ""))
    days = days_of(month)
    rows = list(meetings_between(request.user, days[0], days[-1]))
    meeting_reading.record_listed(shown=rows, by=request.user, which="calendar")
    return render(request, "mase/meetings/calendar.html", {"calendar": calendar_page(month, rows)})
