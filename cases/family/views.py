"""Pages of somebody in the family or network, of confidential addresses and of health detail."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.chronology.selectors import PER_PAGE
from cases.family import services as addresses
from cases.family.forms import AddressForm, HealthForm, NetworkMemberForm
from cases.family.presenters import camhs_words, health_entries
from cases.family.selectors import (
    address_for,
    camhs_of,
    health_notes,
    health_summaries,
    member_for,
    sealed_addresses,
    siblings_cases,
)
from cases.family.services import add_note, change_member, end_member, record_member
from cases.identity.presenters import identity_rows
from cases.identity.selectors import identity_of
from cases.record.forms import NothingForm
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of

ADDRESS_TAB = "address"


@require_GET
def address_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """Which addresses are confidential, why, and who said so. None of them is on this page."""
    case = gate.require(request.user, Permission.ADDRESS_VIEW, case_for(request.user, reference))
    return case_page(
        request, case, "cases/family/address/list.html", "addresses", current_tab=ADDRESS_TAB,
        rows=sealed_addresses(request.user, case), may_record=gate.can(request.user, Permission.ADDRESS_RECORD, case),
    )  # fmt: skip


@either
def address_show(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The question whether to show it; after the answer, the address, once, on this page alone."""
    address = address_for(request.user, reference, pk)
    shown = ""
    if request.method == "POST":
        try:
            shown = addresses.show_address(address=address, by=request.user)
        except NotAllowedNow as error:
            messages.error(request, error.message)
            return redirect("cases:addresses", reference=reference)
    else:
        record_view(case=address.case, by=request.user, page="address")
    context = {"case": address.case, "banner": banner(address.case), "address": address, "shown": shown}
    return render(request, "cases/family/address/show.html", {**context, "form": NothingForm()})


@either
def address_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write down a confidential address."""
    case = gate.require(request.user, Permission.ADDRESS_RECORD, case_for(request.user, reference))
    form = AddressForm(request.POST or None)
    if form.does(
        lambda: addresses.record_address(case=case, by=request.user, key=form.key, **form.cleaned_data)
    ):
        messages.success(request, "The address is recorded and kept confidential.")
        return redirect("cases:addresses", reference=case.reference)
    return case_page(request, case, "cases/family/address/add.html", "address-add", form=form)


@either
def address_end(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Say that an address is no longer current."""
    address = address_for(request.user, reference, pk)
    gate.require(request.user, Permission.ADDRESS_RECORD, address.case)
    if request.method == "POST":
        try:
            addresses.end_address(address=address, by=request.user)
            messages.success(request, "The address is no longer current.")
        except NotAllowedNow as error:
            messages.warning(request, error.message)
        return redirect("cases:addresses", reference=reference)
    return case_page(
        request, address.case, "cases/family/address/end.html", "address-end", address=address, form=NothingForm(),
    )  # fmt: skip


HEALTH_TAB = "health"


@require_GET
def health_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """What health agencies wrote, the newest first, and what they wrote for everybody."""
    case = gate.require(request.user, Permission.HEALTH_VIEW, case_for(request.user, reference))
    camhs, identity = camhs_of(request.user, case), identity_of(request.user, case)
    page = page_of(health_notes(request.user, case), PER_PAGE, request.GET.get("page"))
    return case_page(
        request, case, "cases/family/health/list.html", HEALTH_TAB,
        action=Action.HEALTH_VIEWED,
        current_tab=HEALTH_TAB,
        page=page,
        entries=health_entries(page.object_list),
        camhs=camhs,
        camhs_words=camhs_words(camhs) if camhs else "",
        identity=identity_rows(identity),
        summaries=health_summaries(case),
    )  # fmt: skip


@either
def health_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """A health agency adds what it knows."""
    case = gate.require(request.user, Permission.HEALTH_RECORD, case_for(request.user, reference))
    form = HealthForm(request.POST or None)
    if form.does(lambda: add_note(case=case, by=request.user, key=form.key, **form.cleaned_data)):
        messages.success(request, "Your note is in the health detail.")
        return redirect("cases:health", reference=case.reference)
    return case_page(request, case, "cases/family/health/add.html", "health-add", form=form)


@either
def family_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add somebody to the family."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    form = NetworkMemberForm(
        request.POST or None, initial={"parental_responsibility": "unknown", "contact_safe": "unknown"}
    )
    if form.does(lambda: record_member(case=case, member=form.member, by=request.user, key=form.key)):
        messages.success(request, f"{form.cleaned_data['name']} is added.")
        return redirect("cases:family", reference=case.reference)
    return case_page(
        request, case, "cases/family/members/form.html", "family-add", form=form, heading="Add a person"
    )


@either
def family_edit(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Change what is recorded of one of them, or say that they are no longer part of the family or household."""
    member = member_for(request.user, reference, pk)
    case = gate.require(request.user, Permission.CASE_CHANGE, member.case)
    if "end" in request.POST:
        end_member(member=member, by=request.user)
        messages.success(request, f"{member.name} is no longer listed.")
        return redirect("cases:family", reference=case.reference)
    unseen = "" if siblings_cases(request.user, [member]) else member.sibling_case
    form = NetworkMemberForm(
        request.POST or None, initial=NetworkMemberForm.answers_of(member), unseen=unseen
    )
    if form.saves(
        lambda: change_member(member=member, version=form.drawn_at, said=form.member, by=request.user),
        newest=lambda: member,
    ):
        messages.success(request, f"What is recorded of {form.cleaned_data['name']} is saved.")
        return redirect("cases:family", reference=case.reference)
    return case_page(
        request, case, "cases/family/members/form.html", "family-edit", form=form, heading="Change a person",
        member=member,
    )  # fmt: skip
