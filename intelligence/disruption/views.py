"""Orders: the register, one of them, asking for one, and what becomes of it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.record.presenters import banner
from cases.record.selectors import case_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui.forms import PortalForm
from intelligence.disruption import presenters as words
from intelligence.disruption import selectors, services
from intelligence.disruption.choices import Stage
from intelligence.disruption.forms import (
    AskForm,
    BreachForm,
    ChildrenForm,
    EffectForm,
    NextForm,
    RegisterFilter,
    StepForm,
    ToldForm,
)
from intelligence.disruption.models import Disruption

BREACHES = 5  # the newest; the list begins with all that are breached
STEPS = {stage.value.lower().replace("_", "-"): stage for stage in Stage if stage != Stage.EXPIRED}


@require_GET
def disruptions(request: SignedInRequest) -> HttpResponse:
    """The register: what this person may see, what needs doing first."""
    gate.require(request.user, Permission.REPORT_LIST)
    form = RegisterFilter(request.GET)
    asked = form.answers
    show = asked.pop("show", "live")
    show = show if show in words.SHOWN or show in words.SHOWN_APART else "live"
    rows = selectors.register(request.user, **asked)
    counts = selectors.counts(rows)
    shown = selectors.in_order(rows.filter(selectors.filters()[show]))
    page = page_of(selectors.with_row(shown, request.user), PER_PAGE, request.GET.get("page"))
    breaches = list(selectors.unanswered_breaches(request.user)[:BREACHES])
    read = {each.pk: each for each in [*page.object_list, *(each.disruption for each in breaches)]}
    services.record_shown(shown=list(read.values()), by=request.user, page="list")
    context = {
        "form": form, "page": page, "rows": words.rows(page.object_list), "show": show, "breaches": breaches,
        "tiles": words.tiles(counts, words.SHOWN), "apart": words.tiles(counts, words.SHOWN_APART),
        "heading": words.heading(show, counts[show], asked.get("ward", "")),
        "asks": gate.can(request.user, Permission.DISRUPTION_ASK),
    }  # fmt: skip
    return render(request, "intelligence/disruption/register.html", context)


@require_GET
def disruption(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One order, with its stages, conditions, children, breaches and history."""
    found = selectors.disruption_for(request.user, pk)
    services.record_shown(shown=[found], by=request.user, page="disruption")
    context = {
        "disruption": found, "row": words.row(found), "facts": words.facts(found), "steps": words.steps(found),
        "records": gate.can(request.user, Permission.DISRUPTION_RECORD, found), "history": words.history(found),
        "answered": [each for each in found.breaches.all() if each.next_text],
        "unanswered": [each for each in found.breaches.all() if not each.next_text],
    }  # fmt: skip
    return render(request, "intelligence/disruption/disruption.html", context)


@require_GET
def case_orders(request: SignedInRequest, reference: str) -> HttpResponse:
    """The orders that protect a child, and the subjects against whom one may be asked for."""
    case = case_for(request.user, reference)
    gate.require(request.user, Permission.CASE_INTELLIGENCE_VIEW, case)
    found = list(selectors.orders_protecting(request.user, case))
    services.record_shown(shown=found, by=request.user, page="case", case=case)
    asks = gate.can(request.user, Permission.DISRUPTION_ASK)
    linked = selectors.subjects_linked(request.user, case) if asks else ()
    context = {
        "case": case, "banner": banner(case), "current_tab": "orders", "rows": words.rows(found), "asks": asks,
        "subjects": [each for each in linked if not each.is_child],
    }  # fmt: skip
    return render(request, "intelligence/disruption/case.html", context)


@either
def ask(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask for an order against one subject, perhaps from the record of a child whom it protects."""
    subject = selectors.subject_to_disrupt(request.user, reference)
    gate.require(request.user, Permission.DISRUPTION_ASK)
    form = AskForm(_posted(request), user=request.user, subject=subject, child=request.GET.get("case", ""))
    if form.does(lambda: services.ask_for(target=subject, tactic=form.asked, by=request.user, key=form.key)):
        messages.success(request, "The order is asked for. The agency is told.")
        return redirect("intelligence:disruption", form.done.pk)
    return render(request, "intelligence/disruption/ask.html", {"form": form, "subject": subject})


@either
def step(request: SignedInRequest, pk: uuid.UUID, stage: str) -> HttpResponse:
    """The order's next stage, or new days in the one it has."""
    found = _to_record(request, pk)
    if (wanted := STEPS.get(stage)) is None:
        raise NotVisible
    form = StepForm(_posted(request), disruption=found, stage=wanted)
    return _write(
        request, found, form, words.step_words(found, wanted),
        lambda: services.take_step(disruption=found, step=form.step, by=request.user, key=form.key),
    )  # fmt: skip


@either
def breach(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Record a breach. The CSE Team Manager, the police and the leads are told at once."""
    found, form = _to_record(request, pk), BreachForm(_posted(request))
    return _write(
        request, found, form, "Record a breach",
        lambda: services.record_breach(disruption=found, by=request.user, key=form.key, **form.cleaned_data),
    )  # fmt: skip


@either
def breach_next(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what happens next after a breach."""
    one, form = selectors.breach_for(request.user, pk), NextForm(_posted(request))
    return _write(
        request, _to_record(request, one.disruption_id), form, "What happens next",
        lambda: services.say_what_is_next(breach=one, by=request.user, **form.cleaned_data), one.text,
    )  # fmt: skip


@either
def effect(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Rate how well the order works."""
    found, form = _to_record(request, pk), EffectForm(_posted(request))
    return _write(
        request, found, form, "Rate its effect",
        lambda: services.rate(disruption=found, by=request.user, key=form.key, **form.cleaned_data),
    )  # fmt: skip


@either
def children(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Add children whom the order protects."""
    found = _to_record(request, pk)
    form = ChildrenForm(_posted(request), user=request.user, subject=found.subject)
    return _write(
        request, found, form, "Add children it protects",
        lambda: services.protect(disruption=found, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@either
def child(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether a child was told of the order."""
    one, form = selectors.protected_child_for(request.user, pk), ToldForm(_posted(request))
    gate.require(request.user, Permission.CASE_CHANGE, one.case)
    return _write(
        request, selectors.disruption_for(request.user, one.disruption_id), form, "Tell the child",
        lambda: services.tell_child(child=one, by=request.user, **form.said), one.case.child.name,
    )  # fmt: skip


def _to_record(request: SignedInRequest, pk: uuid.UUID) -> Disruption:
    found = selectors.disruption_for(request.user, pk)
    return gate.require(request.user, Permission.DISRUPTION_RECORD, found)


def _posted(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _write(
    request: SignedInRequest,
    order: Disruption,
    form: PortalForm,
    heading: str,
    act: Callable[[], Any],
    about: str = "",
) -> HttpResponse:
    """Do it and go back to the order, or show the form."""
    if form.does(act):
        messages.success(request, "Saved.")
        return redirect("intelligence:disruption", order.pk)
    services.record_shown(shown=[order], by=request.user, page="step")
    tactic = words.tactic_words(order.tactic)
    context = {"disruption": order, "tactic": tactic, "form": form, "heading": heading, "about": about}
    return render(request, "intelligence/disruption/step.html", context)
