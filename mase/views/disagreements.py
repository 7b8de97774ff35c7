"""Professional disagreements: a child's, the lists, one of them, and what is done with it."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cases.presenters.banner import banner
from cases.selectors.case import case_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from cse_portal.ui.forms import PortalForm
from mase.forms.disagreements import (
    AnswerForm,
    DisagreementFilter,
    EscalateForm,
    RaiseForm,
    ResolveForm,
    SafetyForm,
    WithdrawForm,
)
from mase.models import Disagreement
from mase.presenters import disagreements as words
from mase.selectors import disagreements as selectors
from mase.selectors.escalation import calls_of
from mase.services import disagreement_reading, disagreements
from mase.services.disagreements import Raised

PER_PAGE = 25
either = require_http_methods(["GET", "POST"])


@require_GET
def of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Every disagreement about one child."""
    case = case_for(request.user, reference)
    gate.require(request.user, Permission.DISAGREEMENT_LIST)
    found = selectors.of_case(case)
    disagreement_reading.record_listed(shown=found, by=request.user, detail={"which": "case"}, case=case)
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": "meetings",
        "rows": words.rows(found, named=False),
        "may_raise": gate.can(request.user, Permission.DISAGREEMENT_RAISE, case),
    }
    return render(request, "mase/disagreements/case.html", context)


@either
def start(request: SignedInRequest, reference: str) -> HttpResponse:
    """Raise one; from a meeting, its dissent comes along."""
    case = gate.require(request.user, Permission.DISAGREEMENT_RAISE, case_for(request.user, reference))
    meetings = selectors.meetings_of(case)
    form = RaiseForm(
        request.POST or None, agencies=selectors.others(request.user), meetings=meetings,
        initial={"meeting": request.GET.get("meeting"), "issue": request.GET.get("issue")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        said = Raised(
            told["issue"],
            told["about"],
            told["against"],
            told["meeting"],
            told["safety"] if told["unsafe"] else "",
        )
        try:
            row = disagreements.raise_disagreement(case=case, said=said, by=request.user, key=form.key)
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, "The disagreement is raised. Those of both agencies who see the case are told."
            )
            return redirect("mase:disagreement", row.pk)
    disagreement_reading.record_view(case=case, by=request.user)
    context = {"case": case, "banner": banner(case), "form": form}
    return render(request, "mase/disagreements/raise.html", context)


@require_GET
def everything(request: SignedInRequest) -> HttpResponse:
    """All I may see or my agency's; the soonest due first."""
    gate.require(request.user, Permission.DISAGREEMENT_LIST)
    form = DisagreementFilter(request.GET)
    asked = {"whose": selectors.ALL, "show": selectors.OPEN, **form.answers}
    found = selectors.disagreement_list(request.user, **asked)
    page = page_of(found, PER_PAGE, request.GET.get("page"))
    shown = list(page.object_list)
    disagreement_reading.record_listed(shown=shown, by=request.user, detail=asked)
    context = {
        "chips": form.chips(request),
        "form": form.showing(asked),
        "page": page,
        "rows": words.rows(shown),
        "count": words.count_words(page.paginator.count, asked["whose"], asked["show"]),
        "asked": asked,
    }
    return render(request, "mase/disagreements/list.html", context)


@require_GET
def learning(request: SignedInRequest) -> HttpResponse:
    """What was learned, without a name, for the board."""
    gate.require(request.user, Permission.DISAGREEMENT_LIST)
    found = selectors.learning(request.user)
    disagreement_reading.record_listed(shown=found, by=request.user, detail={"which": "learning"})
    return render(request, "mase/disagreements/learning.html", {"rows": words.learned(found)})


@require_GET
def disagreement(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One: where it stands, how it went, and what can be done."""
    row = selectors.disagreement_for(request.user, pk)
    disagreement_reading.record_view(case=row.case, by=request.user)
    context = {
        "disagreement": row,
        "case": row.case,
        "banner": banner(row.case),
        "current_tab": "meetings",
        "row": words.row(row),
        "facts": words.facts(row, calls_of(row)),
        "outcome": words.outcome_facts(row),
        "history": words.history(row, selectors.history_of(row)),
        "verbs": selectors.verbs(request.user, row),
        "is_heard": not row.is_open or selectors.is_heard(row),
    }
    return render(request, "mase/disagreements/disagreement.html", context)


@either
def answer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say something at the stage it has reached."""
    row = _to_work_on(request, pk, Permission.DISAGREEMENT_ANSWER)
    form = AnswerForm(request.POST or None)

    def act() -> object:
        return disagreements.answer(
            disagreement=row, text=form.cleaned_data["text"], by=request.user, key=form.key
        )

    return _act(request, row, form, act, "Answer", "Save the answer")


@either
def further(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """To the next stage before the clock takes it there."""
    row = _to_work_on(request, pk, Permission.DISAGREEMENT_SETTLE)
    form = EscalateForm(request.POST or None, initial={"stage": row.stage})

    def act() -> object:
        told = form.cleaned_data
        stage = int(told["stage"]) if told["stage"].isdecimal() else 0
        return disagreements.escalate(disagreement=row, stage=stage, reason=told["reason"], by=request.user)

    return _act(request, row, form, act, "Take it to the next stage", "Take it further")


@either
def safety(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A child may not be safe today: heads of service at once."""
    row = _to_work_on(request, pk, Permission.DISAGREEMENT_ANSWER)
    form = SafetyForm(request.POST or None)

    def act() -> object:
        return disagreements.call_heads_of_service(
            disagreement=row, reason=form.cleaned_data["reason"], by=request.user
        )

    return _act(request, row, form, act, "Call heads of service now", "Call heads of service")


@either
def resolve(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What came of it and what was learned."""
    row = _to_work_on(request, pk, Permission.DISAGREEMENT_SETTLE)
    form = ResolveForm(request.POST or None)

    def act() -> object:
        return disagreements.resolve(disagreement=row, by=request.user, **form.cleaned_data)

    return _act(request, row, form, act, "Record how it was resolved", "Save and end it")


@either
def withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take it back, and say why."""
    row = _to_work_on(request, pk, Permission.DISAGREEMENT_WITHDRAW)
    form = WithdrawForm(request.POST or None)

    def act() -> object:
        return disagreements.withdraw(disagreement=row, reason=form.cleaned_data["reason"], by=request.user)

    return _act(request, row, form, act, "Withdraw the disagreement", "Withdraw it")


def _to_work_on(request: SignedInRequest, pk: uuid.UUID, permission: Permission) -> Disagreement:
    return gate.require(request.user, permission, selectors.disagreement_for(request.user, pk))


def _act(
    request: SignedInRequest,
    row: Disagreement,
    form: PortalForm,
    act: Callable[[], object],
    heading: str,
    button: str,
) -> HttpResponse:
    """Do it and go back to the disagreement, or draw the form with what stands in the way."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except NotAllowedNow as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Saved. Those of both agencies who see the case are told.")
            return redirect("mase:disagreement", row.pk)
    disagreement_reading.record_view(case=row.case, by=request.user)
    context = {
        "disagreement": row, "banner": banner(row.case), "form": form, "heading": heading, "button": button,
        "stage": words.stage_words(row.stage), "issue": words.issue(row),
        "goes_further": isinstance(form, EscalateForm | SafetyForm),
    }  # fmt: skip
    return render(request, "mase/disagreements/form.html", context)
