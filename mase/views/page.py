"""Drawing the meeting view, whole or the parts a saved field changes."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from cases.presenters.addresses import whom_to_ask
from cases.presenters.banner import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.forms import PortalForm
from intelligence.models import ReportLine
from intelligence.selectors.reports import lines_for_meeting
from intelligence.services.viewing import record_list
from mase.forms.meeting import Key, keys_for, section_form
from mase.models import MaseMeeting
from mase.presenters.before import Before, answer_lines
from mase.presenters.clocks import clock_lines
from mase.presenters.meeting import Conflict, MeetingPage, meeting_page
from mase.presenters.reports import reports_of
from mase.selectors.answers import answers_to
from mase.selectors.clocks import clocks_of
from mase.selectors.meetings import powers
from mase.selectors.record import MeetingRecord, record_for, set_aside_for


def page_for(user: User, meeting: MaseMeeting, record: MeetingRecord | None = None) -> MeetingPage:
    """The meeting with the forms this person may use now."""
    written, may = record or record_for(user, meeting), powers(user, meeting)
    forms = {key: section_form(written, key) for key in keys_for(written, may)}
    return meeting_page(written, may, forms, set_aside_for(user, written) if meeting.is_open else {})


def draw(
    request: SignedInRequest,
    page: MeetingPage,
    *,
    key: Key | None = None,
    form: PortalForm | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page; one part of it perhaps as it was posted, with its errors or the other person's text."""
    if key is not None and key in page.sections:
        page.sections[key].form = form
        page.sections[key].conflict = conflict
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "banner": banner(page.meeting.case),
        "form": form,
        "intelligence": to_discuss(request.user, page.meeting),
        "kept_from": kept_from(request.user, page.meeting),
        "before": before(request.user, page),
        "reports": reports_of(page),
    }
    return render(request, "mase/meetings/meeting.html", context, status=status)


def to_discuss(user: User, meeting: MaseMeeting) -> list[ReportLine]:
    """What graded reports tell this reader about the child; nothing while the family can see the screen.

    It is read here and never becomes part of the meeting's record, so it is in no minutes.
    """
    if not meeting.is_open or meeting.family_in_room:
        return []
    lines = list(lines_for_meeting(user, meeting.case))
    if lines:
        shown = sorted({str(line.report_id) for line in lines})
        record_list(action=Action.REPORTS_LISTED, by=user, case=meeting.case, page="meeting", shown=shown)
    return lines


def kept_from(user: User, meeting: MaseMeeting) -> str:
    """Whom to ask for the restricted part; nothing for those who see it, nor while the family is in the room."""
    seen = gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    return "" if seen or meeting.family_in_room else whom_to_ask(meeting.case)


def before(user: User, page: MeetingPage) -> Before:
    """What leads up to a meeting and what follows it; nothing while it runs, where only the table counts."""
    meeting, may = page.meeting, page.powers.schedules
    if meeting.is_running:
        return Before()
    clocks = clock_lines(clocks_of(meeting), meeting=meeting, may=may)
    if not meeting.is_open:
        return Before(clocks)
    return Before(clocks, answer_lines(page.record, answers_to(meeting), user, may_all=may))
