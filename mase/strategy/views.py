"""The strategy's action plan: all of it, one objective, changing it, reporting on it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, warns
from mase.meetings.errors import SomeoneElseSaved
from mase.strategy import presenters as words
from mase.strategy import selectors, services
from mase.strategy.forms import ChangeObjectiveForm, ObjectiveForm, ReportForm
from mase.strategy.selectors import ObjectiveRecord

either = require_http_methods(["GET", "POST"])


@require_GET
def plan(request: SignedInRequest) -> HttpResponse:
    """The objectives under the four Ps, each with how it stands."""
    records = selectors.plan(request.user)
    services.record_view(by=request.user, page="plan")
    changes = gate.can(request.user, Permission.STRATEGIC_CHANGE)
    context = {
        "parts": words.parts(records),
        "summary": words.summary(records),
        "summary_words": words.summary_words(records),
        "records": records,
        "changes": changes,
        "to_set_out": changes and selectors.to_set_out(),
    }
    return render(request, "mase/strategy/plan.html", context)


@require_POST
def set_out(request: SignedInRequest) -> HttpResponse:
    """Put the strategy's own objectives into the plan."""
    with warns(request):
        services.set_out(by=request.user)
        messages.success(request, "The strategy's objectives are in the plan. Give each an owner and a day.")
    return redirect("mase:strategy")


@require_GET
def objective(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One objective with everything that was ever reported on it."""
    record = selectors.objective_for(request.user, pk)
    services.record_view(by=request.user, page="objective", row=record.objective)
    context = {
        "record": record, "history": words.history(record),
        "changes": gate.can(request.user, Permission.STRATEGIC_CHANGE),
    }  # fmt: skip
    return render(request, "mase/strategy/objective.html", context)


@either
def add(request: SignedInRequest) -> HttpResponse:
    """An objective that the strategy did not name."""
    gate.require(request.user, Permission.STRATEGIC_CHANGE)
    form = ObjectiveForm(request.POST if request.method == "POST" else None, **_owners())
    if form.does(
        lambda: services.add(key=form.key, objective=form.objective, by=request.user), field="owner"
    ):
        messages.success(request, "The objective is in the plan.")
        return redirect("mase:objective", form.done.pk)
    services.record_view(by=request.user, page="add")
    context = {"form": form, "heading": "Add an objective", "button": "Add the objective"}
    return render(request, "mase/strategy/form.html", context)


@either
def change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another owner, day, measure or wording."""
    record = _to_change(request, pk)
    form = ChangeObjectiveForm(
        request.POST if request.method == "POST" else None,
        initial=ChangeObjectiveForm.values_of(record.objective), **_owners(),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                row=record.objective, objective=form.objective, reason=form.cleaned_data["reason"],
                version=form.drawn_at, by=request.user,
            )  # fmt: skip
        except SomeoneElseSaved as stale:
            form.add_error(None, stale.message)
            return _form(request, record, form, "Change the objective", "Change it", stale=True)
        except NotAllowedNow as refusal:
            form.add_error("owner", refusal.message)
        else:
            messages.success(request, "The objective has been changed. What it was is in its history.")
            return redirect("mase:objective", pk)
    return _form(request, record, form, "Change the objective", "Change it")


@either
def report(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How it stands, and what shows that."""
    record = _to_change(request, pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.does(
        lambda: services.report(
            row=record.objective, rag=form.colour, evidence=form.cleaned_data["evidence"], by=request.user,
            key=form.key,
        )
    ):  # fmt: skip
        messages.success(request, "Your report is in the objective's history.")
        return redirect("mase:objective", pk)
    return _form(request, record, form, "Report on the objective", "Save the report")


def _owners() -> dict[str, Any]:
    return {"agencies": selectors.agencies_to_own(), "people": selectors.people_to_own_objectives()}


def _to_change(request: SignedInRequest, pk: uuid.UUID) -> ObjectiveRecord:
    record = selectors.objective_for(request.user, pk)
    gate.require(request.user, Permission.STRATEGIC_CHANGE)
    return record


def _form(
    request: SignedInRequest,
    record: ObjectiveRecord,
    form: object,
    heading: str,
    button: str,
    stale: bool = False,
) -> HttpResponse:
    services.record_view(by=request.user, page=heading.lower(), row=record.objective)
    context = {
        "form": form, "record": record, "heading": heading, "button": button, "theirs": stale,
    }  # fmt: skip
    return render(request, "mase/strategy/form.html", context, status=409 if stale else 200)
