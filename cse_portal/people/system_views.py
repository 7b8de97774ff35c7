"""The lead's pages of their agency's own systems and their tokens."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.people import selectors, services
from cse_portal.people.forms import SystemForm, TokenForm
from cse_portal.people.services.keeping import record_list
from cse_portal.sign_in import factors


@either
def add(request: SignedInRequest) -> HttpResponse:
    """Another system takes part for the agency."""
    agency = selectors.own_agency(request.user)
    factors.require_proof(request)
    form = SystemForm(request.POST or None)
    if form.does(lambda: services.add_system(name=form.cleaned_data["name"], by=request.user), field="name"):
        messages.success(request, f"{form.done.user} is added. It opens nothing until it has a token.")
        return redirect("people:tokens", form.done.pk)
    return render(request, "people/add_system.html", {"form": form, "agency": agency})


@require_GET
def tokens(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The system's tokens: which they are, until when, when last used; never the tokens themselves."""
    membership, found = selectors.tokens_of(request.user, pk)
    record_list(by=request.user, found=len(found))
    context = {"membership": membership, "system": membership.user, "rows": found}
    return render(request, "people/tokens.html", context)


@either
def issue(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A new token, shown once on the page that answers."""
    membership, _ = selectors.tokens_of(request.user, pk)
    factors.require_proof(request)
    form = TokenForm(request.POST or None)
    context = {"membership": membership, "system": membership.user, "form": form}
    if form.does(
        lambda: services.issue_token(
            membership=membership, days=int(form.cleaned_data["days"]), networks=form.cleaned_data["networks"],
            by=request.user,
        )
    ):  # fmt: skip
        token, words = form.done
        return render(request, "people/token_issued.html", {**context, "token": token, "words": words})
    return render(request, "people/issue_token.html", context)


@require_POST
def end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """It opens nothing any more, from its next request on."""
    token = services.end_token(token=selectors.token_of(request.user, pk), by=request.user)
    messages.success(request, f"The token {token} is ended.")
    membership = token.user.memberships.get()
    return redirect("people:tokens", membership.pk)
