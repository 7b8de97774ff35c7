"""The form of an outcome against one person of concern, from the court page of a child."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from cases.court.forms import CourtForm
from cases.record.selectors import case_for
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest, either
from intelligence.outcomes import selectors
from intelligence.outcomes.services import record_outcome


@either
def outcome(request: SignedInRequest, reference: str, investigation: uuid.UUID, person: str) -> HttpResponse:
    """Record or change one. When two people wrote at once, both texts are shown and none is lost."""
    case = gate.require(request.user, Permission.COURT_RECORD, case_for(request.user, reference))
    found = selectors.outcome_for(request.user, case, investigation, person)
    form = CourtForm(request.POST or None, row=found, without=("subject", "investigation"))
    form.heading = f"Outcome against {found.subject.name}, {found.investigation.crime_reference}"
    if form.saves(
        lambda: record_outcome(outcome=found, version=form.drawn_at, by=request.user, **form.said),
        newest=lambda: selectors.outcome_for(request.user, case, investigation, person),
    ):
        messages.success(request, "Outcome saved.")
        return redirect("cases:court", case.reference)
    return case_page(request, case, "cases/court/form.html", "court", action=Action.COURT_VIEWED, form=form)
