"""What is typed on a meeting's page and not sent: kept for its writer when the page goes, or they may not see it."""

import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cse_portal.errors import NotPermitted
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.typed import parts_of, was_typed
from mase.forms.meeting import Key, every_key, keys_for, section_form, typed_into
from mase.forms.sections import SectionForm
from mase.models import MaseMeeting
from mase.selectors.meetings import meeting_for, powers
from mase.selectors.presence import part_id
from mase.selectors.record import MeetingRecord, record_apart, record_for
from mase.selectors.step_down import restricted_points
from mase.services import unsent
from mase.views.page import address, is_projecting

V = TypeVar("V", bound=Callable[..., HttpResponse])
WHOLE = (
    "whole"  # in a post: it brings everything that is typed on the page, for no script sends the parts alone
)
UNSENT = "unsent"  # a script asks to keep a part as it stands, and not to save it
LEAVING = (
    "leaving"  # a script sends what is going off the screen: saved if it can be, else kept, and not shown
)
PLACES = {"end": "mase:end", "not-held": "mase:not-held", "agenda": "mase:agenda"}
AN_ITEM = re.compile(r"[a-z0-9-]{1,60}")
KEPT = "What you typed is kept on this page for you. Press the button beside it to save it."


def keep(meeting: MaseMeeting, key: Key, form: SectionForm, request: SignedInRequest) -> None:
    """As its writer left it, to be drawn again for them alone."""
    typed = typed_into(form)
    unsent.keep(meeting=meeting, part=key[0], section=key[1], token=form.token, typed=typed, by=request.user)


def is_going(request: SignedInRequest, record: MeetingRecord, key: Key) -> bool:
    """Whether this screen may not show any more what is posted, or is about to take it off."""
    return LEAVING in request.POST or is_out_of_sight(request, record, key)


def is_out_of_sight(request: SignedInRequest, record: MeetingRecord, key: Key) -> bool:
    """Whether what is posted was typed into a part for professionals, which this screen does not show any more."""
    kind, pk = key
    if kind in ("notes", "restricted", "information"):
        shown: list[Any] = [*record.agenda, *record.restricted, *record.information]
        return all(each.pk != pk for each in shown)
    if kind == "step-down-apart":
        return not record.sees_restricted
    names = (f"{part_id(*key)}-met_{code}" for code in restricted_points())
    return kind == "step-down" and not record.sees_restricted and any(name in request.POST for name in names)


def record_behind(request: SignedInRequest, record: MeetingRecord, key: Key) -> MeetingRecord:
    """The record by which a posted part is read, although its screen does not show it."""
    return record_apart(request.user, record.meeting) if is_out_of_sight(request, record, key) else record


def keeps_what_else_is_typed(view: V) -> V:
    """A button of the meeting's page: where no script runs, what is typed beside it comes along, and is kept.

    A refusal undoes that, and gives all of it back on its own page.
    """

    @wraps(view)
    def keeping(request: SignedInRequest, pk: uuid.UUID, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and WHOLE in request.POST:
            keep_others(request, meeting_for(request.user, pk), (kwargs.get("kind", ""), kwargs.get("key")))
        return view(request, pk=pk, **kwargs)

    return cast(V, keeping)


def keep_others(request: SignedInRequest, meeting: MaseMeeting, pressed: tuple[str, Any]) -> None:
    """Every part that was typed into, but the one whose button was pressed."""
    typed = {part for part in parts_of(request.POST) if was_typed(request.POST, part)}
    record = record_for(request.user, meeting, projecting=is_projecting(request, meeting))
    apart, may = record_apart(request.user, meeting), powers(request.user, meeting)
    keys = [*keys_for(record, may), *keys_for(apart, may)] if meeting.is_open else every_key(apart)
    for key in dict.fromkeys([*keys, pressed]):
        if key != pressed and part_id(*key) in typed:
            keep(meeting, key, section_form(record_behind(request, record, key), key, request.POST), request)
        typed.discard(part_id(*key) if key[1] else "")
    if typed:  # it is nothing they may write now, so it could not be shown to them again
        raise NotPermitted


@require_POST
@keeps_what_else_is_typed
def words(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Go on to an item, the agenda or the end; what is typed on the page is kept."""
    meeting = meeting_for(request.user, pk)
    place, item = request.POST.get("to", ""), request.POST.get("item", "")
    if place in PLACES:
        return redirect(PLACES[place], pk=meeting.pk)
    if AN_ITEM.fullmatch(item):
        return redirect(address(meeting, item))
    messages.info(request, KEPT)
    return redirect("mase:meeting", pk=meeting.pk)


@require_POST
@keeps_what_else_is_typed
def drop(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """The person does not need the text any more that they could not save."""
    meeting = meeting_for(request.user, pk)
    unsent.drop(meeting=meeting, part=request.POST.get("kind", "")[:20], section=key, by=request.user)
    messages.success(request, "Your text has been removed.")
    return redirect("mase:meeting", pk=meeting.pk)
