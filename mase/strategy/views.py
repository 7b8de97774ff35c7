"""The strategy's action plan: all of it, one part with its owner's report, changing it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either, warns
from mase.cmog.selectors.cmog import meetings_of
from mase.meetings.choices import MeetingKind
from mase.meetings.errors import SomeoneElseSaved
from mase.strategy import presenters as words
from mase.strategy import selectors, services
from mase.strategy.forms import ChangeObjectiveForm, ObjectiveForm, ReportForm


@require_GET
def plan(request: SignedInRequest) -> HttpResponse:
    """The objectives under the four Ps, each with how it stands; and the meetings that keep them."""
    gate.require(request.user, Permission.STRATEGIC_VIEW)
    records = selectors.plan(request.user)
    services.record_view(by=request.user, page="plan")
    changes = gate.can(request.user, Permission.STRATEGIC_CHANGE)
    context = {
        "parts": words.parts(records),
        "summary": words.summary(records),
        "summary_words": words.summary_words(records),
        "meetings": meetings_of(request.user, MeetingKind.STRATEGIC),
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


@either
def objective(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One part of the plan with everything that was reported on it; its owner reports here."""
    record = selectors.objective_for(request.user, pk)
    row, reports = record.objective, gate.can(request.user, Permission.OBJECTIVE_REPORT, record.objective)
    form = ReportForm(request.POST if request.method == "POST" else None, record=record)
    if form.does(lambda: services.report(row=row, **form.said, by=request.user, key=form.key)):
        messages.success(request, "Your report is saved.")
        return redirect(row)
    services.record_view(by=request.user, page="objective", row=row)
    context = {
        "record": record, "history": words.history(record), "form": form if reports else None,
        "reads": gate.can(request.user, Permission.STRATEGIC_VIEW),
        "changes": gate.can(request.user, Permission.STRATEGIC_CHANGE),
    }  # fmt: skip
    return render(request, "mase/strategy/objective.html", context)


@either
def add(request: SignedInRequest, under: uuid.UUID | None = None) -> HttpResponse:
    """An objective that the strategy did not name, or an action under one."""
    gate.require(request.user, Permission.STRATEGIC_CHANGE)
    above = selectors.objective_for(request.user, under).objective if under else None
    form = ObjectiveForm(request.POST if request.method == "POST" else None, under=above)
    if form.does(
        lambda: services.add(key=form.key, values=form.values, under=above, by=request.user), field="owner"
    ):
        messages.success(request, "It is in the plan.")
        return redirect(form.done)
    services.record_view(by=request.user, page="add")
    context = {"form": form, "heading": f"Add an {'action' if above else 'objective'}", "row": above}
    return render(request, "mase/strategy/form.html", context)


@either
def change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another owner, day, target or wording."""
    gate.require(request.user, Permission.STRATEGIC_CHANGE)
    row = selectors.objective_for(request.user, pk).objective
    form = ChangeObjectiveForm(
        request.POST if request.method == "POST" else None, under=row.under,
        initial=ChangeObjectiveForm.values_of(row),
    )  # fmt: skip
    if form.does(lambda: services.change(row=row, by=request.user, **form.changes)):
        messages.success(request, "It is changed. What it was is in its history.")
        return redirect(row)
    stale = isinstance(form.refusal, SomeoneElseSaved)
    services.record_view(by=request.user, page="change", row=row)
    context = {"form": form, "heading": "Change the plan", "row": row, "theirs": stale}
    return render(request, "mase/strategy/form.html", context, status=409 if stale else 200)
