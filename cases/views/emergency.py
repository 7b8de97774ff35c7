"""Opening a case in an emergency, and the privacy officer's verdict on it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.choices import EmergencyKind, EmergencyVerdict
from cases.forms.emergency import EmergencyForm, VerdictForm
from cases.presenters.emergency import emergency_page, emergency_rows
from cases.selectors.emergency import emergencies, emergency_for
from cases.services import emergency
from cases.services.viewing import record_emergencies_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from cse_portal.ui.presenters import display_datetime

either = require_http_methods(["GET", "POST"])


@either
def emergency_open(request: SignedInRequest) -> HttpResponse:
    """See a child's case for four hours without having been given it."""
    gate.require(request.user, Permission.BREAK_GLASS)
    form = EmergencyForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            opened = emergency.break_glass(
                sought=form.sought, kind=EmergencyKind(said["kind"]), reason=said["reason"], by=request.user
            )
        except NotAllowedNow as error:
            form.add_error(None, error.message)
        else:
            if opened is not None:
                until = display_datetime(opened.ends_at)
                messages.success(
                    request, f"You can see this case until {until}. Those who answer for it have been told."
                )
                return redirect("cases:case", opened.case.reference)
            form.nothing_fits()
    return render(request, "cases/emergency/open.html", {"form": form})


@require_GET
def emergency_list(request: SignedInRequest) -> HttpResponse:
    """Every case opened in an emergency, those without a verdict first."""
    page = page_of(emergencies(request.user), 25, request.GET.get("page"))
    rows = list(page.object_list)
    cases = [row.case_id for row in rows]
    record_emergencies_view(by=request.user, found=page.paginator.count, cases=cases)
    context = {"page": page, "rows": emergency_rows(rows)}
    return render(request, "cases/emergency/list.html", context)


@either
def emergency_review(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Why it was opened, what was looked at, and the verdict."""
    judged = emergency_for(request.user, pk)
    form = VerdictForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            emergency.review(
                emergency=judged.emergency,
                verdict=EmergencyVerdict(said["verdict"]),
                note=said["note"],
                by=request.user,
            )
        except NotAllowedNow as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Your verdict is recorded.")
            return redirect("cases:emergencies")
    page = emergency_page(judged, for_=request.user)
    record_emergencies_view(by=request.user, found=1, cases=[judged.emergency.case_id])
    return render(request, "cases/emergency/review.html", {"form": form, "emergency": page})
