"""Who has which open actions, and handing all of one person's to others."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.presenters import counted
from mase.plans.forms import HandOverForm
from mase.plans.presenters.actions import rows
from mase.plans.selectors import handing_over as selectors
from mase.plans.services import handing_over, readers

STAYED = (
    "Whom you chose does not work for its agency, or may not open it: choose somebody else, or ask the chair to share"
    " the child’s case with them first."
)


@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody with open actions, those who cannot do them any more first."""
    holders = selectors.holders(request.user)
    readers.record_people(shown=[row["owner"] for row in holders if row["owner"]], by=request.user)
    return render(request, "mase/plans/people.html", {"rows": holders})


@require_http_methods(["GET", "POST"])
def hand_over(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Give one person's open actions to colleagues, each to somebody who sees the child's case."""
    person, held, sees = selectors.held_by(request.user, pk)
    colleagues = selectors.colleagues_of(person, (each.agency_id for each in held))
    form = HandOverForm(request.POST or None, people=colleagues)
    if request.method == "POST" and form.is_valid():
        moved, stayed = handing_over.hand_over(
            person=person, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"], by=request.user
        )
        if moved:
            messages.success(request, f"{counted(moved, 'action is,actions are')} handed over.")
        if stayed:
            messages.warning(
                request, f"{counted(stayed, 'action was,actions were')} not handed over. {STAYED}"
            )
        return redirect("mase:action-hand-over", pk) if stayed else redirect("mase:action-people")
    readers.record_people(shown=[person.pk], by=request.user, held=held if sees else ())
    context = {
        "person": person, "rows": rows(held) if sees else (), "parts": () if sees else held, "form": form,
        "nobody": not colleagues,
    }  # fmt: skip
    return render(request, "mase/plans/hand_over.html", context)
