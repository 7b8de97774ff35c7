"""Staff declare whom they are close to; the privacy officer decides on what the portal finds."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cases.choices import ConflictOutcome, Relation
from cases.forms.conflicts import DeclarationForm, FindingForm
from cases.presenters.conflicts import concern_row, declaration_row, declaration_rows, finding_row
from cases.selectors.concern_conflicts import concern_conflict_for
from cases.selectors.conflicts import declaration_for, declarations, finding_for, has_answered
from cases.services import conflicts
from cases.services.viewing import record_exclusions_view
from cases.views import declaring
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.sign_in import proof

either = require_http_methods(["GET", "POST"])


@require_GET
def declaration_list(request: SignedInRequest) -> HttpResponse:
    """What this person declared."""
    rows = declaration_rows(list(declarations(request.user)))
    context = {"rows": rows, **_asked(request)}
    return render(request, "cases/conflicts/list.html", context)


@either
def declaration_add(request: SignedInRequest) -> HttpResponse:
    """Declare one more, or that there is nobody."""
    gate.require(request.user, Permission.CONFLICT_DECLARE)
    form = DeclarationForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = {**form.cleaned_data, "relation": Relation(form.cleaned_data["relation"])}
        try:
            thanks = _declare(said, request.user)
        except NotAllowedNow as error:
            form.add_error("relation", error.message)
        else:
            messages.success(request, thanks)
            return redirect(_after(said, request))
    return render(request, "cases/conflicts/add.html", {"form": form, **_asked(request)})


@either
def declaration_withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """It no longer holds."""
    declaration = declaration_for(request.user, pk)
    if request.method == "POST":
        conflicts.withdraw(declaration=declaration, by=request.user)
        declaring.ask_again(request)
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


def _asked(request: SignedInRequest) -> dict[str, Any]:
    """Whether they have still to answer, and where they were going when they were asked."""
    going = declaring.going_to(request)
    return {
        "answered": has_answered(request.user),
        "next": going,
        "list_url": declaring.with_next(reverse("cases:conflicts"), going),
        "add_url": declaring.with_next(reverse("cases:conflict-add"), going),
    }


def _after(said: dict[str, Any], request: SignedInRequest) -> str:
    """Nobody: on to where they were going. Somebody: to the list, for there may be more, or to what is missing."""
    going = declaring.going_to(request)
    if said["relation"] == Relation.NOBODY:
        return going or reverse("cases:conflicts")
    page = "cases:conflicts" if has_answered(request.user) else "cases:conflict-add"
    return declaring.with_next(reverse(page), going)


def _declare(said: dict[str, Any], by: User) -> str:
    """Keep it, and what to say for it."""
    if said["relation"] == Relation.NOBODY:
        conflicts.declare_nobody(postcode=said["postcode"], by=by)
        return "Thank you. Come back when it changes."
    conflicts.declare(**said, by=by)
    return "Thank you. You will not be shown a case of theirs."
