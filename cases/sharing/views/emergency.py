"""Opening a case in an emergency, and the privacy officer's verdict on it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.sharing.forms import EmergencyForm, VerdictForm
from cases.sharing.selectors.emergency import emergencies, emergency_for
from cases.sharing.services import emergency
from cases.sharing.services.emergency import OwnEmergency
from cases.sharing.services.telling import record_emergencies_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of
from cse_portal.ui.presenters import display_datetime


@either
def emergency_open(request: SignedInRequest) -> HttpResponse:
    """See a child's case for four hours without having been given it."""
    gate.require(request.user, Permission.BREAK_GLASS)
    form = EmergencyForm(request.POST or None)
    if form.does(
        lambda: emergency.break_glass(
            sought=form.sought,
            kind=form.cleaned_data["kind"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    ):
        if form.done is not None:
            until = display_datetime(form.done.ends_at)
            messages.success(
                request, f"You can see this case until {until}. Those who answer for it have been told."
            )
            return redirect("cases:tonight", form.done.case.reference)
        form.nothing_fits()
    return render(request, "cases/sharing/emergency/open.html", {"form": form})


@require_GET
def emergency_list(request: SignedInRequest) -> HttpResponse:
    """Every case opened in an emergency, those without a verdict first."""
    page = page_of(emergencies(request.user), 25, request.GET.get("page"))
    rows = list(page.object_list)
    cases = [row.case_id for row in rows]
    record_emergencies_view(by=request.user, found=page.paginator.count, cases=cases)
    context = {"page": page, "rows": rows}
    return render(request, "cases/sharing/emergency/list.html", context)


@either
def emergency_review(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Why it was opened, what was looked at, and the verdict."""
    judged = emergency_for(request.user, pk)
    form = VerdictForm(request.POST or None)
    if form.does(lambda: emergency.review(emergency=judged.emergency, by=request.user, **form.cleaned_data)):
        messages.success(request, "Your verdict is recorded.")
        return redirect("cases:emergencies")
    record_emergencies_view(by=request.user, found=1, cases=[judged.emergency.case_id])
    context = {"form": form, "judged": judged, "row": judged.emergency, "own": OwnEmergency.message}
    return render(request, "cases/sharing/emergency/review.html", context)
