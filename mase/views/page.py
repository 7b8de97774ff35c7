"""Drawing the meeting view, whole or the parts a saved field changes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.presenters.addresses import whom_to_ask
from cases.presenters.banner import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest
from cse_portal.sign_in import sessions
from cse_portal.ui.forms import PortalForm
from intelligence.models import ReportLine
from intelligence.selectors.reports import lines_for_meeting
from intelligence.services.viewing import record_reports
from mase.choices import MeetingState, RecordCode
from mase.forms.meeting import Key, keys_for, section_form
from mase.models import MaseMeeting
from mase.presenters.before import Before, answer_lines
from mase.presenters.clocks import clock_lines
from mase.presenters.course import broken_off_lines, passed_lines
from mase.presenters.deciding import EvidenceView, evidence_view
from mase.presenters.meeting import Block, Conflict, MeetingPage, answered, meeting_page
from mase.presenters.on_record import Panel, panels
from mase.presenters.reports import reports_of
from mase.selectors.answers import answers_to
from mase.selectors.category import dropped_floor
from mase.selectors.circulation import has_list
from mase.selectors.clocks import clocks_of
from mase.selectors.meetings import course_of, powers
from mase.selectors.on_record import as_before, on_record
from mase.selectors.presence import changes_of
from mase.selectors.record import MeetingRecord, record_for
from mase.selectors.reports import has_report
from mase.selectors.room import Sight, room_of, sight_on, strangers
from mase.selectors.seats import name_of
from mase.services import meeting_reading

ONE = "one item"  # in the session: meetings are shown one item at a time
PROJECTING = "projecting"  # in the session: the meeting whose page this screen shows to a room


def is_projecting(request: SignedInRequest, meeting: MaseMeeting) -> bool:
    """Whether this session's screen is one the room sees: then it shows what everybody there may read.

    The room does not empty as the meeting ends: it is one until somebody says that it is not any more.
    """
    return bool(request.session.get(PROJECTING) == str(meeting.pk))


def one_at_a_time(request: SignedInRequest) -> bool:
    """Whether this session looks at meetings one item at a time."""
    return bool(request.session.get(ONE))


def page_for(
    request: SignedInRequest, meeting: MaseMeeting, record: MeetingRecord | None = None
) -> MeetingPage:
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
    return replace(page, changes=changes, sight=sight_on(user, meeting, projecting=projecting))


def address(meeting: MaseMeeting, anchor: str) -> str:
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
    if page.sight is Sight.NOTHING:
        return draw_dark(request, meeting, status=status)
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
        **for_this_screen(request, page, [around[1]] if around else page.blocks),
        "one": around is not None,
        "around": around,
        "chooses_readers": may_choose_readers(page),
        "before": before(request.user, page),
        "reports": reports_of(page),
    }
    return render(request, "mase/meetings/meeting.html", shown, status=status)


def draw_dark(request: SignedInRequest, meeting: MaseMeeting, *, status: int = 200) -> HttpResponse:
    """Nothing of the child, on a screen that others may see."""
    context = {"meeting": meeting, "sight": Sight.NOTHING}
    return render(request, "mase/meetings/not_for_room.html", context, status=status)


def draw_without_record(request: SignedInRequest, meeting: MaseMeeting) -> HttpResponse:
    """That it was held and who was there, for somebody who does not get its minutes.

    Of one that was broken off and is booked again, what they are asked for: their answer, and their agency's report.
    """
    if is_projecting(request, meeting):
        return draw_dark(request, meeting)
    seats = list(meeting.invitations.select_related("agency", "person", "deputy", "attendance"))
    told = [(name_of(each), *answered(each)) for each in seats]
    context = {
        "meeting": meeting,
        "case": meeting.case,
        "banner": banner(meeting.case),
        "seats": told,
        "named": any(name for _, _, name in told),
    }
    if meeting.is_open:
        may = powers(request.user, meeting)
        lines = answer_lines(seats, answers_to(meeting), request.user, may)
        writes = may.contributes and has_report(request.user, meeting)
        context |= {"before": Before(answers=lines), "may": may, "writes": writes}
    return render(request, "mase/meetings/held.html", context)


def for_this_screen(
    request: SignedInRequest, page: MeetingPage, blocks: Iterable[Block | None]
) -> dict[str, Any]:
    """On a screen the room sees, who is there; on one's own, what is nobody else's to read, beside these items too."""
    meeting, user = page.meeting, request.user
    if is_projecting(request, meeting):
        return {"intelligence": [], "kept_from": "", "room": room_of(meeting), "may_not_know": []}
    told = to_discuss(user, meeting)
    put_on_record(request, page, told, blocks)
    words, unknown = kept_from(user, meeting), may_not_know(page)
    return {"intelligence": told, "kept_from": words, "room": None, "may_not_know": unknown}


def evidence(page: MeetingPage) -> EvidenceView | None:
    """Beside the decision, while there is one to make."""
    record = page.record
    if not page.meeting.is_open:
        return None
    dropped = None if record.shared else dropped_floor(page.meeting.case, record.evidence)
    return evidence_view(record.evidence, shared=record.shared, dropped=dropped)


def may_choose_readers(page: MeetingPage) -> bool:
    """For the chair, where the record is kept from somebody before there are minutes: it was broken off."""
    meeting = page.meeting
    if not page.powers.chairs or meeting.state not in (MeetingState.SCHEDULED, MeetingState.CANCELLED):
        return False
    kept = meeting.broken_off.exists() or meeting.left_out.standing_now().exists()
    return kept and has_list(meeting)


def may_not_know(page: MeetingPage) -> tuple[str, ...]:
    """For the chair's own eyes: who is marked as there and may not see the case at all."""
    return strangers(page.meeting, page.record.invitations) if page.chairing else ()


def to_discuss(user: User, meeting: MaseMeeting) -> list[ReportLine]:
    """What graded reports tell this reader about the child; nothing while the family can see the screen.

    It is read here and never becomes part of the meeting's record, so it is in no minutes.
    """
    if not meeting.is_open or meeting.family_in_room:
        return []
    lines = list(lines_for_meeting(user, meeting.case))
    if lines:
        record_reports(shown={line.report_id for line in lines}, by=user, case=meeting.case, page="meeting")
    return lines


def put_on_record(
    request: SignedInRequest, page: MeetingPage, told: Sequence[ReportLine], blocks: Iterable[Block | None]
) -> None:
    """Beside these items, what the portal holds of their matter: read here, and no part of the meeting's record.

    Not while anybody else sees the screen, and not once the meeting is over: it would be today's, not the meeting's. A
    page that is loaded again by itself, at every word that others write, keeps what it has of intelligence.
    """
    record, user = page.record, request.user
    if record.shared or not page.meeting.is_open:
        return
    drawn = {block.item.code: block for block in blocks if block and block.shown}
    wanted = [code for code in drawn if code in RecordCode]
    if sessions.asked_by_itself(request):
        kept = as_before(user, record, wanted)
        wanted = [code for code in wanted if code not in kept]
        for code in kept:
            drawn[code].on_record = Panel(as_before=True)
    if not wanted:
        return
    reports = {line.report_id: line.report for line in told}
    found = on_record(user, record, wanted, list(reports.values()))
    tactics = found.known.disruption if found.known else []
    meeting_reading.record_beside(meeting=page.meeting, by=user, children=found.children, disruption=tactics)
    for code, panel in panels(record, found, wanted).items():
        drawn[code].on_record = panel


def kept_from(user: User, meeting: MaseMeeting) -> str:
    """Whom to ask for the restricted part; nothing for those who see it, nor while the family is in the room."""
    seen = gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    return "" if seen or meeting.family_in_room else whom_to_ask(meeting.case)


def before(user: User, page: MeetingPage) -> Before:
    """What leads up to a meeting and what follows it; nothing while it runs, where only the table counts.

    Why it was broken off or its chair changed is told here and in the minutes alone, and on no screen others see.
    """
    meeting, may = page.meeting, page.powers.schedules
    if meeting.is_running:
        return Before()
    clocks = clock_lines(clocks_of(meeting), meeting=meeting, may=may)
    befell = None if page.record.shared else course_of(meeting)
    course = [*broken_off_lines(befell), *passed_lines(befell)] if befell else []
    if not meeting.is_open:
        return Before(clocks, course=course)
    answers = answer_lines(page.record.invitations, answers_to(meeting), user, page.powers)
    return Before(clocks, answers, course)
