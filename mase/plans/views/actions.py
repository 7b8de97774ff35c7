"""The lists of plan actions, one action, what anyone who does it reports, and what the chair does with it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of
from cse_portal.ui.presenters import counted, non_working_day_note
from mase.meetings.models.querysets import opens
from mase.meetings.selectors.chairing import (
    chairs,
    has_restricted_part,
    require_chair,
    require_restricted_part,
)
from mase.plans.forms import (
    AcceptForm,
    ActionFilter,
    ActionForm,
    CancelForm,
    ConfirmForm,
    FinishForm,
    HandOnForm,
    HandOverForm,
    ProgressForm,
    ReadersForm,
    readers,
)
from mase.plans.models.plan import PlanAction
from mase.plans.presenters import actions as words
from mase.plans.selectors import actions as selectors
from mase.plans.services import actions, handing_over, verification
from mase.plans.services import readers as action_readers

PER_PAGE, TOGETHER = 25, 200


@require_GET
def action_list(request: SignedInRequest) -> HttpResponse:
    """My actions, my agency's, or all I may see; the longest overdue first."""
    gate.require(request.user, Permission.ACTION_LIST)
    form = ActionFilter(request.GET)
    asked = {"whose": selectors.MINE, "show": selectors.OPEN, "p": "", **form.answers}
    judges = asked["show"] == selectors.WAITING and opens(request.user, Permission.MEETING_CHAIR)
    length = TOGETHER if judges else PER_PAGE
    page = page_of(selectors.action_list(request.user, **asked), length, request.GET.get("page"))
    shown = list(page.object_list)
    action_readers.record_listed(shown=shown, by=request.user, detail=asked)
    context = {
        "chips": form.chips(request),
        "form": form.showing(asked),
        "page": page,
        "rows": [words.row(each) for each in shown],
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
    judges = chairs(request.user, row)
    updates = selectors.updates_of(row)
    context = {
        "action": row,
        "case": row.case,
        "banner": banner(row.case) if row.case else None,
        "row": words.row(row),
        "updates": updates,
        "told": selectors.escalated_to(row),
        "declined": words.declined_because(row, updates),
        "answers": row.is_open and not row.is_accepted and selectors.is_of_agency(request.user, row),
        "may_report": row.is_open and gate.can(request.user, Permission.ACTION_UPDATE, row),
        "may_confirm": row.waits_for_chair and judges,
        "chairs": judges,
        "may_change_readers": judges and has_restricted_part(request.user, row),
        "carried_to": getattr(row, "carried_to", None),
    }
    return render(request, "mase/plans/action.html", context)


@dataclass(frozen=True)
class Step:
    """One thing that is done with an action: its form, its words, and what it says when that is done."""

    form: type[ActionForm]
    heading: str
    button: str
    act: Callable[[PlanAction, dict[str, Any], User, uuid.UUID], object]
    said: str = "Saved."
    judges: bool = False
    field: str | None = None


def _answer(row: PlanAction, told: dict[str, Any], by: User, key: uuid.UUID) -> str:
    accepted = told["accepted"]
    words = told["measure" if accepted else "reason"]
    actions.answer(action=row, accepted=accepted, words=words, by=by, key=key)
    return "Your agency does it." if accepted else "Declined. The chair has been told."


def _finish(row: PlanAction, told: dict[str, Any], by: User, key: uuid.UUID) -> object:
    if not told["done"]:
        return actions.not_done(action=row, reason=told["reason"], by=by, key=key)
    return actions.complete(
        action=row, outcome=told["outcome"], effect=told["effect"], done_on=told["done_on"], by=by, key=key
    )


def _hand_on(row: PlanAction, told: dict[str, Any], by: User, key: uuid.UUID) -> str:
    to = told["person"]
    actions.reassign(action=row, agency=to.agency, owner=to.user, reason=told["reason"], by=by, key=key)
    return f"{to.user.full_name} has this action now and has been told."


def _judge(row: PlanAction, told: dict[str, Any], by: User, key: uuid.UUID) -> str:
    if told["agreed"]:
        verification.confirm(action=row, by=by, key=key)
        return "The action is confirmed."
    due_on = told["due_on"]
    verification.send_back(action=row, reason=told["reason"], due_on=due_on, by=by, key=key)
    return f"The action is open again, and its owner has been told. {non_working_day_note(due_on)}".strip()


def _change_readers(row: PlanAction, told: dict[str, Any], by: User, key: uuid.UUID) -> str:
    now = readers(row)
    restricted = (told["to"] or "open") == "restricted"
    action_readers.change_readers(action=row, restricted=restricted, reason=told["reason"], by=by, key=key)
    return f"From now on it is read by {now}, and by who does it."


STEPS = {
    "progress": Step(
        ProgressForm, "Report progress", "Save the report",
        lambda row, told, by, key: actions.progress(action=row, note=told["note"], by=by, key=key),
        "Your report is saved.",
    ),
    "answer": Step(AcceptForm, "Accept or decline this action", "Send the answer", _answer),
    "outcome": Step(
        FinishForm, "Record the outcome", "Save the final report", _finish,
        "The final report on this action is saved.",
    ),
    "hand-on": Step(HandOnForm, "Hand on this action", "Hand it on", _hand_on, field="person"),
    "confirm": Step(ConfirmForm, "Confirm this action", "Record the decision", _judge, judges=True),
    "cancel": Step(
        CancelForm, "Cancel this action", "Cancel the action",
        lambda row, told, by, key: verification.cancel(action=row, reason=told["reason"], by=by, key=key),
        "The action is cancelled.", judges=True,
    ),
    "readers": Step(ReadersForm, "Change who reads this action", "Save", _change_readers, judges=True),
}  # fmt: skip


@either
def step(request: SignedInRequest, pk: uuid.UUID, what: str) -> HttpResponse:
    """Do it and go back to the action, or draw the form under what was agreed."""
    asked, row = STEPS[what], selectors.action_for(request.user, pk)
    if asked.judges:
        require_chair(request.user, row)
    else:
        gate.require(request.user, Permission.ACTION_UPDATE, row)
    if what == "readers":
        require_restricted_part(request.user, row)
    form = asked.form(request.POST if request.method == "POST" else None, action=row, by=request.user)
    if form.does(lambda: asked.act(row, form.cleaned_data, request.user, form.key), field=asked.field):
        messages.success(request, form.done if isinstance(form.done, str) else asked.said)
        return redirect("mase:action", pk)
    action_readers.record_view(action=row, by=request.user)
    context = {
        "action": row, "banner": banner(row.case) if row.case else None, "form": form,
        "heading": asked.heading, "button": asked.button,
    }  # fmt: skip
    return render(request, "mase/plans/form.html", context)


STAYED = (
    "Whom you chose does not work for its agency, or may not open it: choose somebody else, or ask the chair to share"
    " the child’s case with them first."
)


@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody with open actions, those who cannot do them any more first."""
    holders = selectors.holders(request.user)
    action_readers.record_people(shown=[row["owner"] for row in holders if row["owner"]], by=request.user)
    return render(request, "mase/plans/people.html", {"rows": holders})


@either
def hand_over(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Give one person's open actions to colleagues, each to somebody who sees the child's case."""
    person, held, sees = selectors.held_by(request.user, pk)
    colleagues = selectors.colleagues_of(person, (each.agency_id for each in held))
    form = HandOverForm(request.POST or None, people=colleagues)
    if request.method == "POST" and form.is_valid():
        moved, stayed = handing_over.hand_over(
            person=person, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"], by=request.user
        )
        if moved:
            messages.success(request, f"{counted(moved, 'action is,actions are')} handed over.")
        if stayed:
            messages.warning(
                request, f"{counted(stayed, 'action was,actions were')} not handed over. {STAYED}"
            )
        return redirect("mase:action-hand-over", pk) if stayed else redirect("mase:action-people")
    action_readers.record_people(shown=[person.pk], by=request.user, held=held if sees else ())
    context = {
        "person": person, "rows": [words.row(each) for each in held] if sees else (), "parts": () if sees else held,
        "form": form, "nobody": not colleagues,
    }  # fmt: skip
    return render(request, "mase/plans/hand_over.html", context)
