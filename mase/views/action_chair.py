"""What the chair does with a plan action: carry it forward, confirm it or send it back, cancel it, say who reads it."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases.presenters.banner import banner
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.presenters import day_off_words
from mase.errors import MeetingNotStarted
from mase.forms.actions import CancelForm, CarryForm, ConfirmForm, OpenForm, RestrictForm
from mase.models import CmogItem, MaseMeeting, PlanAction
from mase.selectors import actions as selectors
from mase.selectors.chairing import require_restricted_part
from mase.services import action_readers, action_reading, carrying, verification
from mase.views.action_page import carried_into, form_page, to_judge

either = require_http_methods(["GET", "POST"])


@either
def carry(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an unfinished action into the plan of the meeting that is running."""
    row = to_judge(request, pk)
    form = CarryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        due_on = form.cleaned_data["due_on"]
        try:
            into = _carry(request, row, due_on, form)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            said = f"The action is in the plan of this meeting, with its new date. {day_off_words(due_on)}"
            messages.success(request, said.strip())
            return redirect("mase:meeting" if isinstance(into, MaseMeeting) else "mase:cmog-item", into.pk)
    return form_page(request, row, form, "Carry this action forward", "Carry it forward")


@either
def confirm(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm a final report, or send the action back with a reason."""
    row = to_judge(request, pk)
    form = ConfirmForm(request.POST or None, due_on=row.due_on)
    if request.method == "POST" and form.is_valid():
        try:
            said = _judge(request, row, form)
        except NotAllowedNow as refusal:
            form.add_error(getattr(refusal, "field", None), refusal.message)
        else:
            messages.success(request, said)
            return redirect("mase:action", pk)
    return form_page(request, row, form, "Confirm this action", "Record the decision")


@either
def cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that an action is not needed any more, and why."""
    row = to_judge(request, pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verification.cancel(action=row, reason=form.cleaned_data["reason"], by=request.user, key=form.key)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The action is cancelled.")
            return redirect("mase:action", pk)
    return form_page(request, row, form, "Cancel this action", "Cancel the action")


@either
def readers(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep an issued action to professionals, or open it to everybody who sees the case, knowing who that is."""
    row = to_judge(request, pk)
    require_restricted_part(request.user, row)
    now = "restricted" if row.restricted else "open"
    kind = OpenForm if row.restricted else RestrictForm
    form = kind(request.POST if request.method == "POST" else None, initial={"was": now})
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        restrict = (told["was"] or now) == "open"
        try:
            action_readers.change_readers(
                action=row, restricted=restrict, reason=told["reason"], by=request.user, key=form.key
            )
        except NotAllowedNow as refusal:
            form.add_error(getattr(refusal, "field", None), refusal.message)
        else:
            who = _readers(row, restrict)
            messages.success(request, f"From now on it is read by {who}, and by who does it.")
            return redirect("mase:action", pk)
    action_reading.record_view(action=row, by=request.user)
    context = {
        "action": row, "banner": banner(row.case) if row.case else None, "form": form,
        "readers": selectors.readers_by_sight(request.user, row),
    }  # fmt: skip
    return render(request, "mase/actions/readers.html", context)


def _carry(
    request: SignedInRequest, row: PlanAction, due_on: dt.date, form: CarryForm
) -> MaseMeeting | CmogItem:
    into = carried_into(request.user, row)
    if into is None:
        raise MeetingNotStarted
    if isinstance(into, MaseMeeting):
        carrying.carry_forward(action=row, meeting=into, due_on=due_on, by=request.user, key=form.key)
    else:
        carrying.carry_at_cmog(action=row, item=into, due_on=due_on, by=request.user, key=form.key)
    return into


def _readers(row: PlanAction, restrict: bool) -> str:
    if row.case is None:
        team = "the CSE team and the police intelligence unit where they see its CMOG item"
        return team if restrict else "everybody who sees its CMOG item"
    return "professionals who have the restricted part" if restrict else "everybody who sees the case"


def _judge(request: SignedInRequest, row: PlanAction, form: ConfirmForm) -> str:
    told = form.cleaned_data
    if told["agreed"]:
        verification.confirm(action=row, by=request.user, key=form.key)
        return "The action is confirmed."
    verification.send_back(
        action=row, reason=told["reason"], due_on=told["due_on"], by=request.user, key=form.key
    )
    return f"The action is open again, and its owner has been told. {day_off_words(told['due_on'])}".strip()
