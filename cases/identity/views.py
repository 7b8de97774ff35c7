"""The pages that record what a child says of who they are, and their phones and accounts."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from cases.identity.forms import ContactForm, IdentityForm
from cases.identity.selectors import contact_point_for
from cases.identity.services import change_contact, record_contact, record_identity
from cases.record.selectors import case_for
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either


@either
def identity_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write down what the child says now; what was written before is kept."""
    case = gate.require(request.user, Permission.HEALTH_VIEW, case_for(request.user, reference))
    gate.require(request.user, Permission.CASE_CHANGE, case)
    form = IdentityForm(request.POST or None)
    if form.does(lambda: record_identity(case=case, said=form.said, by=request.user, key=form.key)):
        messages.success(request, "What they say is recorded, and kept apart.")
        return redirect("cases:health", reference=case.reference)
    return case_page(request, case, "cases/identity/form.html", "identity-add", form=form)


@either
def contact_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add a phone, an account or a card of the child's own."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    form = ContactForm(request.POST or None)
    if form.does(lambda: record_contact(case=case, said=form.contact, by=request.user, key=form.key)):
        messages.success(request, "It is recorded.")
        return redirect("cases:family", reference=case.reference)
    return case_page(
        request, case, "cases/history/form.html", "contact-add", form=form, heading="Add a phone or account"
    )


@either
def contact_edit(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Change one of them, or say until when it was used."""
    contact = contact_point_for(request.user, reference, pk)
    case = gate.require(request.user, Permission.CASE_CHANGE, contact.case)
    form = ContactForm(request.POST or None, initial=ContactForm.answers_of(contact))
    if form.saves(
        lambda: change_contact(contact=contact, version=form.drawn_at, said=form.contact, by=request.user),
        newest=lambda: contact,
    ):
        messages.success(request, "It is saved.")
        return redirect("cases:family", reference=case.reference)
    return case_page(
        request, case, "cases/history/form.html", "contact-edit", form=form, heading="Change a phone or account",
    )  # fmt: skip
