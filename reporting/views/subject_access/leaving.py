"""What leaves: the police's release, disclosing, the file, and the register the privacy officer keeps."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.models import Disclosure, SubjectAccessRequest
from cases.presenters import banner
from cases.selectors import subject_access as selectors
from cases.services import subject_access as services
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.files import FileUnavailable
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from cse_portal.sign_in import proof
from cse_portal.ui.downloads import attachment
from reporting.forms.subject_access import DiscloseForm, FindDisclosureForm, key_of
from reporting.presenters.subject_access import cards, register
from reporting.services.subject_access import record_view

either = require_http_methods(["GET", "POST"])


@either
def release(request: SignedInRequest, reference: str) -> HttpResponse:
    """For the police: what of theirs a request asks for, and their agreement that it may be put in."""
    found = selectors.request_for(request.user, reference, Permission.SUBJECT_ACCESS_RELEASE)
    items = selectors.items_to_release(found, request.user)
    if request.method == "POST":
        wanted = key_of(request.POST.get("item"))
        item = next((each for each in items if each.pk == wanted), None)
        if item is None:
            messages.error(request, "This waits for the police no longer.")
        else:
            item.request = found
            try:
                services.release(item=item, by=request.user)
            except NotAllowedNow as refusal:  # answered or withdrawn since the page was drawn
                messages.error(request, refusal.message)
            else:
                messages.success(request, "It may be shown. Whether it is, the CSE team decides.")
        return redirect("reporting:subject-access-release", reference)
    record_view(by=request.user, page="release", request=found, read=items)
    shown = [(item, cards.cards(item, [], frozenset())) for item in items]
    context = {"request_": found, "case": found.case, "banner": banner(found.case), "shown": shown}
    return render(request, "reporting/subject_access/release.html", context)


@either
def disclose(request: SignedInRequest, reference: str) -> HttpResponse:
    """The last look, the last word: who it goes to, what is left out, on which grounds."""
    found = selectors.request_for(request.user, reference, Permission.SUBJECT_ACCESS_PREPARE)
    proof.require(request)
    form = DiscloseForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.disclose(request=found, by=request.user)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("reporting:subject-access-request", reference)
    record_view(by=request.user, page="disclose", request=found)
    rows = register.withheld_rows(selectors.withheld(selectors.items_of(found, request.user)))
    context = {
        "request_": found,
        "case": found.case,
        "banner": banner(found.case),
        "form": form,
        "withheld": rows,
    }
    return render(request, "reporting/subject_access/disclose.html", context)


@require_POST
def make_again(request: SignedInRequest, reference: str) -> HttpResponse:
    """The file once more, where the making failed, for somebody who has just proved who they are."""
    found = selectors.request_for(request.user, reference, Permission.SUBJECT_ACCESS_PREPARE)
    proof.require(request)
    try:
        services.make_again(disclosure=_disclosure_of(found), by=request.user)
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
    return redirect("reporting:subject-access-request", reference)


@require_GET
def bundle(request: SignedInRequest, reference: str) -> HttpResponse:
    """The file, to be handed over; the audit notes every taking."""
    found = selectors.request_for(request.user, reference, Permission.SUBJECT_ACCESS_PREPARE)
    proof.require(request)
    try:
        disclosure = _disclosure_of(found)
        content = services.download(disclosure=disclosure, by=request.user)
    except (NotAllowedNow, FileUnavailable) as refusal:
        messages.error(request, refusal.message)
        return redirect("reporting:subject-access-request", reference)
    return attachment(content, name=f"your-record-{disclosure.copy}.pdf", content_type="application/pdf")


def _disclosure_of(request: SubjectAccessRequest) -> Disclosure:
    disclosure: Disclosure | None = getattr(request, "disclosure", None)
    if disclosure is None:
        raise NotAllowedNow("Nothing has been disclosed yet, so there is no file.")
    return disclosure


@either
def disclosures(request: SignedInRequest) -> HttpResponse:
    """The privacy officer's register, and whose a copy is that somebody found."""
    gate.require(request.user, Permission.DISCLOSURE_REGISTER)
    form = FindDisclosureForm(request.POST or None)
    if form.is_bound and form.is_valid():
        found = selectors.disclosure_with_copy(request.user, form.cleaned_data["copy"])
        if found is not None:
            return redirect("reporting:disclosure", found.pk)
        form.add_error("copy", "No disclosure has this number. Check each letter against the page")
    page = page_of(selectors.register(request.user), selectors.PER_PAGE, request.GET.get("page"))
    rows = list(page.object_list)
    services.trace_disclosure(disclosure=None, by=request.user, listed=rows)
    context = {"form": form, "page": page, "rows": register.register_rows(rows)}
    return render(request, "reporting/subject_access/register.html", context)


@require_GET
def disclosure(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One line of the register in full."""
    found = selectors.registered(request.user, pk)
    services.trace_disclosure(disclosure=found, by=request.user)
    context = {
        "disclosure": found,
        "facts": register.register_facts(found),
        "withheld": register.withheld_rows(found.withheld),
        "items": register.register_items(found),
    }
    return render(request, "reporting/subject_access/disclosure.html", context)
