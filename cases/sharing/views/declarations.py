"""Staff declare whom they are close to, and say of a case or a concern that they know the family."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.concerns import services as concerns
from cases.concerns.models import Concern
from cases.concerns.selectors import concern_for
from cases.record.models.case import Case
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.sharing.forms import DeclarationForm, KnowForm
from cases.sharing.models import Relation
from cases.sharing.selectors.exclusions import declaration_for, declarations
from cases.sharing.services import declarations as services
from cases.sharing.services import exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either


@require_GET
def declaration_list(request: SignedInRequest) -> HttpResponse:
    """What this person declared."""
    return render(request, "cases/sharing/conflicts/list.html", {"rows": declarations(request.user)})


@either
def declaration_add(request: SignedInRequest) -> HttpResponse:
    """Declare one more."""
    gate.require(request.user, Permission.CONFLICT_DECLARE)
    form = DeclarationForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = {**form.cleaned_data, "relation": Relation(form.cleaned_data["relation"])}
        services.declare(**said, by=request.user)
        messages.success(request, "Thank you. The privacy officer looks at what fits.")
        return redirect("cases:conflicts")
    return render(request, "cases/sharing/conflicts/add.html", {"form": form})


@either
def declaration_withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """It no longer holds."""
    declaration = declaration_for(request.user, pk)
    if request.method == "POST":
        services.withdraw(declaration=declaration, by=request.user)
        messages.success(request, "The declaration is withdrawn.")
        return redirect("cases:conflicts")
    return render(request, "cases/sharing/conflicts/withdraw.html", {"row": declaration})


@either
def know_family_of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Somebody who sees the case says that they know the family."""
    case = case_for(request.user, reference)
    record_view(case=case, by=request.user, page="know")
    return _know(request, case, reverse("cases:case", args=[reference]))


@either
def know_family_of_concern(request: SignedInRequest, reference: str) -> HttpResponse:
    """Somebody who sees the concern says that they know the family."""
    concern = concern_for(request.user, reference)
    concerns.record_view(concern=concern, by=request.user, page="know")
    return _know(request, concern, reverse("cases:concern", args=[reference]))


def _know(request: SignedInRequest, about: Case | Concern, back: str) -> HttpResponse:
    form = KnowForm(request.POST or None)
    if form.is_bound and form.is_valid():
        exclusions.declare(about=about, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(
            request, f"Thank you. You no longer see {about.reference}. The privacy officer is told."
        )
        return redirect("home")
    context = {"form": form, "about": about, "back": back}
    return render(request, "cases/sharing/exclusions/know.html", context)
