"""A child's case: its overview, writing down who the child is, and changing who leads."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.errors import AddressIsConfidential, CaseClosed, NumberRefused
from cases.forms.case import AliasForms, IdentityForm, LeadForm, identity_initial
from cases.presenters import banner
from cases.presenters.case import (
    assessed_words,
    concern_entries,
    differences,
    episode_rows,
    home_rows,
    identity_rows,
    kept_apart,
    latest_entries,
    risk_rows,
    whom_to_ask,
)
from cases.selectors.case import case_for
from cases.selectors.overview import aliases_of, overview, still_sees
from cases.services.identity import change_identity
from cases.services.leads import assign_lead
from cases.services.viewing import record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.jobs.views import SignedInRequest, either


@require_GET
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who the child is, what is known and decided, and what happens next."""
    found = case_for(request.user, reference)
    seen = overview(request.user, found)
    record_view(case=found, by=request.user, page="overview")
    context = {
        "case": found,
        "banner": banner(found),
        "current_tab": "overview",
        "identity": identity_rows(found, seen.aliases),
        "home": home_rows(found, confidential=seen.hides_home),
        "confidential": kept_apart(found, seen.confidential) if seen.confidential else None,
        "ask": whom_to_ask(found),
        "risk": risk_rows(found, seen),
        "work": episode_rows(found, seen),
        "concerns": concern_entries(seen.concerns),
        "latest": latest_entries(seen),
        "assessed": assessed_words(seen),
        "latest_assessment": seen.assessment,
    }
    return render(request, "cases/case/overview.html", context)


@either
def case_edit(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write down who the child is. When two people did so at once, both texts are shown and none is lost."""
    found = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    aliases, posted = aliases_of(found), request.POST or None
    rows = AliasForms(posted, prefix="aliases", initial=[{"name": alias.name} for alias in aliases])
    form = IdentityForm(posted, initial=identity_initial(found), quiet=rows.rows_changed)
    context = {"case": found, "banner": banner(found), "form": form, "formset": rows}
    if posted and not rows.rows_changed and form.is_valid() and rows.is_valid():
        names = [row["name"] for row in rows.rows if row.get("name")]
        models = form.cleaned_data["exploitation_models"]
        try:
            change_identity(
                case=found, version=form.drawn_at, fields=form.identity, aliases=names, exploitation_models=models,
                by=request.user,
            )  # fmt: skip
        except StaleEdit:
            context["differences"] = differences(form, found, aliases, names)
            form.redraw_at(found.child.version)
        except (AddressIsConfidential, NumberRefused) as error:
            form.add_error(error.field, error.message)
        except CaseClosed as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "The child's details have been saved.")
            return redirect("cases:case", reference=found.reference)
    record_view(case=found, by=request.user, page="edit")
    return render(request, "cases/case/edit.html", context)


@either
def case_lead(request: SignedInRequest, reference: str) -> HttpResponse:
    """Give the case to another lead professional; the grants follow."""
    found = gate.require(request.user, Permission.CASE_SHARE, case_for(request.user, reference))
    form = LeadForm(request.POST or None, initial={"version": str(found.version)})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            assign_lead(
                case=found, version=form.drawn_at, agency=said["lead"].agency, professional=said["lead"].user,
                reason=said["reason"], lawful_basis=said["lawful_basis"], by=request.user,
            )  # fmt: skip
        except StaleEdit:
            form.redraw_at(found.version)
        except NotAllowedNow as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{said['lead'].user.full_name} now leads this case.")
            seen = still_sees(request.user, found)
            return redirect("cases:case", reference=found.reference) if seen else redirect("cases:list")
    record_view(case=found, by=request.user, page="lead")
    context = {"case": found, "banner": banner(found), "form": form}
    return render(request, "cases/case/lead.html", context)
