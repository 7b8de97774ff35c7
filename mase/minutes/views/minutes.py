"""The page of a meeting's minutes, each reader's own copy, and what a reader says of them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import compose, draw
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.record import one_of
from mase.meetings.selectors.thresholds import family_name
from mase.meetings.services import meeting_reading
from mase.minutes import services
from mase.minutes.errors import MINUTES_AGREED
from mase.minutes.forms import ObjectionForm
from mase.minutes.models import Minutes, MinutesVersion
from mase.minutes.presenters import words
from mase.minutes.presenters.minutes import composed
from mase.minutes.selectors import minutes as selectors
from mase.minutes.selectors.circulation import drafts
from mase.minutes.selectors.content import MinutesFacts, facts_of, is_unchanged


@require_GET
def minutes(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Where they stand and what this reader may do."""
    meeting = selectors.meeting_with_minutes(request.user, pk)
    page = page_for(request.user, meeting)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="minutes", shown=page["items"])
    if page["version"] is not None:
        services.note(page["version"], request.user, "opened_at")
    return render(request, "mase/minutes/minutes.html", {**words.place(meeting), "page": page})


@require_GET
def download(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """This reader's copy, to nobody but whom the gate lets; it stays in no cache.

    `for` names the seat of the child or parent who gets the family's.
    """
    user, meeting, seat = (
        request.user,
        selectors.meeting_with_minutes(request.user, pk),
        request.GET.get("for", ""),
    )
    if meeting.case_id is None:
        return _own(request, selectors.minutes_copy(user, meeting))
    to = one_of(selectors.family_for(user, meeting), seat) if seat else None
    with warns(request):
        return _file(meeting, words.own_copy(services.hand_out(meeting=meeting, by=user, to=to)))
    return redirect("mase:minutes", pk)


@require_GET
def preview(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the next version would say to who chairs; no copy that counts as read."""
    meeting, minutes = chaired(request, pk)
    if minutes.agreed_at is not None:
        messages.warning(request, MINUTES_AGREED)
        return redirect("mase:minutes", pk)
    if meeting.case_id is None:
        return _own(request, selectors.minutes_copy(request.user, meeting, draft=True))
    page = composed(selectors.draft_record(meeting, selectors.copy_for(request.user, meeting)))
    taken = services.hand_out_own(minutes=minutes, version=None, page=page, by=request.user)
    return _file(meeting, words.own_copy(taken), "draft-")


def _own(request: SignedInRequest, found: MinutesFacts) -> HttpResponse:
    """Of a CMOG: drawn now, as this person, so that PostgreSQL too leaves out what they may not see."""
    page = compose("pdf/cmog_minutes.html", {"m": words.minutes_document(found, reader=request.user)})
    taken = services.hand_out_own(
        minutes=found.minutes, version=found.version, page=page, by=request.user, shown=found.items
    )
    return _file(found.meeting, words.own_copy(taken), "draft-" if found.is_draft else "")


def _file(meeting: Meeting, page: str, draft: str = "") -> HttpResponse:
    of = meeting.case.reference if meeting.case else f"{meeting.period:%Y-%m}"
    name = f"{draft}{'' if meeting.case else 'cmog-'}minutes-{of}.pdf"
    return attachment(draw(page).pdf, name=name, content_type="application/pdf")


@either
def object_to(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is wrong, and what should be said instead."""
    meeting = gate.require(
        request.user, Permission.MEETING_TAKE_PART, selectors.meeting_with_minutes(request.user, pk)
    )
    items = selectors.parts_for(request.user, meeting)
    form = ObjectionForm(
        request.POST or None, items=items, parts=words.parts_to_name(items),
        sees_restricted=selectors.sees_restricted(request.user, meeting),
        family=selectors.family_for(request.user, meeting),
    )  # fmt: skip
    if form.does(lambda: services.object_to(meeting=meeting, by=request.user, **form.said)):
        messages.success(request, "Your objection is in the minutes. Who answers it has been told.")
        return redirect("mase:minutes", pk)
    shown = items if meeting.case_id is None else []
    meeting_reading.record_view(meeting=meeting, by=request.user, page="objection", shown=shown)
    context = {"form": form, "heading": "Object to the minutes", "button": "Send the objection"}
    return render(request, "mase/minutes/form.html", {**words.place(meeting), **context})


@require_GET
def to_send_out(request: SignedInRequest) -> HttpResponse:
    """Drafts on the cases this person may see and, for who runs CMOGs, of those; the longest waiting first."""
    gate.require(request.user, Permission.MEETING_LIST)
    page = page_of(drafts(request.user), PER_PAGE, request.GET.get("page"))
    shown: list[Meeting] = [each.meeting for each in page.object_list]
    meeting_reading.record_listed(shown=shown, by=request.user, which="minutes to send out")
    return render(request, "mase/minutes/list.html", {"page": page})


def with_minutes(request: SignedInRequest, pk: uuid.UUID) -> tuple[Meeting, Minutes]:
    """The meeting and its minutes, for who reads them; there are none before it has ended."""
    meeting = selectors.meeting_with_minutes(request.user, pk)
    minutes = selectors.minutes_of(meeting)
    if minutes is None:
        raise NotVisible
    minutes.meeting = meeting
    return meeting, minutes


def chaired(request: SignedInRequest, pk: uuid.UUID) -> tuple[Meeting, Minutes]:
    """The same, for who chairs."""
    gate.require(request.user, Permission.MEETING_CHAIR, selectors.meeting_with_minutes(request.user, pk))
    return with_minutes(request, pk)


def page_for(user: User, meeting: Meeting) -> dict[str, Any]:
    """The page as far as this person may see it; the chair's tools for the chair."""
    found: Minutes | None = getattr(meeting, "minutes", None)
    page: dict[str, Any] = {
        "ended": meeting.state == MeetingState.ENDED, "of_child": meeting.case_id is not None, "minutes": found,
        "full": selectors.sees_restricted(user, meeting), "may_word": True, "items": [], "version": None,
    }  # fmt: skip
    if found is None:
        return page
    found.meeting = meeting
    version, chairs = selectors.latest_version(found), gate.can(user, Permission.MEETING_CHAIR, meeting)
    reads = version is not None or chairs
    page |= {
        "version": version, "colour": words.STATE_COLOURS[found.state], "time": words.time_words(found),
        "chairs": chairs, "reads": reads, "may_send": chairs and version is None,
    }  # fmt: skip
    if meeting.case_id is None and reads:
        facts = facts_of(user, found, version)
        page |= {"items": facts.items, "wordings": words.rows_of(facts), "may_word": bool(facts.to_word)}
    elif chairs and not found.agreed_at:
        page["wordings"] = words.wording_rows(selectors.items_worded_by(user, found), meeting)
    return page | _after_sending(user, found, version, page) if version else page


def _after_sending(
    user: User, minutes: Minutes, version: MinutesVersion, page: dict[str, Any]
) -> dict[str, Any]:
    """What there is once a version is out: readings, objections, agreement, additions."""
    meeting, agreed = minutes.meeting, minutes.agreed_at is not None
    rows, may_object = selectors.objections_for(user, minutes), not agreed and not version.may_be_agreed
    takes_part, seats = (
        gate.can(user, Permission.MEETING_TAKE_PART, meeting),
        selectors.family_for(user, meeting),
    )
    waiting = [] if agreed else [each for each in rows if each.accepted is None]
    objected = page["of_child"] and any(
        each.by_id == user.pk and each.version_id == version.pk and each.seat_id is None for each in rows
    )
    # The chair words what is wrong, and need not object to it.
    objects = takes_part and not page["chairs"] and not objected and may_object
    added = selectors.addenda_for(user, minutes) if agreed else []
    checked = agreed and (page["full"] or not page["of_child"])
    found = {
        "sent": words.standing_words(minutes, version),
        "objections": [words.objection(each) for each in rows], "addenda": [words.addendum(each) for each in added],
        "answerable": {each.pk for each in waiting if selectors.may_answer(user, meeting, each)},
        "family": [(family_name(each), str(each.pk)) for each in seats], "may_object": objects,
        "for_family": takes_part and bool(seats) and may_object,
        "unchanged": not checked or is_unchanged(minutes),
    }  # fmt: skip
    if page["chairs"]:
        found["readers"] = selectors.readers_of(version)
    if page["chairs"] and not agreed:
        to_answer, changed = selectors.progress_since(minutes, version)
        found["waiting"] = words.unanswered_words(to_answer, to_answer - len(waiting))
        found["may_send"] = changed and not to_answer
    return found
