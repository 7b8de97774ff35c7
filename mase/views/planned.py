"""An action of the plan while its meeting runs: put in other words, completed, given to somebody else."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases.presenters.banner import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from mase.errors import SomeoneElseSaved
from mase.forms.agencies import PlannedForm
from mase.presenters.meeting import conflict_of
from mase.selectors.meetings import meeting_for
from mase.selectors.record import one_of, record_for
from mase.services import meeting_reading, plan
from mase.views.page import address


@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """One action that is not issued yet."""
    meeting = gate.require(request.user, Permission.MEETING_CHAIR, meeting_for(request.user, pk))
    record = record_for(request.user, meeting)
    action = one_of(record.actions, key)
    form = PlannedForm(
        request.POST or None, initial=PlannedForm.values_of(action), agencies=record.agencies,
        goals={str(each.goal.pk): each.goal for each in record.dangers}, may_restrict=record.may_restrict,
    )  # fmt: skip
    conflict = None
    if form.is_bound and form.is_valid():
        try:
            plan.change_action(action=action, agreed=form.agreed, edit=form.edit, by=request.user)
        except SomeoneElseSaved as stale:
            conflict = conflict_of(form, stale.theirs)
            form.add_error(None, stale.message)
        except NotAllowedNow as refusal:
            field = getattr(refusal, "field", None)
            form.add_error(field if field in form.fields else None, refusal.message)
        else:
            messages.success(request, "The action is saved.")
            return redirect(address(meeting, "plan"))
    meeting_reading.record_view(meeting=meeting, by=request.user, page="planned action")
    context = {
        "meeting": meeting, "banner": banner(meeting.case), "form": form, "conflict": conflict,
        "back": address(meeting, "plan"),
    }  # fmt: skip
    return render(request, "mase/meetings/planned.html", context, status=409 if conflict else 200)
