"""The record of attendance, and the lists behind the numbers."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cse_portal.jobs.views import SignedInRequest
from mase.presenters import actions as actions_in_words
from mase.presenters.meeting_lists import list_rows
from reporting.presenters import attendance as attendance_in_words
from reporting.presenters import behind as presenters
from reporting.selectors import behind as selectors
from reporting.selectors.attendance import attendance_record
from reporting.services import viewing

PER_PAGE = 25


@require_GET
def attendance(request: SignedInRequest) -> HttpResponse:
    """How each agency answered its invitations, quarter by quarter."""
    record = attendance_record(request.user)
    viewing.record_attendance(by=request.user)
    linked = selectors.may_look_behind(request.user, selectors.ATTENDANCE)
    context = {"attendance": attendance_in_words.page(record, linked=linked)}
    return render(request, "reporting/attendance.html", context)


@require_GET
def behind(
    request: SignedInRequest, quarter: str, measure: str, dimension: str, row: str, column: str
) -> HttpResponse:
    """The meetings, invitations or actions that a number counts, of those this person may see."""
    found = selectors.number(request.user, quarter, measure, dimension, row, column)
    page = Paginator(selectors.rows_behind(found), PER_PAGE).get_page(request.GET.get("page"))
    shown, which = list(page.object_list), f"behind {found.measure} of {found.quarter.slug}"
    context = {"page": page, "title": presenters.title(found), "found": found}
    if found.is_of_actions:
        viewing.record_actions_behind(shown=shown, which=which, by=request.user)
        context["actions"] = actions_in_words.rows(shown)
    elif found.is_of_invitations:
        viewing.record_meetings_behind(shown=[each.meeting for each in shown], which=which, by=request.user)
        context["invitations"] = presenters.invitation_rows(shown)
    else:
        viewing.record_meetings_behind(shown=shown, which=which, by=request.user)
        context["meetings"] = list_rows(shown)
    return render(request, "reporting/behind.html", context)
