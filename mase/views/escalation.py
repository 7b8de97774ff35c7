"""Who answers for an agency at the stages of a disagreement; and what whoever is called reads."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.people.selectors import own_agency
from mase.choices import DisagreementState
from mase.forms.escalation import StagePeopleForm
from mase.presenters import disagreements as words
from mase.presenters import escalation as presenters
from mase.selectors import escalation as selectors
from mase.services import escalation


@require_http_methods(["GET", "POST"])
def people(request: SignedInRequest) -> HttpResponse:
    """The agency's lead says who is told at each stage above practitioners."""
    agency = own_agency(request.user)
    form = StagePeopleForm(
        request.POST if request.method == "POST" else None,
        people=selectors.people_of_agency(agency),
        named=selectors.named_by(request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            escalation.name_people(agency=agency, people=form.people, by=request.user)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Saved. From now on these people are told.")
            return redirect("people:list")
    return render(request, "mase/disagreements/stage_people.html", {"form": form, "agency": agency})


@require_GET
def called(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What somebody was called to: who disagrees with whom, until when, and whom to ring. No word of the child."""
    found = selectors.called(request.user, pk)
    escalation.record_call_view(call=found.call, by=request.user)
    row = found.disagreement
    context = {
        "disagreement": row,
        "state": row.get_state_display(),
        "colour": words.STATE_COLOURS[DisagreementState(row.state)],
        "facts": presenters.facts(found),
        "to_ring": presenters.to_ring(found),
        "sees_it": found.sees_it,
    }
    return render(request, "mase/disagreements/called.html", context)
