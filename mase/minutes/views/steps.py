"""What the chair does with minutes: words and sends them, answers objections, adds to them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.letters.presenters import blocks
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.ui.forms import PortalForm
from cse_portal.ui.presenters import joined
from mase.meetings.choices import Audience
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.meeting import conflict_of
from mase.meetings.services import meeting_reading
from mase.minutes import services
from mase.minutes.errors import MINUTES_AGREED
from mase.minutes.forms import AddendumForm, AnswerForm, RecipientsForm, WordingForm
from mase.minutes.presenters.minutes import composed, document
from mase.minutes.presenters.words import about_words, parts_to_name, place
from mase.minutes.presenters.words import objection as in_words
from mase.minutes.selectors import minutes as selectors
from mase.minutes.selectors.circulation import candidates
from mase.minutes.selectors.letters import letters_about
from mase.minutes.views.minutes import chaired, with_minutes


@either
def wording(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """How the minutes word one item. Two writers lose nothing."""
    meeting, minutes = with_minutes(request, pk)
    if minutes.agreed_at is not None:
        messages.warning(request, MINUTES_AGREED)
        return redirect("mase:minutes", pk)
    item = selectors.item_to_word(request.user, minutes, key)
    initial = {"wording": item.words, "version": item.version}
    form = WordingForm(request.POST or None, initial=initial)
    if form.does(
        lambda: services.save_wording(
            item=item, text=form.cleaned_data["wording"], version=form.drawn_at, by=request.user
        )
    ):
        drafts.saved(request)
        messages.success(request, "The wording is saved.")
        return redirect("mase:minutes", pk)
    stale = form.refusal if isinstance(form.refusal, SomeoneElseSaved) else None
    conflict = conflict_of(form, stale.theirs) if stale else None
    words = {
        "heading": about_words(item),
        "button": "Save the wording",
        "noted": item.notes or "Nothing.",
    }
    context = {"form": form, "conflict": conflict, "draft": f"minutes:{item.pk}", **words}
    return _page(request, meeting, "form", context, "wording", status=409 if conflict else 200)


@either
def answer(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Yes or no to an objection, and why."""
    meeting, minutes = with_minutes(request, pk)
    objection = selectors.objection_for(request.user, minutes, key)
    if not selectors.may_answer(request.user, meeting, objection):
        raise NotPermitted
    form = AnswerForm(request.POST or None)
    if form.does(lambda: services.answer(objection=objection, by=request.user, **form.cleaned_data)):
        next_ = " Word the part otherwise, and send the minutes out again."
        messages.success(request, f"Your answer is saved.{next_ if form.cleaned_data['accepted'] else ''}")
        return redirect("mase:minutes", pk)
    words = {"heading": "Answer an objection", "button": "Save the answer", "objection": in_words(objection)}
    return _page(request, meeting, "form", {"form": form, **words})


@either
def add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A correction after the minutes were agreed."""
    meeting, _ = chaired(request, pk)
    items = selectors.parts_for(request.user, meeting)
    form = AddendumForm(
        request.POST or None, items=items, parts=parts_to_name(items), of_child=meeting.case_id is not None,
        sees_restricted=selectors.sees_restricted(request.user, meeting),
    )  # fmt: skip
    if form.does(lambda: services.add_addendum(meeting=meeting, key=form.key, by=request.user, **form.said)):
        messages.success(request, "Your correction stands after the minutes.")
        return redirect("mase:minutes", pk)
    words = {"heading": "Add a correction", "button": "Add it to the minutes"}
    return _page(request, meeting, "form", {"form": form, **words})


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
    words = {"heading": "Who gets the minutes", "button": "Save the list"}
    return _page(request, meeting, "people", {"form": form, **words}, "who gets the minutes")


@either
def send_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the minutes out, or out again: of a child to everybody who is ticked, of a CMOG to all who sit on it."""
    meeting, minutes = chaired(request, pk)
    heading = "Send the minutes out again" if minutes.circulated_at else "Send the minutes out"
    words: dict[str, Any] = {"heading": heading, "button": heading}
    if meeting.case_id is None:
        if request.method == "POST":
            with warns(request):
                services.circulate(meeting=meeting, by=request.user, compose=composed)
                messages.success(request, "The minutes are out. Everyone who sits on the CMOG has been told.")
            return redirect("mase:minutes", pk)
        return _page(request, meeting, "people", {"form": PortalForm(), **words})
    letters = letters_about(request.user, meeting)
    form = RecipientsForm(request.POST or None, offered=candidates(minutes), letters=letters)
    if request.method == "POST" and form.is_valid():
        with warns(request):
            version = services.circulate(
                meeting=meeting,
                by=request.user,
                compose=composed,
                recipients=form.keys,
                letters=form.to_write,
            )
            messages.success(request, f"Version {version.number} is out. Its recipients have been told.")
        return redirect("mase:minutes", pk)
    # What the family gets is never sent unseen.
    words["m"] = document(selectors.draft_record(meeting, Audience.OPEN))
    words["letters"] = [(each, blocks(each.words.body)) for each in letters]
    return _page(request, meeting, "people", {"form": form, **words}, "who gets the minutes")


def _page(
    request: SignedInRequest,
    meeting: Meeting,
    template: str,
    context: dict[str, Any],
    page: str = "minutes",
    status: int = 200,
) -> HttpResponse:
    """One of the pages of minutes, which its reader's record names."""
    meeting_reading.record_view(meeting=meeting, by=request.user, page=page)
    return render(request, f"mase/minutes/{template}.html", {**place(meeting), **context}, status=status)
