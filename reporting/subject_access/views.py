"""Requests to see a record: the lists, one request with its parts and items, its steps, the copy, the register."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cases.record.presenters import banner
from cases.record.selectors import case_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.files import FileUnavailable
from cse_portal.jobs.selectors import find_job
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import page_of
from cse_portal.sign_in import factors
from cse_portal.ui.downloads import attachment
from reporting.subject_access import forms, presenters, selectors, services
from reporting.subject_access.models import SubjectAccessRequest

PREPARE, RELEASE = Permission.SUBJECT_ACCESS_PREPARE, Permission.SUBJECT_ACCESS_RELEASE
ACTS: dict[str, tuple[Any, str]] = {
    "assemble": (services.assemble, "The record is assembled. Read every part."),
    "send": (services.send, "It is with the second reader. You are told what they say."),
    "send-back": (services.send_back, "It can be prepared again. The person who prepared it has been told."),
    "sign": (services.sign, "You have signed it. The person who prepared it has been told."),
}
STEPS: dict[str, tuple[type[Any], Any, str, str, str]] = {
    "identity": (
        forms.IdentityForm, services.check_identity, "How the requester was identified", "Save",
        "It is noted how they were identified.",
    ),
    "extend": (
        forms.ExtendForm, services.extend, "Two months more", "Extend the time", "The request has two months more."
    ),
    "close": (
        forms.CloseForm, services.close, "Close this request without disclosing", "Close the request",
        "The request is closed.",
    ),
    "words": (
        forms.WordsForm, services.withhold, "Take words out of every text", "Take these words out",
        "These words are taken out of every text.",
    ),
}  # fmt: skip


@require_GET
def requests(request: SignedInRequest) -> HttpResponse:
    """Every open request one may see, the first to answer first."""
    page = page_of(selectors.requests(request.user), selectors.PER_PAGE, request.GET.get("page"))
    rows = list(page.object_list)
    services.record_view(by=request.user, page="list", listed=rows)
    police = gate.can(request.user, Permission.INTELLIGENCE_GRADE)
    return render(
        request, "reporting/subject_access/list.html", {"page": page, "rows": rows, "police": police}
    )


@require_GET
def of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """The requests of one case, and what became of each."""
    case = case_for(request.user, reference)
    rows = selectors.requests_of(request.user, case)
    services.record_view(by=request.user, page="case", about=case)
    context = {"case": case, "banner": banner(case), "current_tab": "subject-access", "rows": rows}
    return render(request, "reporting/subject_access/case.html", context)


@either
def new(request: SignedInRequest, reference: str) -> HttpResponse:
    """Record that somebody asks."""
    case = gate.require(request.user, PREPARE, case_for(request.user, reference))
    form = forms.ReceiveForm(request.POST or None)
    if form.does(lambda: services.receive(case=case, by=request.user, key=form.key, **form.cleaned_data)):
        messages.success(request, f"The request is recorded. Its reference is {form.done.reference}.")
        return redirect("reporting:subject-access-request", form.done.reference)
    services.record_view(by=request.user, page="new", about=case)
    context = {
        "case": case,
        "banner": banner(case),
        "form": form,
        "title": "Record a request to see this record",
    }
    return render(request, "reporting/subject_access/step.html", {**context, "button": "Record the request"})


@require_GET
def one(request: SignedInRequest, reference: str) -> HttpResponse:
    """One request: who asks, by when, its parts, and what happens next."""
    found = selectors.request_for(request.user, reference)
    items = selectors.items_of(found, request.user)
    disclosure = getattr(found, "disclosure", None)
    services.record_view(by=request.user, page="request", about=found)
    context = {
        **_context(found),
        "current_tab": "subject-access",
        "parts": presenters.parts(items),
        "left_out": selectors.left_out(items),
        "mine": found.prepared_by_id == request.user.pk,
        "disclosure": disclosure,
        "job": find_job(services.JOB, disclosure.pk.hex) if disclosure else None,
    }
    return render(request, "reporting/subject_access/request.html", context)


@require_GET
def part(request: SignedInRequest, reference: str, key: str) -> HttpResponse:
    """The items of one kind of record, in full."""
    found = selectors.request_for(request.user, reference)
    shown = [each for each in presenters.parts(selectors.items_of(found, request.user)) if each.key == key]
    if not shown:
        raise NotVisible
    services.record_view(by=request.user, page=f"part {key}", about=found)
    return render(request, "reporting/subject_access/part.html", {**_context(found), "part": shown[0]})


@either
def item(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """One item: in or out."""
    found = selectors.request_for(request.user, reference)
    one_item = selectors.item_of(found, pk, request.user)
    now = {"decision": one_item.decision, "ground": one_item.ground}
    form = forms.DecideForm(request.POST or None, initial=now)
    if form.does(lambda: services.decide(item=one_item, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{one_item.title}: saved.")
        return redirect("reporting:subject-access-part", reference, one_item.part)
    services.record_view(by=request.user, page="item", about=found)
    return render(
        request, "reporting/subject_access/item.html", {**_context(found), "item": one_item, "form": form}
    )


@either
def step(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """A step that needs a form: identity, more time, closing, words to take out."""
    kind, verb, title, button, done = STEPS[step]
    found = selectors.request_for(request.user, reference)
    form = kind(request.POST or None, initial={"words": "\n".join(found.withheld)})
    if form.does(lambda: verb(request=found, by=request.user, **form.cleaned_data)):
        messages.success(request, done)
        return redirect("reporting:subject-access-request", reference)
    services.record_view(by=request.user, page=step, about=found)
    context = {**_context(found), "form": form, "title": title, "button": button, "step": step}
    return render(request, "reporting/subject_access/step.html", context)


@require_POST
def act(request: SignedInRequest, reference: str, act: str) -> HttpResponse:
    """A step that needs no form: assemble, send, sign, send back."""
    verb, words = ACTS[act]
    found = selectors.request_for(request.user, reference)
    with warns(request):
        verb(request=found, by=request.user)
        messages.success(request, words)
    return redirect("reporting:subject-access-request", reference)


@either
def release(request: SignedInRequest, reference: str) -> HttpResponse:
    """For the police: what of theirs a request asks for, and their word that it may be shown."""
    found = selectors.request_for(request.user, reference, RELEASE)
    items = [each for each in selectors.items_of(found, request.user) if each.waits_for_police]
    if request.method == "POST":
        wanted = next((each for each in items if str(each.pk) == request.POST.get("item")), None)
        with warns(request):
            if wanted is None:
                raise NotAllowedNow("This waits for the police no longer.")
            services.release(item=wanted, by=request.user)
            messages.success(request, "It may be shown. The CSE team decides whether it is.")
        return redirect("reporting:subject-access-release", reference)
    services.record_view(by=request.user, page="release", about=found)
    return render(request, "reporting/subject_access/release.html", {**_context(found), "items": items})


@either
def disclose(request: SignedInRequest, reference: str) -> HttpResponse:
    """The last look: who it goes to, what is left out, and how it reaches them."""
    found = selectors.request_for(request.user, reference)
    factors.require_proof(request)
    form = forms.DiscloseForm(request.POST or None)
    if form.does(
        lambda: services.disclose(request=found, delivery=form.cleaned_data["delivery"], by=request.user)
    ):
        return redirect("reporting:subject-access-request", reference)
    services.record_view(by=request.user, page="disclose", about=found)
    context = {
        **_context(found),
        "form": form,
        "left_out": selectors.left_out(selectors.items_of(found, request.user)),
        "title": "Disclose this record?",
        "step": "disclose",
    }
    return render(request, "reporting/subject_access/step.html", {**context, "button": "Disclose"})


@require_GET
def bundle(request: SignedInRequest, reference: str) -> HttpResponse:
    """The file, to be handed over; each download is on record."""
    found = selectors.request_for(request.user, reference)
    factors.require_proof(request)
    try:
        content = services.download(request=found, by=request.user)
    except (NotAllowedNow, FileUnavailable) as refusal:
        messages.error(request, refusal.message)
        return redirect("reporting:subject-access-request", reference)
    return attachment(content, name=f"your-record-{found.reference}.pdf", content_type="application/pdf")


@require_GET
def disclosures(request: SignedInRequest) -> HttpResponse:
    """The privacy officer's register."""
    page = page_of(selectors.register(request.user), selectors.PER_PAGE, request.GET.get("page"))
    rows = list(page.object_list)
    services.record_view(by=request.user, page="register", listed=rows)
    return render(request, "reporting/subject_access/register.html", {"page": page, "rows": rows})


def _context(found: SubjectAccessRequest) -> dict[str, Any]:
    return {"request_": found, "case": found.case, "banner": banner(found.case)}
