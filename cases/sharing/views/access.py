"""Who can see a case and why: sharing it or a part of it, restricting it, and stopping."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.record.choices import Section
from cases.record.models.case import Case
from cases.record.selectors import case_for
from cases.record.views import case_page
from cases.sharing.forms import PartForm, ReasonForm, RestrictForm, ShareForm, WhyForm
from cases.sharing.presenters import access_rows
from cases.sharing.selectors.access import explain, holder_of, parts_to_show, recent_viewers, who_has_access
from cases.sharing.services import access
from cases.sharing.services.telling import record_explanation
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.reference import selectors as reference_data
from cse_portal.ui.forms import PortalForm

TAB = "access"


@require_GET
def access_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who can see this child, through what, why, since when and until when."""
    case = gate.require(request.user, Permission.CASE_ACCESS_VIEW, case_for(request.user, reference))
    may_share = gate.can(request.user, Permission.CASE_SHARE, case)
    return case_page(
        request, case, "cases/sharing/access/list.html", TAB,
        action=Action.ACCESS_VIEWED,
        current_tab=TAB,
        rows=access_rows(case, who_has_access(case), may_share=may_share),
        may_show=may_share and bool(parts_to_show(request.user, case)),
        looks=recent_viewers(case, request.user),
        restricted_why=reference_data.label("restricted-reason", case.restricted_reason),
    )  # fmt: skip


@either
def access_share(request: SignedInRequest, reference: str) -> HttpResponse:
    """Give an agency or a named person access."""
    case = gate.require(request.user, Permission.CASE_SHARE, case_for(request.user, reference))
    form = ShareForm(request.POST or None, case=case, by=request.user)
    if form.does(
        lambda: access.share(
            case=case,
            to=form.holder,
            reason=form.cleaned_data["reason"],
            lawful_basis=form.cleaned_data["lawful_basis"],
            may_change=form.cleaned_data["extent"] == "work",
            expires_at=form.expires_at,
            by=request.user,
        )
    ):
        return _done(request, case, f"The case is now shared with {form.holder}.")
    return _draw(request, "share", case, form)


@either
def access_stop(request: SignedInRequest, reference: str, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Stop sharing with one holder, for a reason."""
    case = gate.require(request.user, Permission.CASE_SHARE, case_for(request.user, reference))
    holder = holder_of(case, kind, pk)
    form = ReasonForm(request.POST or None)
    if form.does(
        lambda: access.stop_sharing(
            case=case, frm=holder, reason=form.cleaned_data["reason"], by=request.user
        )
    ):
        return _done(request, case, f"The case is no longer shared with {holder}.")
    return _draw(request, "stop", case, form, holder=holder)


@either
def case_restrict(request: SignedInRequest, reference: str) -> HttpResponse:
    """From now on only named people see the case."""
    case = gate.require(request.user, Permission.CASE_RESTRICT, case_for(request.user, reference))
    form = RestrictForm(request.POST or None, case=case, by=request.user)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        access.restrict(
            case=case, reason_code=said["reason_code"], people=form.named,
            lawful_basis=said["lawful_basis"], by=request.user,
        )  # fmt: skip
        return _done(request, case, "The case is restricted. Only the people named can see it.")
    return _draw(request, "restrict", case, form)


@either
def case_lift_restriction(request: SignedInRequest, reference: str) -> HttpResponse:
    """Agencies with access see the case again."""
    case = gate.require(request.user, Permission.CASE_RESTRICT, case_for(request.user, reference))
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        access.lift_restriction(case=case, reason=form.cleaned_data["reason"], by=request.user)
        return _done(request, case, "The restriction is lifted. Agencies with access see the case again.")
    return _draw(request, "lift", case, form)


def _done(request: SignedInRequest, case: Case, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("cases:access", reference=case.reference)


def _draw(request: SignedInRequest, page: str, case: Case, form: PortalForm, **more: Any) -> HttpResponse:
    return case_page(
        request, case, f"cases/sharing/access/{page}.html", page, action=Action.ACCESS_VIEWED, form=form, **more,
    )  # fmt: skip


@require_GET
def why(request: SignedInRequest) -> HttpResponse:
    """One person, one case by its reference: layer by layer."""
    gate.require(request.user, Permission.ACCESS_EXPLAIN)
    form, page = WhyForm(request.GET or None, by=request.user), None
    if form.is_bound and form.is_valid() and form.case is not None:
        person = form.cleaned_data["person"]
        page = explain(request.user, person, form.case)
        record_explanation(case=form.case, person=person, by=request.user)
    return render(request, "cases/sharing/why/page.html", {"form": form, "why": page})


@either
def section_show(request: SignedInRequest, reference: str) -> HttpResponse:
    """One part, to one holder, for a reason of its own."""
    case = gate.require(request.user, Permission.CASE_SHARE, case_for(request.user, reference))
    form = PartForm(request.POST or None, case=case, by=request.user)
    if form.does(
        lambda: access.show(
            case=case,
            section=Section(form.cleaned_data["part"]),
            to=form.holder,
            reason=form.cleaned_data["reason"],
            lawful_basis=form.cleaned_data["lawful_basis"],
            expires_at=form.expires_at,
            by=request.user,
        )
    ):
        words = f"{form.holder} may now see: {Section(form.cleaned_data['part']).label.lower()}."
        messages.success(request, words)
        return redirect("cases:access", reference=case.reference)
    return _draw(request, "show_part", case, form)


@either
def section_stop(request: SignedInRequest, reference: str, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Stop showing one holder what was shown to them, for a reason."""
    case = gate.require(request.user, Permission.CASE_SHARE, case_for(request.user, reference))
    holder = holder_of(case, kind, pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        access.stop_showing(case=case, frm=holder, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{holder} no longer sees what is kept apart and was shown to them.")
        return redirect("cases:access", reference=case.reference)
    return _draw(request, "stop_part", case, form, holder=holder)
