"""What the chair does with minutes: words and sends them, answers objections, agrees them, adds to them."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.letters.presenters import blocks
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.ui.presenters import joined
from mase.cmog.presenters.cmog import name_of
from mase.meetings.choices import Audience
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.meeting import conflict_of
from mase.meetings.selectors.record import one_of
from mase.meetings.services import meeting_reading
from mase.minutes import services
from mase.minutes.errors import MinutesAgreed
from mase.minutes.forms import AddendumForm, AnswerForm, RecipientsForm, WordingForm
from mase.minutes.models import Minutes, MinutesWording
from mase.minutes.presenters.items import parts_to_name
from mase.minutes.presenters.minutes import document
from mase.minutes.presenters.words import objection_line, place, reader_rows
from mase.minutes.selectors.circulation import candidates
from mase.minutes.selectors.letters import LetterTo, letters_about
from mase.minutes.selectors.minutes import (
    draft_record,
    latest_version,
    may_answer,
    meeting_with_minutes,
    minutes_of,
    objection_for,
    objections_for,
    parts_for,
    readers_of,
    sees_restricted,
    wording_for,
)

either = require_http_methods(["GET", "POST"])


@either
def wording(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """How the minutes word one item. Two writers lose nothing."""
    meeting = meeting_with_minutes(request.user, pk)
    minutes = _minutes_of(meeting)
    if minutes.agreed_at is not None:
        messages.warning(request, MinutesAgreed.message)
        return redirect("mase:minutes", pk)
    row = wording_for(request.user, minutes, key)
    initial = {"text": row.words, "version": row.version}
    form, stale = WordingForm(request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            services.save_wording(wording=row, text=text, edit=form.edit, by=request.user)
        except SomeoneElseSaved as refusal:
            stale = refusal
            form.add_error(None, refusal.message)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            drafts.saved(request)
            messages.success(request, "The wording is saved.")
            return redirect("mase:minutes", pk)
    return _wording_page(request, meeting, row, form, stale)


@either
def answer(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Yes or no to an objection, and why."""
    meeting = meeting_with_minutes(request.user, pk)
    minutes = _minutes_of(meeting)
    objection = objection_for(request.user, minutes, key)
    if not may_answer(request.user, meeting, objection):
        raise NotPermitted
    form = AnswerForm(request.POST or None)
    if form.does(lambda: services.answer(objection=objection, by=request.user, **form.cleaned_data)):
        next_ = (
            " Word the part otherwise, and send the minutes out again."
            if form.cleaned_data["accepted"]
            else ""
        )
        messages.success(request, f"Your answer is saved.{next_}")
        return redirect("mase:minutes", pk)
    return _form(
        request, meeting, form, "Answer an objection", "Save the answer", objection=objection_line(objection)
    )


@either
def agree(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree the minutes: what it freezes, and whose sight of the case it ends."""
    meeting, _ = chaired(request, pk)
    if request.method == "POST":
        with warns(request):
            services.agree(meeting=meeting, by=request.user)
            messages.success(request, "The minutes are agreed.")
        return redirect("mase:minutes", pk)
    lines = [
        "The minutes and the record of the meeting can never be changed again. A correction is added after them.",
        "People who see a child through this meeting alone, and owe no action, see it no longer.",
    ]
    return _confirm(request, meeting, "Agree the minutes", "Agree the minutes", lines)


@either
def add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A correction after the minutes were agreed."""
    meeting, _ = chaired(request, pk)
    items = parts_for(request.user, meeting)
    form = AddendumForm(
        request.POST or None, parts=parts_to_name(items), of_child=meeting.case_id is not None,
        sees_restricted=sees_restricted(request.user, meeting),
    )  # fmt: skip
    if form.does(
        lambda: services.add_addendum(
            meeting=meeting, key=form.key, text=form.cleaned_data["text"], by=request.user,
            restricted=bool(form.cleaned_data.get("restricted")), item=_part(form, items),
        )
    ):  # fmt: skip
        messages.success(request, "Your correction stands after the minutes.")
        return redirect("mase:minutes", pk)
    return _form(request, meeting, form, "Add a correction", "Add it to the minutes")


@require_GET
def readers(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """For the chair: who was told of the last version, opened it, took a copy, has read it, objected."""
    meeting, minutes = chaired(request, pk)
    version = latest_version(minutes)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="readers of minutes")
    said = objections_for(request.user, minutes)
    context = {
        **place(meeting), "version": version,
        "rows": reader_rows(readers_of(version), said) if version else [],
    }  # fmt: skip
    return render(request, "mase/minutes/readers.html", context)


def _part(form: AddendumForm, items: Sequence[AgendaItem]) -> AgendaItem | None:
    """The part it is about; none where it is about the whole, or of a child's meeting."""
    key = form.part if "item" in form.fields else None
    return one_of(items, key) if key is not None else None


def chaired(request: SignedInRequest, pk: uuid.UUID) -> tuple[Meeting, Minutes]:
    """The meeting and its minutes, for who chairs; there are none before it has ended."""
    meeting = meeting_with_minutes(request.user, pk)
    gate.require(request.user, Permission.MEETING_CHAIR, meeting)
    return meeting, _minutes_of(meeting)


def _minutes_of(meeting: Meeting) -> Minutes:
    minutes = minutes_of(meeting)
    if minutes is None:
        raise NotVisible
    minutes.meeting = meeting
    return minutes


def _wording_page(
    request: SignedInRequest,
    meeting: Meeting,
    row: MinutesWording,
    form: WordingForm,
    stale: SomeoneElseSaved | None,
) -> HttpResponse:
    meeting_reading.record_view(meeting=meeting, by=request.user, page="wording")
    context: dict[str, Any] = {
        **place(meeting), "form": form, "name": name_of(row.item),
        "notes": row.item.notes, "conflict": conflict_of(form, stale.theirs) if stale else None,
        "draft": f"minutes:{row.pk}",
    }  # fmt: skip
    return render(request, "mase/minutes/wording.html", context, status=409 if stale else 200)


def _form(
    request: SignedInRequest, meeting: Meeting, form: object, heading: str, button: str, **more: object
) -> HttpResponse:
    meeting_reading.record_view(meeting=meeting, by=request.user, page="minutes")
    context = {**place(meeting), "form": form, "heading": heading, "button": button, **more}
    return render(request, "mase/minutes/form.html", context)


def _confirm(
    request: SignedInRequest, meeting: Meeting, heading: str, button: str, lines: list[str]
) -> HttpResponse:
    meeting_reading.record_view(meeting=meeting, by=request.user, page="minutes")
    context = {**place(meeting), "heading": heading, "button": button, "lines": lines}
    return render(request, "mase/minutes/confirm.html", context)


@either
def people(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change the list of recipients. Those who are new on it are told, once the minutes are out.

    A CMOG has no list: its minutes go to everybody who sits on it or was asked.
    """
    meeting, minutes = chaired(request, pk)
    if meeting.case_id is None:
        raise NotVisible
    form = RecipientsForm(request.POST or None, offered=candidates(minutes))
    if request.method == "POST" and form.is_valid():
        new = services.choose_recipients(meeting=meeting, keys=form.keys, by=request.user)
        names = joined(each.person.full_name if each.person else each.agency.name for each in new)
        messages.success(request, f"The list is saved. New on it: {names}." if new else "The list is saved.")
        return redirect("mase:minutes", pk)
    return _page(request, meeting, form, heading="Who gets the minutes", button="Save the list")


@either
def send_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the minutes out, or out again, to everybody who is ticked."""
    meeting, minutes = chaired(request, pk)
    heading = "Send the minutes out again" if minutes.circulated_at else "Send the minutes out"
    if meeting.case_id is None:
        return _sent_to_all(request, meeting, heading)
    letters = letters_about(request.user, meeting)
    form = RecipientsForm(request.POST or None, offered=candidates(minutes), letters=letters)
    if request.method == "POST" and form.is_valid():
        with warns(request):
            version = services.circulate(
                meeting=meeting, by=request.user, recipients=form.keys, letters=form.to_write
            )
            messages.success(
                request, f"Version {version.number} is on its way. Its recipients have been told."
            )
        return redirect("mase:minutes", pk)
    return _page(request, meeting, form, heading=heading, button=heading, letters=letters)


SENT_TO_ALL = [
    "The CSE team, the police intelligence unit and everybody who was asked to this CMOG are told, without personal "
    "data.",
    "From today they have five working days to object to what they may see.",
    "Each takes their own copy, with what they may see and their name on every page.",
    "What was recorded can no longer be changed; its wording can, until the minutes are agreed.",
]


def _sent_to_all(request: SignedInRequest, meeting: Meeting, heading: str) -> HttpResponse:
    """A CMOG's minutes go to everybody who sits on it or was asked: there is no list to choose from."""
    if request.method == "POST":
        with warns(request):
            services.circulate(meeting=meeting, by=request.user)
            messages.success(request, "The minutes are out. Everyone who sits on the CMOG has been told.")
        return redirect("mase:minutes", meeting.pk)
    return _confirm(request, meeting, heading, heading, SENT_TO_ALL)


def _page(
    request: SignedInRequest,
    meeting: Meeting,
    form: RecipientsForm,
    *,
    heading: str,
    button: str,
    letters: Sequence[LetterTo] | None = None,
) -> HttpResponse:
    meeting_reading.record_view(meeting=meeting, by=request.user, page="who gets the minutes")
    context: dict[str, Any] = {"form": form, "heading": heading, "button": button, "case": meeting.case}
    if letters is not None:  # what the family gets is never sent unseen
        context["m"] = document(draft_record(meeting, Audience.OPEN))
        context["letters"] = [(each, blocks(each.words.body)) for each in letters]
    return render(request, "mase/minutes/people.html", {**place(meeting), **context})
