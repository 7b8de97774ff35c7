"""The privacy officer's pages: who is shut out of which case, by its reference alone."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.forms.access import ExclusionForm, ReasonForm
from cases.presenters.access import carried_from, exclusion_rows
from cases.presenters.conflicts import concern_row, finding_rows
from cases.selectors.concern_conflicts import concern_conflicts
from cases.selectors.conflicts import findings
from cases.selectors.exclusions import exclusion_for, exclusions
from cases.services import access
from cases.services.viewing import record_exclusions_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from cse_portal.sign_in import proof

# What waits stands first; what was decided longest ago is the first that is not shown.
MOST_CONCERNS = 100
STAY_SHUT_OUT = (
    "It is lifted, and they stay shut out: something else was found and waits for your decision, or was decided of"
    " another case of the same child and is carried here. Both are listed below."
)
either = require_http_methods(["GET", "POST"])


@require_GET
def exclusion_list(request: SignedInRequest) -> HttpResponse:
    """Every exclusion that holds."""
    page = page_of(exclusions(request.user), 25, request.GET.get("page"))
    rows, waiting = list(page.object_list), list(findings(request.user))
    cases = [row.case_id for row in (*rows, *waiting)]
    found = list(concern_conflicts(request.user)[:MOST_CONCERNS])
    about, close = [row.concern_id for row in found], [concern_row(row) for row in found]
    record_exclusions_view(by=request.user, found=page.paginator.count, cases=cases, about=about)
    context = {"page": page, "rows": exclusion_rows(rows), "waiting": finding_rows(waiting), "close": close}
    return render(request, "cases/exclusions/list.html", context)


@either
def exclusion_add(request: SignedInRequest) -> HttpResponse:
    """Shut a person or an agency out of a case."""
    gate.require(request.user, Permission.EXCLUSION_DECIDE)
    proof.require(request)
    form = ExclusionForm(request.POST or None, by=request.user)
    if form.is_bound and form.is_valid() and form.case is not None:
        holder = form.holder
        who = {"user": holder} if isinstance(holder, User) else {"agency": holder}
        access.exclude(case=form.case, reason=form.cleaned_data["reason"], by=request.user, **who)
        messages.success(request, f"{holder} cannot see case {form.case.reference} from now on.")
        return redirect("cases:exclusions")
    return render(request, "cases/exclusions/add.html", {"form": form})


@either
def exclusion_lift(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The conflict is over."""
    exclusion = exclusion_for(request.user, pk)
    proof.require(request)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        over = access.lift_exclusion(exclusion=exclusion, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The exclusion is lifted." if over else STAY_SHUT_OUT)
        return redirect("cases:exclusions")
    record_exclusions_view(by=request.user, found=1, cases=[exclusion.case_id])
    context = {"form": form, "exclusion": exclusion, "carried_from": carried_from(exclusion)}
    return render(request, "cases/exclusions/lift.html", context)
