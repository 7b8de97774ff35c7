"""The lead's page of their agency's people, and the page an invitation leads to."""

import uuid

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cse_portal import acting
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.people import presenters, selectors, services
from cse_portal.people.forms import EndForm, FirstPasswordForm, InviteForm
from cse_portal.people.policies import may_have_systems
from cse_portal.people.services.invitations import LinkIsSpent
from cse_portal.people.services.keeping import record_list
from cse_portal.ui import navigation


@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody of the agency: role, until when, last signed in, last confirmed; and who is invited."""
    memberships = selectors.people_of(request.user)
    record_list(by=request.user, found=len(memberships))
    context = {
        "agency": (agency := selectors.own_agency(request.user)),
        "may_have_systems": may_have_systems(AgencyKind(agency.kind)),
        "rows": presenters.people_rows(memberships, request.user),
        "links": navigation.people_links(request.user),
        "invitations": selectors.open_invitations(request.user),
    }
    return render(request, "people/list.html", context)


@either
def invite(request: SignedInRequest) -> HttpResponse:
    """Invite somebody to take part for the agency."""
    agency = selectors.own_agency(request.user)
    form = InviteForm(request.POST or None, agency=agency)
    if form.does(lambda: services.invite(by=request.user, **form.said), field="email"):
        messages.success(request, f"{form.done.full_name} is invited. The link works for seven days.")
        return redirect("people:list")
    return render(request, "people/invite.html", {"form": form, "agency": agency})


@require_POST
def withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    services.withdraw(invitation=selectors.invitation_of(request.user, pk), by=request.user)
    messages.success(request, "The invitation is withdrawn. Its link opens nothing any more.")
    return redirect("people:list")


@require_POST
def confirm(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """This person still needs the portal."""
    membership = selectors.person_of(request.user, pk)
    with warns(request):
        services.confirm(membership=membership, by=request.user)
        messages.success(request, f"{membership.user} is confirmed for another 90 days.")
    return redirect("people:list")


@either
def confirm_all(request: SignedInRequest) -> HttpResponse:
    """Everybody in the list still needs the portal; asked twice, for it is easily said."""
    agency = selectors.own_agency(request.user)
    if request.method == "POST":
        count = services.confirm_all(by=request.user)
        messages.success(request, f"{count} people are confirmed for another 90 days.")
        return redirect("people:list")
    rows = presenters.people_rows(selectors.people_of(request.user), request.user)
    may_confirm = [each for each in rows if each.may_confirm]
    record_list(by=request.user, found=len(may_confirm))
    return render(request, "people/confirm_all.html", {"agency": agency, "rows": may_confirm})


@either
def end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody stops taking part, now or after their last day."""
    membership = selectors.person_of(request.user, pk)
    form = EndForm(request.POST or None)
    if form.does(lambda: services.end_membership(membership=membership, on=form.on, by=request.user)):
        messages.success(request, presenters.end_words(form.done))
        return redirect("people:list")
    left = navigation.left_behind(request.user, membership.user)
    return render(request, "people/end.html", {"form": form, "person": membership.user, "left": left})


@either
def reactivate(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a suspended person in again."""
    return _act(request, pk, services.reactivate, "reactivate", "{} can sign in again.")


@either
def new_start(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send somebody who has lost their phone or password a new link."""
    return _act(request, pk, services.give_new_start, "new_start", "{} is sent a link to start anew.")


def _act(request: SignedInRequest, pk: uuid.UUID, service: object, page: str, words: str) -> HttpResponse:
    membership = selectors.person_of(request.user, pk)
    if request.method != "POST":
        return render(request, f"people/{page}.html", {"person": membership.user})
    with warns(request):
        service(membership=membership, by=request.user)  # type: ignore[operator]
        messages.success(request, words.format(membership.user))
    return redirect("people:list")


@login_not_required
@either
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password; the second factor comes next, for nothing else can be reached."""
    try:
        invitation = services.find(token)
    except LinkIsSpent:
        return render(request, "people/link_is_spent.html")
    person = User(email=invitation.email, full_name=invitation.full_name)
    form = FirstPasswordForm(request.POST or None, person=person)
    if form.does(lambda: services.accept(token=token, password=form.cleaned_data["password1"])):
        logout(request)  # anyone else who was signed in at this computer
        with acting.acting(acting.NOBODY):
            return perform_password_login(
                request, {}, Login(user=form.done, redirect_url=reverse("sign_in:set-up"))
            )
    return render(request, "people/accept.html", {"form": form, "invitation": invitation, "token": token})
