"""What is written at a meeting: one part, saved with its button or when a field is left; and agencies' reports."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.ui.forms import RowsForm
from cse_portal.ui.presenters import display_date, display_time, non_working_day_note
from mase.clocks.selectors.clocks import report_due
from mase.meetings.choices import KINDS, Stage
from mase.meetings.errors import CategoryStep, MeetingNotEditable, SomeoneElseSaved
from mase.meetings.forms.meeting import PARTS, Key, place_of, row_of, section_form
from mase.meetings.forms.reports import BoxesForm
from mase.meetings.forms.sections import SectionForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.meeting import conflict_of
from mase.meetings.presenters.stages import stage_of, words_of
from mase.meetings.selectors.meetings import meeting_for
from mase.meetings.selectors.record import MeetingRecord, one_of, record_for
from mase.meetings.selectors.reports import own_report
from mase.meetings.services import decision, meeting_reading, reports, sections
from mase.meetings.views.live import Look, address, draw, page_for
from mase.plans.choices import TableWord
from mase.plans.models.plan import PlanAction
from mase.plans.services import carrying, plan, safety_map, verification

FAMILY_CAME = (
    "A child or parent is marked as there, so “Family is here” is on: what is for professionals is hidden from every"
    " page of the meeting. Turn it off when they leave."
)


@require_http_methods(["GET", "POST"])
def save(request: SignedInRequest, pk: uuid.UUID, kind: str, key: uuid.UUID) -> HttpResponse:
    """Save one part. What cannot be saved stays on the page as it was typed."""
    meeting = meeting_for(request.user, pk)
    record = record_for(request.user, meeting)
    form = section_form(record, (kind, key), request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return redirect(address(meeting, place_of(record, (kind, key))))
    if not form.is_valid():
        return answer(request, record, (kind, key), form)
    try:
        write(kind, row_of(record, (kind, key)), form, meeting, request.user)
    except SomeoneElseSaved as stale:
        if isinstance(form, RowsForm):
            return save(request, pk, kind, key)  # in this very moment: the form as it is now tells both texts
        return answer(request, record, (kind, key), form, stale)
    except MeetingNotEditable as refusal:
        return over(request, meeting, form, refusal)
    except NotAllowedNow as refusal:
        field = refusal.field or ""
        field = form.places.get(field, field)
        form.add_error(field if field in form.fields else None, in_words(refusal, record))
        return answer(request, record, (kind, key), form)
    drafts.saved(request)
    return saved(request, meeting, record, (kind, key), form)


def in_words(refusal: NotAllowedNow, record: MeetingRecord) -> str:
    """Why it was not saved: where others see the screen, without what an assessment found."""
    if record.shared and isinstance(refusal, CategoryStep):
        return CategoryStep.message
    return refusal.message


def over(
    request: SignedInRequest, meeting: Meeting, form: SectionForm, refusal: MeetingNotEditable
) -> HttpResponse:
    """The meeting ended while they wrote: their text is kept as a draft."""
    drafts.keep_posted(request)
    words = f"{refusal.message} {drafts.KEPT_AS_DRAFT}"
    if request.htmx:  # type: ignore[attr-defined]
        form.add_error(None, words)
        return render(request, "mase/meetings/_not_saved.html", {"form": form})
    messages.warning(request, words)
    return redirect("mase:meeting", pk=meeting.pk)


@require_POST
def remove(request: SignedInRequest, pk: uuid.UUID, kind: str, key: uuid.UUID) -> HttpResponse:
    """Take a line off the map, the plan or the disagreements; or take back that a danger ended."""
    meeting = meeting_for(request.user, pk)
    if kind not in REMOVERS:
        raise NotVisible
    with warns(request):
        record = record_for(request.user, meeting)
        REMOVERS[kind](record, key, request.user)
        messages.success(request, "Removed.")
    return redirect(address(meeting, PARTS[kind].place if kind in PARTS else Stage.DECIDE))


@require_POST
def family(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The switch "Family is here"."""
    meeting = meeting_for(request.user, pk)
    with warns(request):
        sections.set_family_in_room(
            meeting=meeting, present=request.POST.get("present") == "yes", by=request.user
        )
    return redirect("mase:meeting", pk=meeting.pk)


def answer(
    request: SignedInRequest,
    record: MeetingRecord,
    key: Key,
    form: SectionForm,
    stale: SomeoneElseSaved | None = None,
) -> HttpResponse:
    """Not saved: why, and the other person's text if there is one and this screen may show it."""
    form.conflict = conflict_of(form, stale.theirs) if stale else None
    if request.htmx and not form.whole:  # type: ignore[attr-defined]
        context = {"form": form, "conflict": form.conflict}
        return render(request, "mase/meetings/_not_saved.html", context)
    look = Look(place_of(record, key), danger=str(key[1]))
    page = page_for(request, record.meeting, look, record, (key, form))
    if key not in page.sections:
        raise NotPermitted
    if stale is not None:
        form.add_error(None, stale.message)
    return draw(request, page, look, form, 409 if stale else 200)


def saved(
    request: SignedInRequest, meeting: Meeting, record: MeetingRecord, key: Key, form: SectionForm
) -> HttpResponse:
    """Saved, and when; with a script, also the parts of the page that changed with it."""
    now = meeting_for(request.user, meeting.pk)
    came = now.family_in_room and not meeting.family_in_room
    day = {"review": "review_on", "action": "due_on", "row": "due_on"}.get(key[0], "")
    note = non_working_day_note(form.cleaned_data.get(day))
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, f"Saved. {note}".strip())
        if came:
            messages.warning(request, FAMILY_CAME)
        # Who is here is marked in one press from beside any stage, and the meeting stays where it is.
        place = meeting.stage if key[0] == "accepted" else place_of(record, key)
        return redirect(address(meeting, place))
    look = Look(place_of(record, key), danger=str(key[1]))
    page = page_for(request, now, look)
    if form.whole:
        return draw(request, page, look)
    again = key[0] == "decision" and _is_another(record, page.record)
    context = {
        "page": page, "meeting": page.meeting, "section": page.sections.get(key), "form": form,
        "came": FAMILY_CAME if came else "", "note": note, "again": again, "stage": stage_of(page, look.danger),
        "words": words_of(page), "at": display_time(timezone.localtime()), "live": True,
    }  # fmt: skip
    return render(request, "mase/meetings/_saved.html", context)


def _is_another(before: MeetingRecord, now: MeetingRecord) -> bool:
    """Whether the meeting decides otherwise than it did: then each agency is asked anew."""
    was, made = before.decision, now.decision
    return not was or not made or (was.category, was.harm_status) != (made.category, made.harm_status)


def write(kind: str, row: Any, form: Any, meeting: Meeting, by: User) -> None:
    """Hand what somebody said in one part to the service that records it; `row` is what the part is about."""
    if kind in ("boxes", "apart"):
        reports.contribute(meeting=meeting, agency=row, boxes=form.boxes, by=by)
    elif kind == "last":
        _last(row, form, meeting, by)
    else:
        service, name = WRITERS[kind]
        service(**{name: row}, **form.said, by=by)


def _last(action: PlanAction, form: Any, meeting: Meeting, by: User) -> None:
    said = form.cleaned_data["do"]
    if said == TableWord.CONFIRM:
        verification.confirm(action=action, by=by)
    elif said == TableWord.CARRY:
        carrying.carry_on(action=action, meeting=meeting, by=by)
    else:
        done, words = said == TableWord.DONE, form.cleaned_data["came_of_it"] or ""
        carrying.settle(action=action, meeting=meeting, done=done, came_of_it=words, by=by)


@require_http_methods(["GET", "POST"])
def report(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What one's agency brings to the meeting: sent with one press, and added to until the meeting ends."""
    meeting = meeting_for(request.user, pk)
    who = gate.require_standing(request.user, Permission.MEETING_CONTRIBUTE, meeting)
    form = _form(request, meeting)
    if request.method == "POST" and form.is_valid() and not form.refuse_empty():
        try:
            reports.contribute(meeting=meeting, agency=who.agency, boxes=form.boxes, by=request.user)
        except SomeoneElseSaved:  # in this very moment: the boxes as they are now tell both texts
            form = _form(request, meeting)
            form.is_valid()
        except MeetingNotEditable as refusal:
            drafts.keep_posted(request)
            form.add_error(None, f"{refusal.message} {drafts.KEPT_AS_DRAFT}")
        else:
            drafts.saved(request)
            messages.success(request, "Sent. Everybody who sees the meeting can read it now.")
            return redirect("mase:report", pk=meeting.pk)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="report")
    context = {
        "meeting": meeting, "banner": banner(meeting.case), "form": form, "agency": who.agency,
        "due": display_date(report_due(meeting)), "sent": any(each["added"] for each in form.drawn),
    }  # fmt: skip
    return render(request, "mase/meetings/report.html", context, status=409 if form.errors else 200)


def _form(request: SignedInRequest, meeting: Meeting) -> BoxesForm:
    data = request.POST if request.method == "POST" else None
    return BoxesForm(data, rows=own_report(request.user, meeting), kinds=KINDS, by=request.user)


@require_POST
def ask(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Remind an agency of its report."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_SCHEDULE, meeting.case)
    agency = one_of(record_for(request.user, meeting).reporting, key)
    with warns(request):
        reports.ask_again(meeting=meeting, agency=agency, by=request.user)
        messages.success(request, "The agency has been reminded.")
    return redirect(address(meeting, Stage.NEW))


@require_POST
def take(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """An action that an agency suggested goes into the plan, on the P of its box."""
    meeting = meeting_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_NOTE, meeting)
    # What is taken need not be on the screen any more.
    rows = record_for(request.user, meeting, alone=True).contributions
    box = next((row for row in rows if key in dict(row.suggestions)), None)
    if box is None:
        raise NotVisible
    with warns(request):
        reports.take_suggestion(box=box, key=key, by=request.user)
        messages.success(request, "The action is in the plan.")
    return redirect(address(meeting, Stage.NEW))


# The service that records what somebody said in one part, and what it calls the row that the part is about.
WRITERS: dict[str, tuple[Callable[..., Any], str]] = {
    "notes": (sections.save_notes, "item"), "voice": (sections.save_voice, "voice"),
    "attendance": (sections.record_attendance, "meeting"), "accepted": (sections.mark_accepted, "meeting"),
    "danger": (safety_map.save_danger, "danger"), "new-danger": (safety_map.add_danger, "meeting"),
    "danger-end": (safety_map.end_danger, "danger"), "map": (safety_map.add_entry, "meeting"),
    "score": (safety_map.score, "danger"), "why": (safety_map.explain, "score"),
    "decision": (decision.save_decision, "meeting"), "step-down": (decision.check_step_down, "meeting"),
    "step-down-apart": (decision.check_step_down, "meeting"), "action": (plan.add_action, "meeting"),
    "row": (plan.change_action, "action"), "review": (decision.set_review, "meeting"),
    "word": (decision.record_word, "meeting"),
}  # fmt: skip
REMOVERS: dict[str, Callable[[MeetingRecord, uuid.UUID, User], None]] = {
    "map": lambda record, key, by: safety_map.remove_line(line=one_of(record.entries, key), by=by),
    "danger": lambda record, key, by: safety_map.remove_danger(danger=one_of(record.dangers, key), by=by),
    "danger-end": lambda record, key, by: safety_map.end_danger(
        danger=one_of(record.dangers, key), because=None, by=by
    ),
    "dissent": lambda record, key, by: safety_map.remove_line(line=one_of(record.dissents, key), by=by),
    "action": lambda record, key, by: plan.remove_action(action=one_of(record.actions, key), by=by),
}
