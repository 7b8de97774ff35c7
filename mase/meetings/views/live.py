"""The meeting page while it is live: what others do, the screen the room sees, and where the meeting is."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.family.presenters import contact_for_address
from cases.record.presenters import banner
from cases.voice.models import VoiceEntry
from cases.voice.selectors import newest_words
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.ui.forms import PortalForm
from intelligence.desk.models import ReportLine
from intelligence.desk.selectors import lines_for_meeting
from intelligence.desk.services import record_reports
from mase.clocks.presenters import clock_lines
from mase.clocks.selectors.clocks import clocks_of
from mase.meetings.choices import RecordCode
from mase.meetings.forms.meeting import Key, keys_for, section_form
from mase.meetings.forms.table import AddItemForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.presenters.meeting import Block, Conflict, MeetingPage, meeting_page
from mase.meetings.presenters.meeting_lists import Before, answer_lines, as_json
from mase.meetings.presenters.reports import adjournment_lines, passed_lines, reports_of
from mase.meetings.selectors.answers import answers_to
from mase.meetings.selectors.category import dropped_floor
from mase.meetings.selectors.meetings import course_of, meeting_for, meeting_watched, powers
from mase.meetings.selectors.presence import changes_of, live
from mase.meetings.selectors.record import MeetingRecord, one_of, record_for, sees_professionals_part
from mase.meetings.services import agenda, meeting_reading
from mase.minutes.presenters.on_record import panels
from mase.minutes.selectors.on_record import on_record
from mase.plans.presenters.scale import EvidenceView, evidence_view

HERE = "here"
MOVES = {"up": True, "down": False}
A_PART = re.compile(r"[a-z-]{1,20}-[0-9a-f]{12}")


@require_GET
def watch(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What a page asks every few seconds: a number that changes with the record, and who writes where. No content."""
    meeting = meeting_watched(request.user, pk)
    part = request.GET.get("at", "")
    meeting_reading.note_here(meeting=meeting, part=part if A_PART.fullmatch(part) else "", by=request.user)
    return JsonResponse(as_json(live(request.user, meeting, projecting=is_projecting(request, meeting))))


@require_POST
def projector(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The chair shows this meeting on the big screen, or no longer. Then this session shows the open part only."""
    meeting = meeting_for(request.user, pk)
    if not is_projecting(request, meeting):
        gate.require(request.user, Permission.MEETING_CHAIR, meeting)
    if request.POST.get("on") == "yes" and meeting.is_running:
        request.session[PROJECTING] = str(meeting.pk)
    else:
        request.session.pop(PROJECTING, None)
    return redirect("mase:meeting", pk=meeting.pk)


@require_POST
def one_item(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Meetings are shown one item at a time, or whole, until this session ends."""
    meeting = meeting_for(request.user, pk)
    request.session[ONE] = request.POST.get("one") == "yes"
    return redirect("mase:meeting", pk=meeting.pk)


@require_http_methods(["GET", "POST"])
def change_agenda(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agenda as a list: add to it, and move what is on it."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    record = record_for(request.user, meeting)
    sees = gate.can(request.user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    form = AddItemForm(request.POST if request.method == "POST" else None, restricted=sees)
    if form.does(lambda: agenda.add_item(meeting=meeting, key=form.key, by=request.user, **form.added)):
        messages.success(request, "Added to the course.")
        return redirect("mase:agenda", pk=meeting.pk)
    meeting_reading.record_view(meeting=meeting, by=request.user, page="agenda")
    context = {"meeting": meeting, "banner": banner(meeting.case), "form": form, "items": record.agenda}
    return render(
        request, "mase/meetings/agenda.html", context, status=409 if form.non_field_errors() else 200
    )


@require_POST
def change_item(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """The meeting turns to an item; or the item moves up or down."""
    meeting = meeting_for(request.user, pk)
    item = one_of(record_for(request.user, meeting, projecting=is_projecting(request, meeting)).agenda, key)
    what, by = request.POST.get("do", HERE), request.user
    with warns(request):
        if what in MOVES:
            agenda.move_item(item=item, up=MOVES[what], by=by)
        else:
            agenda.go_to(item=item, by=by)
    if what in MOVES:
        return redirect("mase:agenda", pk=meeting.pk)
    return redirect(address(meeting, item.code))


ONE = "one item"  # in the session: meetings are shown one item at a time
PROJECTING = "projecting"  # in the session: the meeting that this session shows on the big screen


def is_projecting(request: SignedInRequest, meeting: Meeting) -> bool:
    """Whether this session's screen is the big one, which shows the open part only."""
    return bool(request.session.get(PROJECTING) == str(meeting.pk))


def one_at_a_time(request: SignedInRequest) -> bool:
    """Whether this session looks at meetings one item at a time."""
    return bool(request.session.get(ONE))


def page_for(request: SignedInRequest, meeting: Meeting, record: MeetingRecord | None = None) -> MeetingPage:
    """The meeting with the forms this person may use now."""
    user, changes = (
        request.user,
        changes_of(meeting.pk),
    )  # before the record: what comes later is another number
    projecting = is_projecting(request, meeting)
    written = record or record_for(user, meeting, projecting=projecting)
    may = powers(user, meeting)
    forms = {key: section_form(written, key) for key in keys_for(written, may)}
    page = meeting_page(written, may, forms)
    restricted = sees_professionals_part(user, meeting, projecting=projecting)
    return replace(page, changes=changes, shows_restricted=restricted)


def address(meeting: Meeting, anchor: str) -> str:
    """The meeting's page at one of its items, whether it is shown whole or an item at a time."""
    return f"{reverse('mase:meeting', args=[meeting.pk])}?item={anchor}#{anchor}"


def draw(
    request: SignedInRequest,
    page: MeetingPage,
    *,
    key: Key | None = None,
    form: PortalForm | None = None,
    conflict: Conflict | None = None,
    item: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page; one part of it perhaps as it was posted, with its errors or the other person's text."""
    meeting = page.meeting
    code = item or request.GET.get("item", "")
    if key is not None and key in page.sections:
        page.sections[key].form = form
        page.sections[key].conflict = conflict
    around = page.around(code) if one_at_a_time(request) else None
    shown: dict[str, Any] = {
        "page": page,
        "meeting": meeting,
        "banner": banner(meeting.case),
        "form": form,
        "evidence": evidence(page),
        **context_for_screen(request, page, [around[1]] if around else page.blocks),
        "one": around is not None,
        "around": around,
        "before": before(request.user, page),
        "said": voice_between_meetings(request.user, page),
        "reports": reports_of(page),
    }
    return render(request, "mase/meetings/meeting.html", shown, status=status)


def context_for_screen(
    request: SignedInRequest, page: MeetingPage, blocks: Iterable[Block | None]
) -> dict[str, Any]:
    """On one's own screen, what is nobody else's to read, beside these items too; on the big screen nothing of it."""
    meeting, user = page.meeting, request.user
    if is_projecting(request, meeting):
        return {"intelligence": [], "contact_for_restricted_part": "", "projecting": True}
    attach_case_context(user, page, blocks)
    return {
        "intelligence": to_discuss(user, meeting),
        "contact_for_restricted_part": contact_for_restricted_part(user, meeting),
        "projecting": False,
    }


def voice_between_meetings(user: User, page: MeetingPage) -> VoiceEntry | None:
    """What the child said last, with which a meeting opens. On no screen that a parent or the room may see."""
    meeting, shared = page.meeting, page.record.shared
    if shared or not meeting.is_open or not gate.can(user, Permission.CASE_VIEW, meeting.case):
        return None
    return newest_words(meeting.case)


def evidence(page: MeetingPage) -> EvidenceView | None:
    """Beside the decision, while there is one to make."""
    record = page.record
    if not page.meeting.is_open:
        return None
    dropped = None if record.shared else dropped_floor(page.meeting.case, record.evidence)
    return evidence_view(record.evidence, shared=record.shared, dropped=dropped)


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


def attach_case_context(user: User, page: MeetingPage, blocks: Iterable[Block | None]) -> None:
    """Beside these items, what the portal holds of their matter: read here, and no part of the meeting's record.

    Not while anybody else sees the screen, and not once the meeting is over: it would be today's, not the meeting's.
    """
    record = page.record
    if record.shared or not page.meeting.is_open:
        return
    drawn = {block.item.code: block for block in blocks if block and block.shown}
    wanted = [code for code in drawn if code in RecordCode]
    if not wanted:
        return
    found = on_record(user, record, wanted)
    meeting_reading.record_beside(meeting=page.meeting, by=user, children=found.at_home)
    for code, panel in panels(record, found, wanted).items():
        drawn[code].on_record = panel


def contact_for_restricted_part(user: User, meeting: Meeting) -> str:
    """Whom to ask for the restricted part; nothing for those who see it, nor while the family is in the room."""
    seen = gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    return "" if seen or meeting.family_in_room else contact_for_address(meeting.case)


def before(user: User, page: MeetingPage) -> Before:
    """What leads up to a meeting and what follows it; nothing while it runs, where only the table counts.

    Why it was broken off or its chair changed is told here and in the minutes alone, and on no screen others see.
    """
    meeting, may = page.meeting, page.powers.schedules
    if meeting.is_running:
        return Before()
    clocks = clock_lines(clocks_of(meeting), reverse("mase:clock", args=[meeting.pk]) if may else "")
    befell = None if page.record.shared else course_of(meeting)
    course = [*adjournment_lines(befell), *passed_lines(befell)] if befell else []
    if not meeting.is_open:
        return Before(clocks, course=course)
    answers = answer_lines(page.record.invitations, answers_to(meeting), user, page.powers)
    return Before(clocks, answers, course)
