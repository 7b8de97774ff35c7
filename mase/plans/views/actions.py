"""The lists of plan actions, one action, what anyone who does it reports, and what the chair does with it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui.presenters import counted, non_working_day_note
from mase.meetings.models.querysets import opens
from mase.meetings.selectors.chairing import (
    chairs,
    has_restricted_part,
    require_chair,
    require_restricted_part,
)
from mase.plans import forms
from mase.plans.models.plan import PlanAction
from mase.plans.presenters import actions as words
from mase.plans.selectors import actions as selectors
from mase.plans.services import actions, handing_over, verification
from mase.plans.services import readers as action_readers

TOGETHER = 200


@require_GET
def action_list(request: SignedInRequest) -> HttpResponse:
    """My actions, my agency's, or all I may see; the longest overdue first."""
    gate.require(request.user, Permission.ACTION_LIST)
    form = forms.ActionFilter(request.GET)
    asked = {"whose": selectors.MINE, "show": selectors.OPEN, "p": "", **form.answers}
    judges = asked["show"] == selectors.WAITING and opens(request.user, Permission.MEETING_CHAIR)
    length = TOGETHER if judges else PER_PAGE
    page = page_of(selectors.action_list(request.user, **asked), length, request.GET.get("page"))
    shown = list(page.object_list)
    action_readers.record_listed(shown=shown, by=request.user, **asked)
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


def _answer(told: dict[str, Any], **common: Any) -> str:
    accepted = told["accepted"]
    actions.answer(accepted=accepted, words=told["measure" if accepted else "reason"], **common)
    return "Your agency does it." if accepted else "Declined. The chair has been told."


def _finish(told: dict[str, Any], **common: Any) -> object:
    if not told["done"]:
        return actions.not_done(reason=told["reason"], **common)
    return actions.complete(**{name: told[name] for name in ("outcome", "effect", "done_on")}, **common)


def _hand_on(told: dict[str, Any], **common: Any) -> str:
    to = told["person"]
    actions.reassign(agency=to.agency, owner=to.user, reason=told["reason"], **common)
    return f"{to.user.full_name} has this action now and has been told."


def _judge(told: dict[str, Any], **common: Any) -> str:
    if told["agreed"]:
        verification.confirm(**common)
        return "The action is confirmed."
    verification.send_back(reason=told["reason"], due_on=told["due_on"], **common)
    note = non_working_day_note(told["due_on"])
    return f"The action is open again, and its owner has been told. {note}".strip()


def _change_readers(told: dict[str, Any], *, action: PlanAction, **common: Any) -> str:
    now, restricted = forms.readers(action), told["to"] == "restricted"
    action_readers.change_readers(action=action, restricted=restricted, reason=told["reason"], **common)
    return f"From now on it is read by {now}, and by who does it."


# Each thing that is done with an action: its form, and the service that takes what was said.
STEPS: dict[str, tuple[type[forms.ActionForm], Callable[..., object]]] = {
    "progress": (forms.ProgressForm, lambda told, **common: actions.progress(note=told["note"], **common)),
    "answer": (forms.AcceptForm, _answer),
    "outcome": (forms.FinishForm, _finish),
    "hand-on": (forms.HandOnForm, _hand_on),
    "confirm": (forms.ConfirmForm, _judge),
    "cancel": (forms.CancelForm, lambda told, **common: verification.cancel(reason=told["reason"], **common)),
    "readers": (forms.ReadersForm, _change_readers),
}


@either
def step(request: SignedInRequest, pk: uuid.UUID, what: str) -> HttpResponse:
    """Do it and go back to the action, or draw the form under what was agreed."""
    (asked, act), row = STEPS[what], selectors.action_for(request.user, pk)
    if asked.judges:
        require_chair(request.user, row)
    else:
        gate.require(request.user, Permission.ACTION_UPDATE, row)
    if what == "readers":
        require_restricted_part(request.user, row)
    form = asked(request.POST if request.method == "POST" else None, action=row, by=request.user)
    common = {"action": row, "by": request.user, "key": form.key}
    if form.does(lambda: act(form.cleaned_data, **common), field=asked.refused_at):
        messages.success(request, form.done if isinstance(form.done, str) else asked.saved)
        return redirect("mase:action", pk)
    action_readers.record_view(action=row, by=request.user)
    context = {
        "action": row, "banner": banner(row.case) if row.case else None, "form": form, "heading": asked.heading,
        "button": form.button, "back": row.get_absolute_url(), "back_to": "Back to the action",
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
    people = [str(row["owner"]) for row in holders if row["owner"]]
    action_readers.record_listed(shown=[], by=request.user, people=people)
    return render(request, "mase/plans/people.html", {"rows": holders})


@either
def hand_over(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Give one person's open actions to colleagues, each to somebody who sees the child's case."""
    person, held, sees = selectors.held_by(request.user, pk)
    colleagues = selectors.colleagues_of(person, (each.agency_id for each in held))
    form = forms.HandOverForm(request.POST or None, people=colleagues)
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
    action_readers.record_listed(shown=held if sees else (), by=request.user, people=[str(person.pk)])
    context = {
        "person": person, "rows": [words.row(each) for each in held] if sees else (), "parts": () if sees else held,
        "form": form, "nobody": not colleagues,
    }  # fmt: skip
    return render(request, "mase/plans/hand_over.html", context)
