"""The lists of plan actions, one action, what anyone who does it reports, and what the chair does with it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from cse_portal.ui.presenters import counted, non_working_day_note
from mase.cmog.selectors.cmog import running_item
from mase.meetings.errors import MeetingNotStarted
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.chairing import (
    chairs,
    has_restricted_part,
    require_chair,
    require_restricted_part,
)
from mase.plans.forms import (
    AcceptForm,
    ActionFilter,
    CancelForm,
    CarryForm,
    ConfirmForm,
    FinishForm,
    HandOnForm,
    OpenForm,
    ProgressForm,
    RestrictForm,
)
from mase.plans.models.plan import PlanAction
from mase.plans.presenters import actions as words
from mase.plans.selectors import actions as selectors
from mase.plans.services import actions, carrying, verification
from mase.plans.services import readers as action_readers


def to_report_on(request: SignedInRequest, pk: uuid.UUID) -> PlanAction:
    """The action, for the agency that owns it and the chair."""
    row = selectors.action_for(request.user, pk)
    return gate.require(request.user, Permission.ACTION_UPDATE, row)


def to_judge(request: SignedInRequest, pk: uuid.UUID) -> PlanAction:
    """The action, for who chairs."""
    row = selectors.action_for(request.user, pk)
    require_chair(request.user, row)
    return row


def carried_into(user: User, row: PlanAction) -> Meeting | AgendaItem | None:
    """The running meeting about the child, or the running CMOG's item about the same, into which they may take it."""
    return selectors.running_meeting(user, row) or running_item(user, row)


def form_page(
    request: SignedInRequest, row: PlanAction, form: object, heading: str, button: str
) -> HttpResponse:
    """A form about one action, under what was agreed."""
    action_readers.record_view(action=row, by=request.user)
    shown = banner(row.case) if row.case else None
    context = {"action": row, "banner": shown, "form": form, "heading": heading, "button": button}
    return render(request, "mase/plans/form.html", context)


PER_PAGE, TOGETHER = 25, 200
either = require_http_methods(["GET", "POST"])


@require_GET
def action_list(request: SignedInRequest) -> HttpResponse:
    """My actions, my agency's, or all I may see; the longest overdue first."""
    gate.require(request.user, Permission.ACTION_LIST)
    form = ActionFilter(request.GET)
    asked = {"whose": selectors.MINE, "show": selectors.OPEN, "p": "", **form.answers}
    judges = asked["show"] == selectors.WAITING and selectors.runs_meetings(request.user)
    length = TOGETHER if judges else PER_PAGE
    page = page_of(selectors.action_list(request.user, **asked), length, request.GET.get("page"))
    shown = list(page.object_list)
    action_readers.record_listed(shown=shown, by=request.user, detail=asked)
    context = {
        "chips": form.chips(request),
        "form": form.showing(asked),
        "page": page,
        "rows": words.rows(shown),
        "to_tick": any(
            not each.is_confirmed_alone and each.completed_by_id != request.user.pk for each in shown
        ),
        "count": words.count_words(page.paginator.count, asked["whose"], asked["show"]),
        "asked": asked,
        "judges": judges,
        "ticked": request.GET.get("ticked") == "all",
        "may_hand_over": gate.can(request.user, Permission.ACTION_HAND_OVER),
    }
    return render(request, "mase/plans/list.html", context)


@require_POST
def confirm_together(request: SignedInRequest) -> HttpResponse:
    """Confirm every final report that was ticked."""
    gate.require(request.user, Permission.ACTION_LIST)
    ticked = request.POST.getlist("action")
    rows = selectors.waiting_among(request.user, ticked)
    confirmed = verification.confirm_together(actions=rows, by=request.user)
    left = len(ticked) - len(confirmed)
    messages.success(request, f"{counted(len(confirmed), 'action is,actions are')} confirmed.")
    if left:
        messages.warning(request, f"{counted(left, 'action is,actions are')} not: open each by itself.")
    return redirect(f"{reverse('mase:actions')}?whose={selectors.ALL}&show={selectors.WAITING}")


@require_GET
def action(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One action: what was agreed, what came of it, its history."""
    row = selectors.action_for(request.user, pk)
    action_readers.record_view(action=row, by=request.user)
    works, chairs = _may(request.user, row)
    updates = selectors.updates_of(request.user, row)
    context = {
        "action": row,
        "case": row.case,
        "banner": banner(row.case) if row.case else None,
        "row": words.row(row),
        "facts": words.facts(row, lost=_lost(request.user, row, chairs=chairs)),
        "background": words.background(row, told=selectors.escalated_to(row)),
        "outcome": words.outcome_facts(row),
        "history": words.history(row, updates, selectors.notices_of(row)),
        "declined": words.declined_because(row, updates),
        "answers": row.is_open and not row.is_accepted and selectors.is_of_agency(request.user, row),
        "may_report": row.is_open and works,
        "may_confirm": row.waits_for_chair and chairs,
        "chairs": chairs,
        "may_cancel": row.is_open and chairs,
        "may_change_readers": chairs and has_restricted_part(request.user, row),
        "carries": row.is_open and carried_into(request.user, row) is not None,
        "carried_to": getattr(row, "carried_to", None),
    }
    return render(request, "mase/plans/action.html", context)


@either
def progress(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how it is going."""
    row = to_report_on(request, pk)
    form = ProgressForm(request.POST or None)
    if form.does(
        lambda: actions.progress(action=row, note=form.cleaned_data["note"], by=request.user, key=form.key)
    ):
        messages.success(request, "Your report is saved.")
        return redirect("mase:action", pk)
    return form_page(request, row, form, "Report progress", "Save the report")


@either
def answer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agency accepts the action, or declines it and says why."""
    row = to_report_on(request, pk)
    form = AcceptForm(request.POST or None, initial={"measure": row.measure_of_success})
    if form.does(
        lambda: actions.answer(
            action=row,
            accepted=form.cleaned_data["accepted"],
            words=form.words,
            by=request.user,
            key=form.key,
        )
    ):
        accepted = form.cleaned_data["accepted"]
        messages.success(
            request, "Your agency does it." if accepted else "Declined. The chair has been told."
        )
        return redirect("mase:action", pk)
    return form_page(request, row, form, "Accept or decline this action", "Send the answer")


@either
def finish(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The final report: done or not, what came of it, what it changed for the child."""
    row = to_report_on(request, pk)
    form = FinishForm(request.POST or None, action=row)
    if form.does(lambda: _finish(request, row, form)):
        messages.success(request, "The final report on this action is saved.")
        return redirect("mase:action", pk)
    return form_page(request, row, form, "Record the outcome", "Save the final report")


@either
def hand_on(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand it to a colleague; the chair may hand it to another agency."""
    row = to_report_on(request, pk)
    people = selectors.people_to_own(request.user, row)
    form = HandOnForm(request.POST or None, people=people, of_a_child=row.case is not None)
    if form.does(
        lambda: actions.reassign(
            action=row, agency=form.cleaned_data["person"].agency, owner=form.cleaned_data["person"].user,
            reason=form.cleaned_data["reason"], by=request.user, key=form.key,
        ),
        field="person",
    ):  # fmt: skip
        to = form.cleaned_data["person"].user.full_name
        messages.success(request, f"{to} has this action now and has been told.")
        return redirect("mase:action", pk)
    return form_page(request, row, form, "Hand on this action", "Hand it on")


def _may(user: User, row: PlanAction) -> tuple[bool, bool]:
    """Whether this person reports on it, and whether they chair."""
    return gate.can(user, Permission.ACTION_UPDATE, row), chairs(user, row)


def _lost(user: User, row: PlanAction, *, chairs: bool) -> str:
    """That somebody may not open it any more is for who judges it or hands actions over: nobody else is told of it."""
    if chairs or gate.can(user, Permission.ACTION_HAND_OVER):
        return words.LOST if selectors.owner_lost_access(row) else ""
    return words.LEFT if selectors.owner_has_left(row) else ""


@either
def carry(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an unfinished action into the plan of the meeting that is running."""
    row = to_judge(request, pk)
    form = CarryForm(request.POST or None)
    if form.does(lambda: _carry(request, row, form)):
        day_off = non_working_day_note(form.cleaned_data["due_on"])
        said = f"The action is in the plan of this meeting, with its new date. {day_off}"
        messages.success(request, said.strip())
        return redirect(form.done)
    return form_page(request, row, form, "Carry this action forward", "Carry it forward")


@either
def confirm(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm a final report, or send the action back with a reason."""
    row = to_judge(request, pk)
    form = ConfirmForm(request.POST or None, due_on=row.due_on)
    if form.does(lambda: _judge(request, row, form)):
        messages.success(request, form.done)
        return redirect("mase:action", pk)
    return form_page(request, row, form, "Confirm this action", "Record the decision")


@either
def cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that an action is not needed any more, and why."""
    row = to_judge(request, pk)
    form = CancelForm(request.POST or None)
    if form.does(
        lambda: verification.cancel(
            action=row, reason=form.cleaned_data["reason"], by=request.user, key=form.key
        )
    ):
        messages.success(request, "The action is cancelled.")
        return redirect("mase:action", pk)
    return form_page(request, row, form, "Cancel this action", "Cancel the action")


@either
def readers(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep an issued action to professionals, or open it to everybody who sees the case, and why."""
    row = to_judge(request, pk)
    require_restricted_part(request.user, row)
    now = "restricted" if row.restricted else "open"
    kind = OpenForm if row.restricted else RestrictForm
    form = kind(request.POST if request.method == "POST" else None, initial={"was": now})
    if form.does(
        lambda: action_readers.change_readers(
            action=row, restricted=(form.cleaned_data["was"] or now) == "open", reason=form.cleaned_data["reason"],
            by=request.user, key=form.key,
        )
    ):  # fmt: skip
        who = _readers(row, (form.cleaned_data["was"] or now) == "open")
        messages.success(request, f"From now on it is read by {who}, and by who does it.")
        return redirect("mase:action", pk)
    action_readers.record_view(action=row, by=request.user)
    context = {"action": row, "banner": banner(row.case) if row.case else None, "form": form}
    return render(request, "mase/plans/readers.html", context)


def _finish(request: SignedInRequest, row: PlanAction, form: FinishForm) -> None:
    told = form.cleaned_data
    if told["done"]:
        actions.complete(
            action=row, outcome=told["outcome"], effect=told["effect"], done_on=told["done_on"], by=request.user,
            key=form.key,
        )  # fmt: skip
    else:
        actions.not_done(action=row, reason=told["reason"], by=request.user, key=form.key)


def _carry(request: SignedInRequest, row: PlanAction, form: CarryForm) -> Meeting | AgendaItem:
    into, due_on = carried_into(request.user, row), form.cleaned_data["due_on"]
    if into is None:
        raise MeetingNotStarted
    if isinstance(into, Meeting):
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
    return f"The action is open again, and its owner has been told. {non_working_day_note(told['due_on'])}".strip()
