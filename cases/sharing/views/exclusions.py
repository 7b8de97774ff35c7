"""The privacy officer's pages: who is excluded from which child, and who is proposed to be, by reference alone."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.sharing.forms import CONFIRM, DecisionForm, ExclusionForm, ReasonForm
from cases.sharing.selectors.exclusions import exclusion_for, exclusions, proposal_for, proposals
from cases.sharing.services import exclusions as services
from cases.sharing.services.telling import record_exclusions_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of
from cse_portal.sign_in import factors


@require_GET
def exclusion_list(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, with its clock; and every exclusion that holds."""
    page = page_of(exclusions(request.user), 25, request.GET.get("page"))
    rows, waiting = list(page.object_list), list(proposals(request.user))
    record_exclusions_view(by=request.user, found=page.paginator.count, shown=[*rows, *waiting])
    context = {"page": page, "rows": rows, "waiting": waiting}
    return render(request, "cases/sharing/exclusions/list.html", context)


@either
def exclusion_add(request: SignedInRequest) -> HttpResponse:
    """Exclude a person or an agency from a child."""
    gate.require(request.user, Permission.EXCLUSION_DECIDE)
    factors.require_proof(request)
    form = ExclusionForm(request.POST or None, by=request.user)
    if form.is_bound and form.is_valid() and form.case is not None:
        holder = form.holder
        who = {"user": holder} if isinstance(holder, User) else {"agency": holder}
        services.exclude(case=form.case, reason=form.cleaned_data["reason"], by=request.user, **who)
        messages.success(request, f"{holder} cannot see case {form.case.reference} from now on.")
        return redirect("cases:exclusions")
    return render(request, "cases/sharing/exclusions/add.html", {"form": form})


@either
def exclusion_decide(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm a proposal, or dismiss it."""
    proposal = proposal_for(request.user, pk)
    factors.require_proof(request)
    form = DecisionForm(request.POST or None)
    if form.does(
        lambda: services.decide(
            exclusion=proposal,
            confirm=form.cleaned_data["decision"] == CONFIRM,
            note=form.cleaned_data["note"],
            by=request.user,
        )
    ):
        messages.success(request, "Your decision is recorded.")
        return redirect("cases:exclusions")
    record_exclusions_view(by=request.user, found=1, shown=[proposal])
    context = {"form": form, "row": proposal, "waits": proposal.is_waiting}
    return render(request, "cases/sharing/exclusions/decide.html", context)


@either
def exclusion_lift(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The conflict is over."""
    exclusion = exclusion_for(request.user, pk)
    factors.require_proof(request)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        services.lift(exclusion=exclusion, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The exclusion is lifted.")
        return redirect("cases:exclusions")
    record_exclusions_view(by=request.user, found=1, shown=[exclusion])
    return render(request, "cases/sharing/exclusions/lift.html", {"form": form, "row": exclusion})
