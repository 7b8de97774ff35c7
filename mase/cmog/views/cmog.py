"""The list of CMOGs, one of them, and running it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui.forms import PortalForm
from cse_portal.ui.presenters import counted
from intelligence.hotspots.selectors import hotspots, named
from mase.cmog.forms import SaidForm, YearForm
from mase.cmog.presenters import cmog as words
from mase.cmog.presenters.page import cmog_page, counts, item_part
from mase.cmog.selectors import cmog as selectors
from mase.cmog.services import cmog as services
from mase.cmog.services.items import record_item
from mase.meetings.choices import MeetingKind
from mase.meetings.forms.table import AttendanceForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending
from mase.meetings.services.meeting_reading import record_listed, record_view
from mase.meetings.services.sections import record_attendance
from mase.minutes.selectors.minutes import minutes_of


@require_GET
def cmogs(request: SignedInRequest) -> HttpResponse:
    """Every CMOG, newest first, and what they decided: a search by child, person, place or topic finds it again."""
    gate.require(request.user, Permission.CMOG_LIST)
    found, words_typed = (
        list(selectors.meetings_of(request.user, MeetingKind.CMOG)),
        request.GET.get("q", "").replace("\x00", "").strip()[:100],
    )
    page = page_of(selectors.decisions(request.user, words_typed), PER_PAGE, request.GET.get("page"))
    record_listed(shown=found, by=request.user, which="CMOGs")
    shown = list(page.object_list)
    about = [each.subject_id for each in shown]
    record_listed(shown=shown, by=request.user, about=about, which="decisions of CMOGs")
    may_book = gate.can(request.user, Permission.CMOG_BOOK)
    context = {
        "rows": found,
        "page": page,
        "decisions": words.decision_rows(page.object_list),
        "q": words_typed,
        "may_book": may_book,
    }
    return render(request, "mase/cmog/list.html", context)


@either
def book(request: SignedInRequest, kind: MeetingKind = MeetingKind.CMOG) -> HttpResponse:
    """A year of meetings of a kind: the days are shown first, and each may be moved or left out."""
    gate.require(request.user, Permission.CMOG_BOOK)
    data, able = request.POST if request.method == "POST" else None, people_who_may(Permission.MEETING_CHAIR)
    form = YearForm(data, kind=kind, chairs=able, initial={"chair": str(request.user.pk)})
    if form.is_valid() and not form.booking["days"]:
        given = {name: form.cleaned_data[name] for name in form.field_order}
        form = YearForm(kind=kind, chairs=able, first=given["scheduled_for"], initial=given)
    elif form.does(lambda: services.book(key=form.key, by=request.user, **form.booking)):
        booked = counted(len(form.done), kind.label)
        messages.success(request, f"{booked} booked. Everybody who sits on each has it in their calendar.")
        return redirect(form.done[0])
    record_listed(shown=[], by=request.user, which="book meetings")
    return render(request, "mase/cmog/book.html", {"form": form, "kind": kind.label})


@require_GET
def cmog(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The one page: the items this person sees, one of them, what is decided on it, and where and when."""
    return draw(request, selectors.cmog_for(request.user, pk), request.GET.get("item", ""))


def draw(
    request: SignedInRequest, meeting: Meeting, key: str, form: SaidForm | None = None, *, stale: bool = False
) -> HttpResponse:
    """With the form as it was typed, where it could not be saved."""
    user = request.user
    items = selectors.items_for(user, meeting)
    item, agreed = selectors.chosen_item(user, items, key), selectors.agreed_under(user, items)
    record_view(meeting=meeting, shown=items, by=user)
    maps = meeting.is_open and meeting.kind == MeetingKind.CMOG
    context = {
        "meeting": meeting,
        "page": cmog_page(meeting, items, agreed, item, hotspots(user) if maps else None),
        "named": named(user) if maps else [],
        "sits_on_every": [] if meeting.started_at else selectors.standing_agencies(meeting.kind),
        "minutes": minutes_of(meeting) if meeting.ended_at else None,
        "runs": gate.can(user, Permission.MEETING_CHAIR, meeting),
        "lists": gate.can(user, Permission.CMOG_LIST),
    }
    if item is not None:
        record_item(item=item, by=user)
        puts_off = meeting.is_open and gate.can(user, Permission.CMOG_WRITE, item)
        writes = meeting.is_running and puts_off
        form = form or (SaidForm(row=item) if writes else None)
        record = selectors.item_record(user, item)
        context |= {
            "item": item, "record": record, "part": item_part(record, agreed.get(item.pk, [])), "form": form,
            "theirs": stale, "writes": writes, "puts_off": puts_off,
        }  # fmt: skip
    refused = stale or bool(form and form.non_field_errors())
    return render(request, f"mase/cmog/{meeting.kind.lower()}.html", context, status=409 if refused else 200)


@either
def attendance(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who came."""
    meeting = to_run(request, pk)
    asked = selectors.invited(meeting)
    form = AttendanceForm(request.POST if request.method == "POST" else None, invitations=asked)
    if form.does(lambda: record_attendance(meeting=meeting, by=request.user, **form.said)):
        messages.success(request, "Attendance is saved.")
        return redirect("mase:cmog", pk)
    return form_page(request, meeting, form, "Who came")


@either
def end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The record is closed, actions are issued."""
    meeting = to_run(request, pk)
    form = PortalForm(request.POST if request.method == "POST" else None)
    if form.does(lambda: ending.end(meeting=meeting, by=request.user)):
        messages.success(
            request,
            "It has ended. Its actions are issued, and its minutes are a draft: send them out.",
        )
        return redirect("mase:minutes", pk)
    items = selectors.items_for(request.user, meeting)
    left = counts(items, selectors.agreed_under(request.user, items))
    warning = words.left_words(*left, selectors.invited(meeting))
    label = f"End the {meeting.get_kind_display()}"
    return form_page(request, meeting, form, label, warning=warning)


@require_POST
def compile_agenda(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Bring the agenda up to date."""
    meeting = to_run(request, pk)
    with warns(request):
        services.compile_agenda(meeting=meeting, by=request.user)
        messages.success(request, "The agenda is up to date.")
    return redirect("mase:cmog", pk)


def to_run(request: SignedInRequest, pk: uuid.UUID) -> Meeting:
    """The meeting, for who runs it."""
    return gate.require(request.user, Permission.MEETING_CHAIR, selectors.cmog_for(request.user, pk))


def draw_form(
    request: SignedInRequest,
    meeting: Meeting,
    form: PortalForm,
    heading: str,
    *,
    intro: str = "",
    **more: Any,
) -> HttpResponse:
    """One form on a page of its own, on the way back to the meeting or to an item."""
    context = {
        "meeting": meeting,
        "title": words.title(meeting),
        "form": form,
        "heading": heading,
        "intro": intro,
    }
    status = 409 if form.non_field_errors() else 200
    return render(request, "mase/cmog/form.html", context | more, status=status)


def form_page(
    request: SignedInRequest, meeting: Meeting, form: PortalForm, heading: str, **more: Any
) -> HttpResponse:
    """The same, of the whole meeting."""
    record_view(meeting=meeting, by=request.user, page=heading.lower())
    return draw_form(request, meeting, form, heading, **more)
