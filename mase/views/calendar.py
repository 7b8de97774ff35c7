"""The calendar of meetings, by week and by month."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest
from mase.presenters.calendar import calendar_page, span_of
from mase.selectors.cmog import cmogs_between
from mase.selectors.meetings import meetings_between
from mase.services import meeting_reading


@require_GET
def calendar(request: SignedInRequest) -> HttpResponse:
    """A week or a month of the meetings that this person may see; an address that makes no sense shows this month."""
    gate.require(request.user, Permission.MEETING_LIST)
    span = span_of(request.GET.get("show", ""), request.GET.get("day", ""))
    rows = list(meetings_between(request.user, span.monday, span.sunday))
    cmogs = cmogs_between(request.user, span.monday, span.sunday)
    meeting_reading.record_listed(shown=[*rows, *cmogs], by=request.user, which=f"calendar, {span.show}")
    return render(request, "mase/meetings/calendar.html", {"calendar": calendar_page(span, rows, cmogs)})
