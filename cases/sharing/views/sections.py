"""Showing a part that is kept apart to somebody who sees the case, and stopping."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.record.choices import Section
from cases.record.models.case import Case
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.sharing.forms import PartForm, ReasonForm
from cases.sharing.selectors.access import holder_of
from cases.sharing.services import sections
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.forms import PortalForm


@either
def section_show(request: SignedInRequest, reference: str) -> HttpResponse:
    """One part, to one holder, for a reason of its own."""
    case = gate.require(request.user, Permission.CASE_SHARE, case_for(request.user, reference))
    form = PartForm(request.POST or None, case=case, by=request.user)
    if form.does(
        lambda: sections.show(
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
        sections.stop_showing(case=case, frm=holder, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{holder} no longer sees what is kept apart and was shown to them.")
        return redirect("cases:access", reference=case.reference)
    return _draw(request, "stop_part", case, form, holder=holder)


def _draw(request: SignedInRequest, page: str, case: Case, form: PortalForm, **more: object) -> HttpResponse:
    record_view(case=case, by=request.user, page=page, action=Action.ACCESS_VIEWED)
    context = {"case": case, "banner": banner(case), "form": form, **more}
    return render(request, f"cases/sharing/access/{page}.html", context)
