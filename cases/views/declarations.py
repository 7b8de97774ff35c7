"""Staff declare whom they are close to, and say of a case or a concern that they know the family."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cases.choices import Relation
from cases.forms.exclusions import DeclarationForm, KnowForm
from cases.models import Case, Concern
from cases.presenters.exclusions import declaration_row, declaration_rows
from cases.selectors.case import case_for
from cases.selectors.concerns import concern_for
from cases.selectors.exclusions import declaration_for, declarations, has_answered
from cases.services import concerns, exclusions
from cases.services import declarations as services
from cases.services.viewing import record_view
from cases.views import declaring
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest

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
        services.withdraw(declaration=declaration, by=request.user)
        declaring.ask_again(request)
        messages.success(request, "The declaration is withdrawn.")
        return redirect("cases:conflicts")
    return render(request, "cases/conflicts/withdraw.html", {"row": declaration_row(declaration)})


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
    return render(request, "cases/exclusions/know.html", context)


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
        services.declare_nobody(postcode=said["postcode"], by=by)
        return "Thank you. Come back when it changes."
    services.declare(**said, by=by)
    return "Thank you. The privacy officer looks at what fits."
