"""The minutes of a CMOG: their page, the reader's own copy, what a reader says of them, and what is done with them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.exports.services import free_copy
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.files.store import digest
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.ui.downloads import attachment
from cse_portal.ui.marking import Mark, marked
from cse_portal.ui.pdf import compose, draw
from mase.cmog.presenters import cmog as words
from mase.cmog.presenters.minutes import (
    CmogDocument,
    MinutesPage,
    minutes_document,
    minutes_page,
    next_version,
    objection_line,
    parts_to_name,
    place,
)
from mase.cmog.selectors.cmog import item_for, items_for
from mase.cmog.selectors.minutes import (
    MinutesFacts,
    latest_version,
    may_be_answered,
    may_reword,
    minutes_copy,
    minutes_facts,
    minutes_for,
    minutes_of,
    minutes_to_send,
    objection_for,
    objections_of,
    wording_of,
)
from mase.cmog.services import cmog
from mase.cmog.services import minutes as services
from mase.cmog.services.minutes import is_unchanged
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.meeting import conflict_of
from mase.meetings.selectors.record import one_of
from mase.minutes.errors import MinutesAgreed, ObjectionsWait
from mase.minutes.forms import AddendumForm, AnswerForm, ObjectionForm, PartForm, WordingForm
from mase.minutes.models import Minutes, MinutesReader
from mase.minutes.presenters.words import reader_rows, unanswered_words
from mase.minutes.selectors.minutes import (
    may_be_agreed,
    may_be_objected_to,
    own_receipt,
    progress_since,
    readers_of,
    silent_readers,
)
from mase.minutes.services.objecting import note_opened


@dataclass
class Steps:
    """What this person can do with them now."""

    unchanged: bool = True
    reading: MinutesReader | None = None
    may_object: bool = False
    may_send: bool = False
    may_agree: bool = False
    waiting: str = ""


def page_of(user: User, found: MinutesFacts) -> tuple[MinutesPage, Steps]:
    """The page as far as this person may see it; the chair's tools for who runs the CMOG."""
    answers = may_be_answered(user, found.meeting, found.objections)
    page, steps, version = minutes_page(found, answers=answers), Steps(), found.version
    if version is None:
        steps.may_send = found.runs
        return page, steps
    steps.reading = own_receipt(user, version)
    steps.unchanged = not page.agreed or is_unchanged(found.minutes)
    # Who runs it words what is wrong, and need not object to it.
    steps.may_object = not found.runs and may_be_objected_to(found.minutes, version)
    if found.runs and not page.agreed:
        now = progress_since(found.minutes, version)
        seen = sum(not each.is_answered for each in found.objections)
        steps.waiting = unanswered_words(seen) or (ObjectionsWait.message if now.waiting else "")
        steps.may_send = not now.waiting and now.changed
        steps.may_agree = not now.waiting and not now.changed and may_be_agreed(version)
    return page, steps


PAGE = "mase:cmog-minutes-page"


@require_GET
def page(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Where they stand, what they say of what this person may see, and what the person may do."""
    found = minutes_facts(request.user, pk)
    cmog.record_view(meeting=found.meeting, shown=found.items, by=request.user, page="minutes")
    drawn, steps = page_of(request.user, found)
    if found.version is not None:
        note_opened(version=found.version, reading=steps.reading, by=request.user)
    context = {
        "meeting": found.meeting, "page": drawn, "steps": steps, "version": found.version, "runs": found.runs,
    }  # fmt: skip
    return render(request, "mase/cmog/minutes.html", context)


@require_GET
def copy(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """This reader's copy: drawn now, as this person, so that PostgreSQL too leaves out what they may not see."""
    found, letters = minutes_copy(request.user, pk), free_copy()
    pdf = _drawn(request, minutes_document(found, reader=request.user), letters)
    cmog.record_minutes(
        meeting=found.meeting, shown=found.items, copy=letters, sha256=digest(pdf), by=request.user
    )
    if found.version is not None:
        services.note_copy(version=found.version, by=request.user)
    name = f"cmog-minutes-{found.meeting.period:%Y-%m}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")


@require_GET
def preview(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the next version would say to who runs the CMOG, before it is sent out; no copy that counts as read."""
    found, letters = minutes_to_send(request.user, pk), free_copy()
    if found.minutes.agreed_at is not None:
        messages.warning(request, MinutesAgreed.message)
        return redirect(PAGE, pk)
    pdf = _drawn(request, next_version(found, reader=request.user), letters)
    cmog.record_minutes(
        meeting=found.meeting,
        shown=found.items,
        copy=letters,
        sha256=digest(pdf),
        by=request.user,
        version="draft",
    )
    name = f"draft-cmog-minutes-{found.meeting.period:%Y-%m}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")


@require_POST
def acknowledge(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One button: I have read them."""
    meeting, _ = minutes_for(request.user, pk)
    with warns(request):
        services.acknowledge(meeting=meeting, by=request.user)
        messages.success(request, "The chair can see that you have read these minutes.")
    return redirect(PAGE, pk)


@require_http_methods(["GET", "POST"])
def object_to(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is wrong about one item or the whole, and what should be said instead."""
    meeting, _ = minutes_for(request.user, pk)
    items = items_for(request.user, meeting)
    form = ObjectionForm(request.POST or None, parts=parts_to_name(items))
    if form.does(
        lambda: services.object_to(
            meeting=meeting, said=services.CmogObjection(_part(form, items), form.cleaned_data["text"]), by=request.user
        )
    ):  # fmt: skip
        messages.success(request, "Your objection is in the minutes. Who answers it has been told.")
        return redirect(PAGE, pk)
    cmog.record_view(meeting=meeting, shown=items, by=request.user, page="objection")
    words = {"heading": "Object to the minutes", "button": "Send the objection"}
    return render(request, "mase/minutes/form.html", {**place(meeting), "form": form, **words})


def _drawn(request: SignedInRequest, document: CmogDocument, letters: str) -> bytes:
    """This reader's own, with their name across every page as on the papers and minutes of a MASE."""
    who = user_context(request.user)
    if who is None:
        raise NotPermitted
    mark = Mark(letters, request.user.full_name, who.agency.name, timezone.now())
    return draw(marked(compose("pdf/cmog_minutes.html", {"m": document}), mark)).pdf


either = require_http_methods(["GET", "POST"])
SEND = (
    "The CSE team, the police intelligence unit and everybody who was asked to this CMOG are told, without personal "
    "data.",
    "From today they have five working days to object to what they may see.",
    "Each takes their own copy, with what they may see and their name on every page.",
    "From the first sending on, what was recorded under an item can no longer be changed; its wording can, until the "
    "minutes are agreed.",
)
AGREE = (
    "The minutes and the record of this CMOG can never be changed again. A correction is added after them.",
    "Their fingerprint is taken of everything that was agreed, no matter who may see it.",
)


@either
def wording(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How the minutes word one item. Two writers lose nothing."""
    item = item_for(request.user, pk)
    minutes, worded = minutes_of(item.meeting), wording_of(item)
    if minutes is None or minutes.agreed_at is not None:
        gate.require(request.user, Permission.MEETING_CHAIR, item.meeting)
        early = "The minutes begin when the CMOG ends."
        messages.warning(request, MinutesAgreed.message if minutes else early)
        return redirect(PAGE if minutes else "mase:cmog", item.meeting_id)
    minutes.meeting = item.meeting
    if item.pk not in may_reword(request.user, minutes, [item]):
        raise NotPermitted
    initial = {"text": worded.text if worded else item.notes, "version": worded.version if worded else 0}
    form, stale = WordingForm(request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"] or ""
        try:
            services.save_wording(item=item, text=text, edit=form.edit, by=request.user)
        except SomeoneElseSaved as refusal:
            stale = refusal
            form.add_error(None, refusal.message)
        except NotAllowedNow as refusal:
            form.add_error("text", refusal.message)
        else:
            drafts.saved(request)
            messages.success(request, "The wording is saved.")
            return redirect(PAGE, item.meeting_id)
    return _wording_page(request, item, form, stale)


@either
def send_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the minutes out, or out again."""
    meeting, minutes = _run(request, pk)
    heading = "Send the minutes out again" if minutes.circulated_at else "Send the minutes out"
    done = "The minutes are out. Everyone who sits on the CMOG has been told."
    return _confirmed(request, meeting, heading, SEND, services.circulate, done)


@either
def answer(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Yes or no to an objection, and why."""
    meeting, minutes = minutes_for(request.user, pk)
    objection = objection_for(request.user, meeting, minutes, key)
    if not may_be_answered(request.user, meeting, [objection]):
        raise NotPermitted
    form = AnswerForm(request.POST or None)
    if form.does(lambda: services.answer(objection=objection, by=request.user, **form.cleaned_data)):
        next_ = (
            " Now the item can be worded otherwise, and the minutes sent out again."
            if form.cleaned_data["accepted"]
            else ""
        )
        messages.success(request, f"Your answer is saved.{next_}")
        return redirect(PAGE, pk)
    shown = [objection.item] if objection.item is not None else []
    line = objection_line(objection)
    return _form(request, meeting, shown, form, "Answer an objection", "Save the answer", objection=line)


@either
def agree(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree the minutes, once everybody had their days: what that freezes."""
    meeting, _ = _run(request, pk)
    return _confirmed(request, meeting, "Agree the minutes", AGREE, services.agree, "The minutes are agreed.")


@either
def add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A correction after the minutes were agreed."""
    meeting, _ = _run(request, pk)
    items = items_for(request.user, meeting)
    form = AddendumForm(request.POST or None, parts=parts_to_name(items))
    if form.does(
        lambda: services.add_addendum(
            meeting=meeting, key=form.key, said=services.Correction(_part(form, items), form.cleaned_data["text"]),
            by=request.user,
        )
    ):  # fmt: skip
        messages.success(request, "Your correction stands after the minutes.")
        return redirect(PAGE, pk)
    return _form(request, meeting, items, form, "Add a correction", "Add it to the minutes")


@require_GET
def readers(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """For who runs the CMOG: who was told of the last version, opened it, took a copy, has read it, objected."""
    meeting, minutes = _run(request, pk)
    version = latest_version(minutes)
    cmog.record_view(meeting=meeting, by=request.user, page="readers of minutes")
    said = objections_of(minutes, items_for(request.user, meeting))
    context = {
        **place(meeting), "rows": reader_rows(readers_of(version), said) if version else [],
        "silent": silent_readers(version) if version else [],
    }  # fmt: skip
    return render(request, "mase/cmog/readers.html", context)


def _run(request: SignedInRequest, pk: uuid.UUID) -> tuple[Meeting, Minutes]:
    """The CMOG and its minutes, for who runs it; there are none before it has ended."""
    meeting, minutes = minutes_for(request.user, pk)
    gate.require(request.user, Permission.MEETING_CHAIR, meeting)
    return meeting, minutes


def _wording_page(
    request: SignedInRequest, item: AgendaItem, form: WordingForm, stale: SomeoneElseSaved | None
) -> HttpResponse:
    cmog.record_item(item=item, by=request.user, page="wording")
    context = {
        **place(item.meeting), "form": form, "name": words.name_of(item), "notes": item.notes,
        "conflict": conflict_of(form, stale.theirs) if stale else None, "draft": f"minutes:{item.pk}",
    }  # fmt: skip
    return render(request, "mase/minutes/wording.html", context, status=409 if stale else 200)


def _form(
    request: SignedInRequest,
    meeting: Meeting,
    shown: list[AgendaItem],
    form: object,
    heading: str,
    button: str,
    **more: object,
) -> HttpResponse:
    cmog.record_view(meeting=meeting, shown=shown, by=request.user, page=heading.lower())
    context = {**place(meeting), "form": form, "heading": heading, "button": button, **more}
    return render(request, "mase/minutes/form.html", context)


def _confirmed(
    request: SignedInRequest,
    meeting: Meeting,
    heading: str,
    lines: tuple[str, ...],
    step: Callable[..., object],
    done: str,
) -> HttpResponse:
    """Ask first, then take the step."""
    if request.method == "POST":
        with warns(request):
            step(meeting=meeting, by=request.user)
            messages.success(request, done)
        return redirect(PAGE, meeting.pk)
    cmog.record_view(meeting=meeting, by=request.user, page=heading.lower())
    context = {**place(meeting), "heading": heading, "button": heading, "lines": lines}
    return render(request, "mase/minutes/confirm.html", context)


def _part(form: PartForm, items: list[AgendaItem]) -> AgendaItem | None:
    return one_of(items, form.part) if form.part else None
