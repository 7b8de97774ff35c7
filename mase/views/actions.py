"""The lists of plan actions, one action, and what is reported on it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.presenters.banner import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from mase.errors import MeetingNotStarted
from mase.forms.actions import ActionFilter, CarryForm, FinishForm, HandOnForm, ProgressForm
from mase.models import PlanAction
from mase.presenters import actions as words
from mase.selectors import actions as selectors
from mase.selectors.chairing import require_chair
from mase.services import action_reading, actions

PER_PAGE = 25
either = require_http_methods(["GET", "POST"])


@require_GET
def action_list(request: SignedInRequest) -> HttpResponse:
    """My actions, my agency's, or all I may see; the longest overdue first."""
    gate.require(request.user, Permission.ACTION_LIST)
    form = ActionFilter(request.GET)
    asked = {"whose": selectors.MINE, "show": selectors.OPEN, "p": "", **form.answers}
    page = Paginator(selectors.action_list(request.user, **asked), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    action_reading.record_listed(shown=shown, by=request.user, detail=asked)
    context = {
        "form": ActionFilter({**request.GET.dict(), **asked}),
        "chips": form.chips(request),
        "page": page,
        "rows": words.rows(shown),
        "count": words.count_words(page.paginator.count, asked["whose"], asked["show"]),
        "asked": asked,
    }
    return render(request, "mase/actions/list.html", context)


@require_GET
def action(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One action: what was agreed, what came of it, its history."""
    row = selectors.action_for(request.user, pk)
    action_reading.record_view(action=row, by=request.user)
    context = {
        "action": row,
        "case": row.case,
        "banner": banner(row.case),
        "row": words.row(row),
        "facts": words.facts(row),
        "outcome": words.outcome_facts(row),
        "history": words.history(row, selectors.updates_of(row)),
        "may_report": row.is_open
        and row.case.is_open
        and gate.can(request.user, Permission.ACTION_UPDATE, row),
        "meeting": selectors.running_meeting(request.user, row) if row.is_open else None,
        "carried_to": getattr(row, "carried_to", None),
    }
    return render(request, "mase/actions/action.html", context)


@either
def progress(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how it is going."""
    row = _to_report_on(request, pk)
    form = ProgressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.progress(action=row, note=form.cleaned_data["note"], by=request.user, key=form.token)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Your report is saved.")
            return redirect("mase:action", pk)
    return _form_page(request, row, form, "Report progress", "Save the report")


@either
def finish(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The final report: done or not, what came of it, what it changed for the child."""
    row = _to_report_on(request, pk)
    form = FinishForm(request.POST or None, action=row)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            if told["done"]:
                actions.complete(
                    action=row, outcome=told["outcome"], effect=told["effect"], done_on=told["done_on"],
                    by=request.user, key=form.token,
                )  # fmt: skip
            else:
                actions.not_done(action=row, reason=told["reason"], by=request.user, key=form.token)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The final report on this action is saved.")
            return redirect("mase:action", pk)
    return _form_page(request, row, form, "Record the outcome", "Save the final report")


@either
def hand_on(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand it to a colleague; the chair may hand it to another agency."""
    row = _to_report_on(request, pk)
    form = HandOnForm(request.POST or None, people=selectors.people_to_own(request.user, row))
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        try:
            actions.reassign(
                action=row, agency=person.agency, owner=person.user, reason=form.cleaned_data["reason"],
                by=request.user, key=form.token,
            )  # fmt: skip
        except NotAllowedNow as refusal:
            form.add_error("person", refusal.message)
        else:
            messages.success(request, f"{person.user.full_name} has this action now and has been told.")
            return redirect("mase:action", pk)
    return _form_page(request, row, form, "Hand on this action", "Hand it on")


@either
def carry(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an unfinished action into the plan of the meeting that is running."""
    row = selectors.action_for(request.user, pk)
    require_chair(request.user, row)
    form = CarryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = selectors.running_meeting(request.user, row)
            if meeting is None:
                raise MeetingNotStarted
            actions.carry_forward(
                action=row,
                meeting=meeting,
                due_on=form.cleaned_data["due_on"],
                by=request.user,
                key=form.token,
            )
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The action is in the plan of this meeting, with its new date.")
            return redirect("mase:meeting", meeting.pk)
    return _form_page(request, row, form, "Carry this action forward", "Carry it forward")


def _to_report_on(request: SignedInRequest, pk: uuid.UUID) -> PlanAction:
    row = selectors.action_for(request.user, pk)
    gate.require(request.user, Permission.ACTION_UPDATE, row)
    return row


def _form_page(
    request: SignedInRequest, row: PlanAction, form: object, heading: str, button: str
) -> HttpResponse:
    action_reading.record_view(action=row, by=request.user)
    context = {"action": row, "banner": banner(row.case), "form": form, "heading": heading, "button": button}
    return render(request, "mase/actions/form.html", context)
