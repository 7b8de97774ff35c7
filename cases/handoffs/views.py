"""The two lists of hand-offs, one hand-off, and what is done with it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.handoffs import presenters as words
from cases.handoffs import services
from cases.handoffs.choices import NOT_ACCEPTED, HandOffOutcome, HandOffState
from cases.handoffs.forms import AcceptForm, AskForm, DeclineForm, EndForm, ReviewForm, StepUpForm
from cases.handoffs.models import HandOff
from cases.handoffs.selectors import declined_by_us, hand_off_for, handed_to_us, not_accepted, shows_child
from cases.record.selectors import case_for
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.forms import PortalForm


@require_GET
def handed_list(request: SignedInRequest) -> HttpResponse:
    """What this person's agency is asked to do, and what it declined."""
    gate.require(request.user, Permission.CONCERN_AGENCY)
    found = handed_to_us(request.user)
    services.record_listed(shown=found, by=request.user, listed="handed to us")
    context = {"rows": words.rows(found), "declined": words.rows(declined_by_us(request.user))}
    return render(request, "cases/handoffs/list.html", context)


@require_GET
def not_accepted_list(request: SignedInRequest) -> HttpResponse:
    """What was handed over and nobody has accepted."""
    gate.require(request.user, Permission.CONCERN_TRIAGE)
    found = not_accepted(request.user)
    services.record_listed(shown=found, by=request.user, listed="not accepted")
    return render(request, "cases/handoffs/not_accepted.html", {"rows": words.rows(found)})


@require_GET
def hand_off(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What was asked, what was answered, and what can be done now."""
    user, found = request.user, hand_off_for(request.user, pk)
    services.record_view(hand_off=found, by=user, page="hand-off")
    if not shows_child(user, found):
        return render(request, "cases/handoffs/declined.html", {"history": words.own_answers(found)})
    answers = gate.can(user, Permission.HANDOFF_ANSWER, found)
    waits = found.state in NOT_ACCEPTED and gate.can(user, Permission.HANDOFF_REASSIGN, found)
    context = {
        "hand_off": found,
        "row": words.rows([found])[0],
        "facts": words.facts(found),
        "history": words.history(found.changes.all()),
        "ours": answers,
        "may_answer": answers and found.is_asked,
        "may_work": answers and found.is_accepted,
        "may_pass_on": waits,
        "may_step_up": waits or answers and found.state in (HandOffState.ASKED, HandOffState.ACCEPTED),
        "concern": found.concern,
        "case": found.case if found.case and gate.can(user, Permission.CASE_VIEW, found.case) else None,
    }
    return render(request, "cases/handoffs/handoff.html", context)


@either
def hand_off_accept(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agency takes it on."""
    found, form = _to_answer(request, pk), AcceptForm(request.POST or None)
    return _do(
        request, found, form, lambda said: services.accept(hand_off=found, by=request.user, **said),
        ("Accept this hand-off", "Accept", "You have accepted it. The CSE team has been told."),
    )  # fmt: skip


@either
def hand_off_decline(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agency says no."""
    found, form = _to_answer(request, pk), DeclineForm(request.POST or None)
    return _do(
        request, found, form, lambda said: services.decline(hand_off=found, by=request.user, **said),
        ("Decline this hand-off", "Decline", "You have declined it. The CSE team has been told."),
    )  # fmt: skip


@either
def hand_off_review(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What happened since, and what follows."""
    found = _to_answer(request, pk)
    form = ReviewForm(request.POST or None, initial={"plan": found.plan})
    return _do(
        request, found, form, lambda said: services.review(hand_off=found, by=request.user, **said),
        ("Review this hand-off", "Save the review", "The review is saved."),
    )  # fmt: skip


@either
def hand_off_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """It helped, or is not needed any more."""
    found = _to_end(request, pk)
    form = EndForm(request.POST or None, accepted=found.state not in NOT_ACCEPTED)
    return _do(
        request, found, form,
        lambda said: services.end(
            hand_off=found, outcome=HandOffOutcome(said["outcome"]), note=said["note"], by=request.user
        ),
        ("End this hand-off", "End it", "The hand-off has ended."),
    )  # fmt: skip


@either
def hand_off_step_up(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """More is needed: back to triage."""
    found, form = _to_end(request, pk), StepUpForm(request.POST or None)
    return _do(
        request, found, form, lambda said: services.step_up(hand_off=found, by=request.user, **said),
        ("Back to triage", "Send to triage", "The CSE team has been told and decides again."),
    )  # fmt: skip


@either
def hand_off_pass_on(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another agency is asked."""
    found = gate.require(request.user, Permission.HANDOFF_REASSIGN, hand_off_for(request.user, pk))
    form = AskForm(request.POST or None, but=found.agency, initial={"asked": found.asked})
    done = "Another agency has been asked, and has been told."
    return _do(
        request, found, form,
        lambda said: services.pass_on(hand_off=found, by=request.user, key=form.key, **said),
        ("Hand it to another agency", "Ask this agency", done),
    )  # fmt: skip


@either
def case_step_down(request: SignedInRequest, reference: str) -> HttpResponse:
    """An agency is asked to go on helping the child of a case."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    form = AskForm(request.POST or None)
    if form.does(lambda: services.step_down(case=case, by=request.user, key=form.key, **form.cleaned_data)):
        messages.success(request, f"{form.done.agency.name} has been asked, and has been told.")
        return redirect("cases:handoff", pk=form.done.pk)
    return case_page(
        request, case, "cases/handoffs/form.html", "step-down", form=form, heading="Step down to an agency",
        button="Ask this agency",
    )  # fmt: skip


def _to_answer(request: SignedInRequest, pk: uuid.UUID) -> HandOff:
    return gate.require(request.user, Permission.HANDOFF_ANSWER, hand_off_for(request.user, pk))


def _to_end(request: SignedInRequest, pk: uuid.UUID) -> HandOff:
    """For the agency that works on it; what nobody accepted, for the CSE team too."""
    found = hand_off_for(request.user, pk)
    waits = found.state in NOT_ACCEPTED and gate.can(request.user, Permission.HANDOFF_REASSIGN, found)
    return found if waits else gate.require(request.user, Permission.HANDOFF_ANSWER, found)


def _do(
    request: SignedInRequest,
    found: HandOff,
    form: PortalForm,
    act: Callable[[dict[str, Any]], Any],
    said: tuple[str, str, str],
) -> HttpResponse:
    """Do what was posted, or draw the form: its heading, its button, and what is said when it is done."""
    heading, button, done = said
    if form.does(lambda: act(form.cleaned_data)):
        messages.success(request, done)
        return redirect("cases:handoff", pk=found.pk)
    services.record_view(hand_off=found, by=request.user, page="hand-off form")
    context = {"hand_off": found, "form": form, "heading": heading, "button": button}
    return render(request, "cases/handoffs/form.html", context)
