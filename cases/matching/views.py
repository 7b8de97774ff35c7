"""The register of concerns, and saying that two concerns are about the same child."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.concerns.models import Concern
from cases.concerns.selectors import concern_for
from cases.matching.forms import RegisterForm, SearchForm
from cases.matching.presenters import register_rows
from cases.matching.selectors import finding
from cases.matching.selectors.register import register
from cases.matching.services import link, record_found, record_searched, unlink
from cases.record.models.case import Case
from cases.record.presenters import case_rows
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui import searching
from cse_portal.ui.presenters import counted


@require_GET
def concern_register(request: SignedInRequest) -> HttpResponse:
    """All concerns that the CSE team may see, any outcome, searched and filtered."""
    user = request.user
    gate.require(user, Permission.CONCERN_TRIAGE)
    form = RegisterForm(user, request.GET)
    filters = form.filters
    page = register(user, filters, form.page)
    record_searched(shown=list(page), searched=filters.text, by=user)
    context = {
        "form": form,
        "chips": form.chips(request),
        "rows": register_rows(page, user),
        "page": page,
        "count": counted(page.paginator.count, "concern"),
        "filtered": bool(form.answers),
    }
    return render(request, "cases/matching/register.html", context)


@require_http_methods(["GET", "POST"])
def find(request: SignedInRequest) -> HttpResponse:
    """What the search at the head of every page finds; its words, which are posted, are hidden in the address.

    Who names one reference goes straight to it.
    """
    if request.method == "POST":
        return searching.search(request)
    form = SearchForm(request.GET)
    text = form.answers.get("q", "")
    found = finding.find(request.user, text) if text else finding.Found()
    if text:
        record_found(found=found, searched=text, by=request.user)
    if found.exact:
        return redirect(
            "cases:case" if isinstance(found.exact, Case) else "cases:concern", found.exact.reference
        )
    concerns = register_rows(found.concerns, request.user)
    context = {
        "problems": form.errors.get("q"),
        "text": text or form["q"].value() or "",
        "found": found,
        "cases": case_rows(found.cases),
        "concerns": concerns,
    }
    return render(request, "cases/matching/find.html", context)


@require_POST
def concern_link(request: SignedInRequest, reference: str, other: str) -> HttpResponse:
    """Both concerns are about the same child; or, undone, they are not."""
    user = request.user
    concern = concern_for(user, reference)
    gate.require(user, Permission.CONCERN_TRIAGE)
    second = concern_for(user, other)
    undo = "undo" in request.POST
    try:
        (unlink if undo else link)(concern=concern, other=second, by=user)
    except NotAllowedNow as error:
        messages.error(request, error.message)
    else:
        said = "are no longer linked" if undo else "are linked: the same child"
        messages.success(request, f"{concern.reference} and {second.reference} {said}.")
    return redirect(_back_to(request, concern))


def _back_to(request: SignedInRequest, concern: Concern) -> str:
    """Triage, where it still decides on this one; else the concern."""
    decides = concern.is_waiting and gate.can(request.user, Permission.CONCERN_DECIDE, concern)
    return reverse("cases:triage-concern" if decides else "cases:concern", args=[concern.reference])
