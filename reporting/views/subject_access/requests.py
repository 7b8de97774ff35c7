"""Requests to see a record: all one may see, a case's, a new one, one of them, and what takes it further."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.choices import IdentityProof
from cases.models import OtherName, SubjectAccessItem, SubjectAccessRequest
from cases.presenters import banner
from cases.selectors import subject_access as selectors
from cases.selectors.case import case_for
from cases.services import subject_access as services
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.selectors import find_job
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from reporting.forms.subject_access import CloseRequestForm, ExtendForm, IdentityCheckForm, ReceiveForm
from reporting.presenters.subject_access import items_of_record, names_in, pages, register, repeats
from reporting.selectors.subject_access import other_children, whole_record
from reporting.services.subject_access import record_view

PREPARE = Permission.SUBJECT_ACCESS_PREPARE
TAB = "subject-access"
either = require_http_methods(["GET", "POST"])


@require_GET
def requests(request: SignedInRequest) -> HttpResponse:
    """Every open request one may see, whose day comes first; for the police, what waits for their word."""
    page = page_of(selectors.requests(request.user), selectors.PER_PAGE, request.GET.get("page"))
    rows = list(page.object_list)
    record_view(by=request.user, page="list", listed=rows)
    context = {"page": page, "rows": pages.request_rows(rows)}
    return render(request, "reporting/subject_access/list.html", context)


@require_GET
def of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """The requests of one case, and what became of each."""
    case = case_for(request.user, reference)
    found = selectors.requests_of(request.user, case)
    record_view(by=request.user, page="case", case=case)
    context = {"case": case, "banner": banner(case), "current_tab": TAB, "rows": pages.request_rows(found)}
    return render(request, "reporting/subject_access/case.html", context)


@either
def new(request: SignedInRequest, reference: str) -> HttpResponse:
    """Record that somebody asks."""
    case = gate.require(request.user, PREPARE, case_for(request.user, reference))
    form = ReceiveForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = services.receive(case=case, asked=form.asked, by=request.user, key=form.key)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"The request is recorded. Its reference is {made.reference}.")
            return redirect("reporting:subject-access-request", made.reference)
    record_view(by=request.user, page="new", case=case)
    context = {"case": case, "banner": banner(case), "form": form}
    return render(request, "reporting/subject_access/new.html", context)


@require_GET
def one(request: SignedInRequest, reference: str) -> HttpResponse:
    """One request: who asks, by when, what it is about, and what happens next."""
    found = selectors.request_for(request.user, reference)
    items, names = selectors.items_of(found, request.user), selectors.names_of(found, request.user)
    disclosure = getattr(found, "disclosure", None)
    job = find_job(services.JOB, disclosure.pk.hex) if disclosure else None
    again = repeats.repeats(found, items) if found.is_open else []
    record_view(by=request.user, page="request", request=found, read=items if again else ())
    context = {
        **_context(found),
        "current_tab": TAB,
        "facts": pages.facts(found),
        "next": pages.NEXT[found.state],  # type: ignore[index]
        "groups": pages.item_groups(found, items, request.user),
        "missing": _missing(request.user, found, items, names),
        "names": names,
        "repeats": again,
        "withheld": register.withheld_rows(selectors.withheld(items)),
        "prepared": selectors.worked_on(found, request.user),
        "disclosure": disclosure,
        "job": job,
    }
    return render(request, "reporting/subject_access/request.html", context)


@either
def identity(request: SignedInRequest, reference: str) -> HttpResponse:
    """How and when it was made sure who asks."""
    found = selectors.request_for(request.user, reference, PREPARE)
    form = IdentityCheckForm(
        request.POST or None,
        initial={"proof": found.identity_proof, "note": found.identity_note, "on": found.identity_checked_on},
    )

    def save(said: dict[str, Any]) -> None:
        services.check_identity(
            request=found,
            proof=IdentityProof(said["proof"]),
            note=said["note"],
            on=said["on"],
            by=request.user,
        )

    return _step(request, found, form, save, "identity", "It is noted how they were made sure of.")


@either
def extend(request: SignedInRequest, reference: str) -> HttpResponse:
    """Two further months for a complex request."""
    found = selectors.request_for(request.user, reference, PREPARE)
    form = ExtendForm(request.POST or None)

    def save(said: dict[str, Any]) -> None:
        services.extend(request=found, reason=said["reason"], told_on=said["told_on"], by=request.user)

    return _step(request, found, form, save, "extend", "The request has two months more.")


@either
def close(request: SignedInRequest, reference: str) -> HttpResponse:
    """End a request without disclosing."""
    found = selectors.request_for(request.user, reference, PREPARE)
    form = CloseRequestForm(request.POST or None)

    def save(said: dict[str, Any]) -> None:
        services.close(request=found, reason=said["reason"], by=request.user)

    return _step(request, found, form, save, "close", "The request is closed.")


@require_POST
def assemble(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write the record down as it stands now, as this person sees it."""
    found = selectors.request_for(request.user, reference, PREPARE)
    record = whole_record(request.user, found)
    items = items_of_record(record)
    names = names_in(record, items, other_children(request.user, found))
    try:
        services.freeze(request=found, items=items, names=names, by=request.user)
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
    return redirect("reporting:subject-access-request", reference)


@require_POST
def send(request: SignedInRequest, reference: str) -> HttpResponse:
    """To the second reader."""
    found = selectors.request_for(request.user, reference, PREPARE)
    return _go(request, found, services.send, "It is with the second reader. You are told what they say.")


@require_POST
def take_back(request: SignedInRequest, reference: str) -> HttpResponse:
    """Back from the second reader."""
    found = selectors.request_for(request.user, reference, PREPARE)
    return _go(request, found, services.take_back, "You can go on preparing it.")


@require_POST
def finish_reading(request: SignedInRequest, reference: str) -> HttpResponse:
    """The second reader has read all of it."""
    found = selectors.request_for(request.user, reference, Permission.SUBJECT_ACCESS_CHECK)
    return _go(request, found, services.finish_reading, "Whoever prepared it has been told.")


def _missing(
    user: User, found: SubjectAccessRequest, items: list[SubjectAccessItem], names: list[OtherName]
) -> list[str]:
    if not found.is_being_prepared:
        return []
    return selectors.not_ready_because(found, items, names, whole=selectors.reads_all(found, user))


def _go(request: SignedInRequest, found: SubjectAccessRequest, verb: Any, words: str) -> HttpResponse:
    try:
        verb(request=found, by=request.user)
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words)
    return redirect("reporting:subject-access-request", found.reference)


def _step(
    request: SignedInRequest, found: SubjectAccessRequest, form: Any, save: Any, page: str, words: str
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            save(form.cleaned_data)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, words)
            return redirect("reporting:subject-access-request", found.reference)
    record_view(by=request.user, page=page, request=found)
    return render(request, f"reporting/subject_access/{page}.html", {**_context(found), "form": form})


def _context(found: SubjectAccessRequest) -> dict[str, Any]:
    return {"request_": found, "case": found.case, "banner": banner(found.case)}
