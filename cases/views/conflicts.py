"""Staff declare whom they are close to; the privacy officer decides on what the portal finds."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.choices import ConflictOutcome, Relation
from cases.forms.conflicts import DeclarationForm, FindingForm
from cases.presenters.conflicts import concern_row, declaration_row, declaration_rows, finding_row
from cases.selectors.concern_conflicts import concern_conflict_for
from cases.selectors.conflicts import declaration_for, declarations, finding_for
from cases.services import conflicts
from cases.services.viewing import record_exclusions_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.sign_in import proof

either = require_http_methods(["GET", "POST"])


@require_GET
def declaration_list(request: SignedInRequest) -> HttpResponse:
    """What this person declared."""
    rows = declaration_rows(list(declarations(request.user)))
    return render(request, "cases/conflicts/list.html", {"rows": rows})


@either
def declaration_add(request: SignedInRequest) -> HttpResponse:
    """Declare one more."""
    gate.require(request.user, Permission.CONFLICT_DECLARE)
    form = DeclarationForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = {**form.cleaned_data, "relation": Relation(form.cleaned_data["relation"])}
        conflicts.declare(**said, by=request.user)
        messages.success(request, "Thank you. You will not be shown a case of theirs.")
        return redirect("cases:conflicts")
    return render(request, "cases/conflicts/add.html", {"form": form})


@either
def declaration_withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """It no longer holds."""
    declaration = declaration_for(request.user, pk)
    if request.method == "POST":
        conflicts.withdraw(declaration=declaration, by=request.user)
        messages.success(request, "The declaration is withdrawn.")
        return redirect("cases:conflicts")
    return render(request, "cases/conflicts/withdraw.html", {"row": declaration_row(declaration)})


@either
def finding_decide(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether what the portal found is a conflict of interest; that it is none gives sight back, so it needs proof."""
    finding = finding_for(request.user, pk)
    form = FindingForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        if said["outcome"] == ConflictOutcome.DISMISSED:
            proof.require(request)
        try:
            conflicts.decide(
                finding=finding, outcome=ConflictOutcome(said["outcome"]), note=said["note"], by=request.user
            )
        except NotAllowedNow as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Your decision is recorded.")
            return redirect("cases:exclusions")
    record_exclusions_view(by=request.user, found=1, cases=[finding.case_id])
    return render(request, "cases/conflicts/decide.html", {"form": form, "row": finding_row(finding)})


@either
def concern_decide(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether somebody is too close to a concern. It gives sight back, so whoever decides proves who they are."""
    conflict = concern_conflict_for(request.user, pk)
    proof.require(request)
    form = FindingForm(request.POST or None)
    if form.is_bound and form.is_valid():
        outcome = ConflictOutcome(form.cleaned_data["outcome"])
        conflicts.decide_of_concern(
            conflict=conflict, outcome=outcome, note=form.cleaned_data["note"], by=request.user
        )
        messages.success(request, "Your decision is recorded.")
        return redirect("cases:exclusions")
    record_exclusions_view(by=request.user, found=1, about=[conflict.concern_id])
    return render(request, "cases/conflicts/decide.html", {"form": form, "row": concern_row(conflict)})
