"""The unit says what a report is about, and who reads it where its handling has conditions."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.forms import PortalForm
from intelligence.choices import LinkKind
from intelligence.forms.working import NOMINAL_FORMS, ChosenForm, FindForm, ReaderForm, StandingForm
from intelligence.models import IntelligenceReport
from intelligence.presenters import unit
from intelligence.selectors.reports import cases_found, nominals_found, person_in, report_for
from intelligence.services import reports as services
from intelligence.services.viewing import record_list, record_report_view


@either
def link(request: SignedInRequest, reference: str, kind: str) -> HttpResponse:
    """Find a child, person, place or vehicle and link the report to it, or add a new one.

    Whoever holds the child's intelligence reads the report from then on.
    """
    report = _to_link(request, reference)
    here = _kind(kind)
    chosen = request.method == "POST" and "chosen" in request.POST
    form = NOMINAL_FORMS[here](request.POST if request.method == "POST" and not chosen else None)
    if request.method == "POST":
        try:
            linked = _choose(request, report, here) if chosen else _add(request, report, here, form)
        except NotAllowedNow as error:
            form.add_error("reference" if form.is_bound else None, error.message)
            linked = False
        if linked:
            messages.success(request, f"The report has been linked to a {here.label.lower()}.")
            return redirect("intelligence:report", reference=reference)
    record_report_view(report=report, by=request.user)
    context = {"report": report, "kind": here, "form": form, **_found(request, here)}
    return render(request, "intelligence/reports/link.html", context)


def _found(request: SignedInRequest, kind: LinkKind) -> dict[str, Any]:
    """What is looked for, and the records like it that this person may link; a search for a child is on record."""
    find = FindForm(request.GET)
    q, child = find.answers.get("q", ""), kind == LinkKind.CHILD
    cases = list(cases_found(request.user, q)) if child else []
    if q:
        record_list(
            action=Action.CASES_SEARCHED, by=request.user, cases=cases, searched=q, fields=[kind.value]
        )
    found = unit.cases_found(cases) if child else unit.nominals_found(nominals_found(request.user, kind, q))
    return {"find": find, "forms": [find], "q": q, "found": found, "child": child}


@either
def readers(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who reads a report with conditions; name one more."""
    report = _to_link(request, reference)
    form = ReaderForm(request.POST or None)
    if form.does(lambda: services.name_reader(report=report, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{form.cleaned_data['reader'].full_name} may now read {reference}.")
        return redirect("intelligence:report", reference=reference)
    record_report_view(report=report, by=request.user)
    return render(request, "intelligence/reports/readers.html", {"report": report, "form": form})


@either
def standing(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Where a person of concern stands now."""
    report = _to_link(request, reference)
    person = person_in(request.user, report, pk)
    now = {"standing": person.standing, "standing_since": person.standing_since}
    form = StandingForm(request.POST or None, initial=now)
    if form.is_bound and form.is_valid():
        services.change_standing(report=report, person=person, by=request.user, **form.cleaned_data)
        messages.success(request, f"The standing of {person.name} is now as you said.")
        return redirect("intelligence:report", reference=reference)
    record_report_view(report=report, by=request.user)
    context = {"report": report, "person": person, "form": form}
    return render(request, "intelligence/reports/standing.html", context)


def _choose(request: SignedInRequest, report: IntelligenceReport, kind: LinkKind) -> bool:
    form = ChosenForm(request.POST)
    if not form.is_valid():
        return False
    if kind == LinkKind.CHILD:
        return bool(services.link_case(report=report, reference=form.cleaned_data["chosen"], by=request.user))
    key = form.nominal_id
    return bool(key and services.link_nominal(report=report, kind=kind, nominal_id=key, by=request.user))


def _add(request: SignedInRequest, report: IntelligenceReport, kind: LinkKind, form: PortalForm) -> bool:
    if not form.is_valid():
        return False
    said = form.cleaned_data
    if kind == LinkKind.CHILD:
        return bool(services.link_case(report=report, reference=said["reference"], by=request.user))
    return bool(services.add_nominal(report=report, kind=kind, fields=said, by=request.user, key=form.key))


def _to_link(request: SignedInRequest, reference: str) -> IntelligenceReport:
    report = report_for(request.user, reference)
    gate.require(request.user, Permission.INTELLIGENCE_GRADE)
    return report


def _kind(value: str) -> LinkKind:
    if value not in LinkKind.values:
        raise NotVisible
    return LinkKind(value)
