"""The record of attendance, and the lists behind the numbers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
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
    linked = selectors.ATTENDANCE in selectors.leading_on(request.user)
    context = {"attendance": attendance_in_words.page(record, linked=linked)}
    return render(request, "reporting/attendance.html", context)


@require_GET
def behind(
    request: SignedInRequest, quarter: str, measure: str, dimension: str, row: str, column: str
) -> HttpResponse:
    """What a number counts, one by one, of what this person may see."""
    found = selectors.number(request.user, quarter, measure, dimension, row, column)
    page = page_of(selectors.rows_behind(found), PER_PAGE, request.GET.get("page"))
    shown = selectors.shown(found, page.object_list)
    which = f"behind {found.measure} of {found.quarter.slug}"
    viewing.record_behind(things=found.things, shown=shown, which=which, by=request.user)
    differs, because = presenters.differs(selectors.in_the_return(request.user, found), page.paginator.count)
    context = {
        "page": page,
        "title": presenters.title(found),
        "found": found,
        "differs": differs,
        "because": because,
        "drawn_from": presenters.drawn_from(found),
        "rows": presenters.rows(found.things, shown),
    }
    return render(request, "reporting/behind.html", context)
