"""What the chair does with a plan action: carry it forward, confirm it or send it back, cancel it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.presenters import day_off_words
from mase.errors import MeetingNotStarted
from mase.forms.actions import CancelForm, CarryForm, ConfirmForm
from mase.models import PlanAction
from mase.selectors import actions as selectors
from mase.services import carrying, verification
from mase.views.action_page import form_page, to_judge

either = require_http_methods(["GET", "POST"])


@either
def carry(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an unfinished action into the plan of the meeting that is running."""
    row = to_judge(request, pk)
    form = CarryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        due_on = form.cleaned_data["due_on"]
        try:
            meeting = selectors.running_meeting(request.user, row)
            if meeting is None:
                raise MeetingNotStarted
            carrying.carry_forward(
                action=row, meeting=meeting, due_on=due_on, by=request.user, key=form.token
            )
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            said = f"The action is in the plan of this meeting, with its new date. {day_off_words(due_on)}"
            messages.success(request, said.strip())
            return redirect("mase:meeting", meeting.pk)
    return form_page(request, row, form, "Carry this action forward", "Carry it forward")


@either
def confirm(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm a final report, or send the action back with a reason."""
    row = to_judge(request, pk)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = _judge(request, row, form)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
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
            verification.cancel(
                action=row, reason=form.cleaned_data["reason"], by=request.user, key=form.token
            )
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The action is cancelled.")
            return redirect("mase:action", pk)
    return form_page(request, row, form, "Cancel this action", "Cancel the action")


def _judge(request: SignedInRequest, row: PlanAction, form: ConfirmForm) -> str:
    told = form.cleaned_data
    if told["agreed"]:
        verification.confirm(action=row, by=request.user, key=form.token)
        return "The action is confirmed."
    verification.send_back(
        action=row, reason=told["reason"], due_on=told["due_on"], by=request.user, key=form.token
    )
    return f"The action is open again, and its owner has been told. {day_off_words(told['due_on'])}".strip()
