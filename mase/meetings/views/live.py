"""The meeting page: what it shows just now, what others do, the screen of the room, and where the meeting is."""

import re
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.assessments.presenters import evidence_shown
from cases.assessments.selectors import dropped_floor
from cases.family.presenters import contact_for_address
from cases.missing.selectors.prompts import counts_since, episodes_since
from cases.voice.models import VoiceEntry
from cases.voice.selectors import newest_words
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.sign_in.sessions import is_background_request
from cse_portal.ui.presenters import short_date
from intelligence.desk.models import ReportLine
from intelligence.desk.selectors import lines_for_meeting
from intelligence.desk.services import record_reports
from mase.clocks.selectors.clocks import clocks_of
from mase.meetings.choices import Stage
from mase.meetings.forms.meeting import Key, keys_for, place_of, section_form
from mase.meetings.forms.sections import SectionForm
from mase.meetings.forms.table import AddItemForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters import frame
from mase.meetings.presenters.lists import answers_page
from mase.meetings.presenters.meeting import MeetingPage, meeting_page
from mase.meetings.presenters.reports import interruption_lines, reports_of
from mase.meetings.presenters.stages import stage_of, words_of
from mase.meetings.presenters.summaries import slide
from mase.meetings.selectors.meetings import course_of, meeting_for, meeting_watched, powers
from mase.meetings.selectors.presence import heard_of, live
from mase.meetings.selectors.record import MeetingRecord, one_of, record_for, sees_professionals_part
from mase.meetings.selectors.sessions import day_of, reports_to_come
from mase.meetings.services import meeting_reading, sections
from mase.meetings.views.scheduling import form_page
from mase.minutes.presenters.minutes import voice as heard

A_PART = re.compile(r"[a-z-]{1,20}-[0-9a-f]{12}")
ABOUT = "about"  # the meeting itself: when and where, who is asked, what its chair may do with it


@dataclass(frozen=True)
class Look:
    """What the page shows: a stage, an item of the agenda by its code, or the meeting itself.

    `follows`: nobody chose it, so it goes wherever the meeting goes.
    """

    place: str
    follows: bool = False
    danger: str = ""  # at Safety, which one

    @property
    def stage(self) -> str:
        """The stage it is, if it is one."""
        return self.place if self.place in Stage else ""


@require_GET
def watch(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What a page asks every few seconds: a number that changes with the record, and who writes where. No content."""
    meeting = meeting_watched(request.user, pk)
    part = request.GET.get("at", "")
    part, known = part if A_PART.fullmatch(part) else "", heard_of(meeting.pk)
    meeting_reading.note_here(meeting=meeting, heard=known, part=part, by=request.user)
    return JsonResponse(live(request.user, meeting, known, room="room" in request.GET))


@require_POST
def move(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The meeting goes to a stage. The button for the next one has the focus afterwards."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    stage = request.POST.get("stage", meeting.stage)
    if stage not in Stage:
        raise NotVisible
    with warns(request):
        sections.move_to(meeting=meeting, stage=Stage(stage), by=request.user)
    return redirect(f"{reverse('mase:meeting', args=[meeting.pk])}#next")


@require_GET
def room(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The screen for the room: one slide a stage, with what the family may read, on any screen of anyone here."""
    meeting = meeting_for(request.user, pk)
    by_itself = is_background_request(request)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="room, live" if by_itself else "room")
    changes = heard_of(meeting.pk).changes
    record = record_for(request.user, meeting, room=True)
    page = replace(meeting_page(record, powers(request.user, meeting), {}), changes=changes)
    place = meeting.stage if meeting.is_running else ""
    context = {
        "page": page, "meeting": meeting, "record": record, "place": place,
        "stages": frame.stages(meeting, place), "slide": slide(page),
    }  # fmt: skip
    return render(request, "mase/meetings/room.html", context)


@require_http_methods(["GET", "POST"])
def change_agenda(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agenda as a list: add to it, and move what is on it."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    record = record_for(request.user, meeting)
    sees = gate.can(request.user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    form = AddItemForm(request.POST if request.method == "POST" else None, restricted=sees)
    if form.does(lambda: sections.add_item(meeting=meeting, key=form.key, by=request.user, **form.added)):
        messages.success(request, "Added to the agenda.")
        return redirect("mase:agenda", pk=meeting.pk)
    status = 409 if form.non_field_errors() else 200
    return form_page(request, meeting, form, "agenda", status=status, items=record.agenda)


@require_POST
def change_item(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """An item moves up or down."""
    meeting = meeting_for(request.user, pk)
    item = one_of(record_for(request.user, meeting).agenda, key)
    with warns(request):
        sections.move_item(item=item, up=request.POST.get("do") == "up", by=request.user)
    return redirect("mase:agenda", pk=meeting.pk)


def look_of(request: SignedInRequest, meeting: Meeting) -> Look:
    """What somebody chose to look at, or else where the meeting is."""
    chosen = request.GET.get("item") or request.GET.get("stage")
    if chosen:
        return Look(chosen, danger=request.GET.get("danger", ""))
    return Look(meeting.stage if meeting.is_running else ABOUT, follows=True)


def address(meeting: Meeting, place: str) -> str:
    """The meeting's page at a stage or an item; at the stage that it is at, a page that follows it."""
    url = reverse("mase:meeting", args=[meeting.pk])
    if place in Stage:
        return url if meeting.is_running and place == meeting.stage else f"{url}?stage={place}"
    return f"{url}?item={place}"


def page_for(
    request: SignedInRequest,
    meeting: Meeting,
    look: Look,
    record: MeetingRecord | None = None,
    posted: tuple[Key, SectionForm] | None = None,
) -> MeetingPage:
    """The meeting with the forms that this person may use at this place now; one of them perhaps as it was posted."""
    user, changes = request.user, heard_of(meeting.pk).changes  # first: what comes later is another number
    written = record or record_for(user, meeting)
    may = powers(user, meeting)
    keys = [key for key in keys_for(written, may) if place_of(written, key) == look.place]
    forms = {key: posted[1] if posted and key == posted[0] else section_form(written, key) for key in keys}
    page = meeting_page(written, may, forms, look.place)
    return replace(page, changes=changes, shows_restricted=sees_professionals_part(user, meeting))


def draw(
    request: SignedInRequest,
    page: MeetingPage,
    look: Look,
    form: SectionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page at one place; `form` is the part that could not be saved."""
    meeting, user = page.meeting, request.user
    said = voice_between_meetings(page) if look.place == Stage.CHILD else None
    offered = said is not None and offer_words(page, said)
    point = None if look.stage or look.place == ABOUT else page.block(look.place)
    intelligence = to_discuss(user, meeting)
    shown: dict[str, Any] = {
        "page": page, "meeting": meeting, "record": page.record, "form": form, "look": look, "point": point,
        "beside": page.beside(point) if point else None,
        "evidence": evidence(page), "intelligence": intelligence,
        "contact_for_restricted_part": contact_for_restricted_part(user, meeting),
        "before": before(user, page) if look.place == ABOUT else None,
        "said": said, "offered": offered, "heard": heard(page.record),
        "last": [*page.record.outstanding, *page.record.waiting, *page.record.finished],
        "reports": reports_of(page), "words": words_of(page), "stage": stage_of(page, look.danger),
        **around(request, page, look, intelligence),
    }  # fmt: skip
    return render(request, "mase/meetings/meeting.html", shown, status=status)


def around(
    request: SignedInRequest, page: MeetingPage, look: Look, intelligence: list[ReportLine]
) -> dict[str, Any]:
    """The rail, the strip, the clock and the stages."""
    meeting, record, user = page.meeting, page.record, request.user
    day = day_of(user, meeting)
    if len(day) > 1 and not record.shared and not is_background_request(request):
        meeting_reading.record_listed(shown=day, by=user, which="session")
    episodes = episodes_since(meeting.case, counts_since(meeting.scheduled_for))
    newest = next(((short_date(each.report.issued_at), each.text) for each in intelligence), None)
    stages = frame.stages(meeting, look.place)
    at = next((each["number"] for each in stages if each["here"]), 0)
    return {
        "rail": frame.rail(day, meeting, reports_to_come(day), shared=record.shared),
        "stages": stages, "back": stages[at - 2] if at > 1 else None, "next": stages[at] if 0 < at < 5 else None,
        "facts": frame.facts(record, episodes, newest, frame.safety_words(record)),
        "age": frame.age_words(meeting.case), "why": [] if record.shared else frame.why_indicated(record),
        "clock": frame.clock(meeting),
        "since": frame.since_words(record),
    }  # fmt: skip


def voice_between_meetings(page: MeetingPage) -> VoiceEntry | None:
    """What the child said last, with which a meeting opens. On no screen that a parent or the room may see."""
    return newest_words(page.meeting.case) if page.meeting.is_open and not page.record.shared else None


def offer_words(page: MeetingPage, said: VoiceEntry) -> bool:
    """Where nothing is written yet, the form has what the child said since the last meeting: to be read and saved."""
    form = page.sections.get(("voice", page.record.voice.pk))
    last = frame.last_decided(page.record)
    if form is None or page.record.voice.obtained is not None or last and said.heard_on <= last:
        return False
    form.initial.update(
        obtained=True, words=said.own_words, heard_by=said.heard_by, heard_on=said.heard_on, tool=said.tool,
        seen_alone=said.seen_alone, what_changed=said.what_changed,
    )  # fmt: skip
    return True


def evidence(page: MeetingPage) -> dict[str, Any] | None:
    """Beside the decision, while there is one to make."""
    record = page.record
    if page.place != Stage.DECIDE or not page.meeting.is_open:
        return None
    dropped = None if record.shared else dropped_floor(page.meeting.case, record.evidence)
    return evidence_shown(record.evidence, shared=record.shared, dropped=dropped)


def to_discuss(user: User, meeting: Meeting) -> list[ReportLine]:
    """What graded reports tell this reader about the child; nothing while the family can see the screen.

    It is read here and never becomes part of the meeting's record, so it is in no minutes.
    """
    if not meeting.is_open or meeting.family_in_room:
        return []
    lines = list(lines_for_meeting(user, meeting.case))
    if lines:
        record_reports(shown={line.report_id for line in lines}, by=user, case=meeting.case, page="meeting")
    return lines


def contact_for_restricted_part(user: User, meeting: Meeting) -> str:
    """Whom to ask for the restricted part; nothing for those who see it, nor while the family is in the room."""
    seen = gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    return "" if seen or meeting.family_in_room else contact_for_address(meeting.case)


def before(user: User, page: MeetingPage) -> dict[str, Any]:
    """What leads up to a meeting and what follows it; nothing while it runs, where only the table counts.

    `course` is why it was broken off or its chair changed: told here and in the minutes alone, and on no screen others
    see. `clock_url` is where the meeting is paused, or why it is late said.
    """
    meeting, record = page.meeting, page.record
    if meeting.is_running:
        return {}
    found: dict[str, Any] = {
        "clocks": clocks_of(meeting),
        "clock_url": reverse("mase:clock", args=[meeting.pk]) if page.powers.schedules else "",
        "course": [] if record.shared else interruption_lines(course_of(meeting), chair=True),
    }
    if not meeting.is_open:
        return found
    return found | answers_page(record.invitations, user, page.powers)
