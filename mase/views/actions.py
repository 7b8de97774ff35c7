"""The lists of plan actions, one action, and what whoever does it reports."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.presenters.banner import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from mase.forms.actions import ActionFilter, FinishForm, HandOnForm, MeasureForm, ProgressForm
from mase.models import PlanAction
from mase.presenters import actions as words
from mase.selectors import actions as selectors
from mase.selectors.chairing import chairs, has_restricted_part
from mase.services import action_reading, actions
from mase.views.action_page import carried_into, form_page, to_report_on

PER_PAGE = 25
either = require_http_methods(["GET", "POST"])


@require_GET
def action_list(request: SignedInRequest) -> HttpResponse:
    """My actions, my agency's, or all I may see; the longest overdue first."""
    gate.require(request.user, Permission.ACTION_LIST)
    form = ActionFilter(request.GET)
    asked = {"whose": selectors.MINE, "show": selectors.OPEN, "p": "", **form.answers}
    page = page_of(selectors.action_list(request.user, **asked), PER_PAGE, request.GET.get("page"))
    shown = list(page.object_list)
    action_reading.record_listed(shown=shown, by=request.user, detail=asked)
    context = {
        "chips": form.chips(request),
        "form": form.showing(asked),
        "page": page,
        "rows": words.rows(shown),
        "count": words.count_words(page.paginator.count, asked["whose"], asked["show"]),
        "asked": asked,
        "may_hand_over": gate.can(request.user, Permission.ACTION_HAND_OVER),
    }
    return render(request, "mase/actions/list.html", context)


@require_GET
def action(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One action: what was agreed, what came of it, its history."""
    row = selectors.action_for(request.user, pk)
    action_reading.record_view(action=row, by=request.user)
    works, chairs = _may(request.user, row)
    context = {
        "action": row,
        "case": row.case,
        "banner": banner(row.case) if row.case else None,
        "row": words.row(row),
        "facts": words.facts(row, lost=_lost(request.user, row, chairs=chairs)),
        "outcome": words.outcome_facts(row),
        "history": words.history(row, selectors.updates_of(request.user, row), selectors.notices_of(row)),
        "may_report": row.is_open and works,
        "may_confirm": row.waits_for_chair and chairs,
        "may_cancel": row.is_open and chairs,
        "may_change_readers": chairs and has_restricted_part(request.user, row),
        "carries": row.is_open and carried_into(request.user, row) is not None,
        "carried_to": getattr(row, "carried_to", None),
    }
    return render(request, "mase/actions/action.html", context)


@either
def progress(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how it is going."""
    row = to_report_on(request, pk)
    form = ProgressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.progress(action=row, note=form.cleaned_data["note"], by=request.user, key=form.key)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Your report is saved.")
            return redirect("mase:action", pk)
    return form_page(request, row, form, "Report progress", "Save the report")


@either
def measure(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how we shall know that it is done."""
    row = to_report_on(request, pk)
    form = MeasureForm(
        request.POST or None, initial={"measure": row.measure_of_success}, of_a_child=row.case is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.say_measure(
                action=row, measure=form.cleaned_data["measure"], by=request.user, key=form.key
            )
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Saved.")
            return redirect("mase:action", pk)
    return form_page(request, row, form, "How we shall know that it is done", "Save")


@either
def finish(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The final report: done or not, what came of it, what it changed for the child."""
    row = to_report_on(request, pk)
    form = FinishForm(request.POST or None, action=row)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            if told["done"]:
                actions.complete(
                    action=row, outcome=told["outcome"], effect=told["effect"], done_on=told["done_on"],
                    by=request.user, key=form.key,
                )  # fmt: skip
            else:
                actions.not_done(action=row, reason=told["reason"], by=request.user, key=form.key)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The final report on this action is saved.")
            return redirect("mase:action", pk)
    return form_page(request, row, form, "Record the outcome", "Save the final report")


@either
def hand_on(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand it to a colleague; the chair may hand it to another agency."""
    row = to_report_on(request, pk)
    people = selectors.people_to_own(request.user, row)
    form = HandOnForm(request.POST or None, people=people, of_a_child=row.case is not None)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        try:
            actions.reassign(
                action=row, agency=person.agency, owner=person.user, reason=form.cleaned_data["reason"],
                by=request.user, key=form.key,
            )  # fmt: skip
        except NotAllowedNow as refusal:
            form.add_error("person", refusal.message)
        else:
            messages.success(request, f"{person.user.full_name} has this action now and has been told.")
            return redirect("mase:action", pk)
    return form_page(request, row, form, "Hand on this action", "Hand it on")


def _may(user: User, row: PlanAction) -> tuple[bool, bool]:
    """Whether this person reports on it, and whether they chair."""
    return gate.can(user, Permission.ACTION_UPDATE, row), chairs(user, row)


def _lost(user: User, row: PlanAction, *, chairs: bool) -> str:
    """That somebody may not open it any more is for who judges it or hands actions over: nobody else is told of it."""
    if chairs or gate.can(user, Permission.ACTION_HAND_OVER):
        return words.LOST if selectors.owner_is_lost(row) else ""
    return words.LEFT if selectors.owner_has_left(row) else ""
