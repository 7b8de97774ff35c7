"""The list of minutes that are still to be sent out."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from mase.models import CmogMeeting, MaseMeeting
from mase.selectors.minutes_lists import cmog_drafts, drafts, how_many_drafts
from mase.services import meeting_reading

PER_PAGE = 25


@require_GET
def to_send_out(request: SignedInRequest) -> HttpResponse:
    """Drafts on the cases this person may see and, for who runs CMOGs, of those; the longest waiting first."""
    gate.require(request.user, Permission.MEETING_LIST)
    page = page_of(drafts(request.user), PER_PAGE, request.GET.get("page"))
    cmogs = list(cmog_drafts(request.user)) if page.number == 1 else []
    shown: list[MaseMeeting | CmogMeeting] = [each.meeting for each in page.object_list]
    shown += [each.meeting for each in cmogs]
    meeting_reading.record_listed(shown=shown, by=request.user, which="minutes to send out")
    context = {"page": page, "cmogs": cmogs, "total": how_many_drafts(request.user)}
    return render(request, "mase/minutes/list.html", context)
