"""The record of attendance."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cse_portal.jobs.views import SignedInRequest
from reporting.presenters import attendance as attendance_in_words
from reporting.selectors import behind as counted
from reporting.selectors.attendance import attendance_record
from reporting.services import viewing


@require_GET
def attendance(request: SignedInRequest) -> HttpResponse:
    """How each agency answered its invitations, quarter by quarter."""
    record = attendance_record(request.user)
    viewing.record_attendance(by=request.user)
    linked = counted.ATTENDANCE in counted.leading_on(request.user)
    context = {"attendance": attendance_in_words.page(record, linked=linked)}
    return render(request, "reporting/attendance.html", context)
