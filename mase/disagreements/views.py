"""Professional disagreements: a child's, the lists, one of them, and what is done with it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import PER_PAGE, page_of
from mase.disagreements import selectors
from mase.disagreements import services as disagreements
from mase.disagreements.forms import ActForm, DisagreementFilter, RaiseForm
from mase.meetings.services.meeting_reading import record_listed


@require_GET
def of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Every disagreement about one child."""
    case = case_for(request.user, reference)
    gate.require(request.user, Permission.DISAGREEMENT_LIST)
    found = selectors.of_case(case)
    record_listed(shown=found, by=request.user, case=case, action=Action.DISAGREEMENTS_LISTED, which="case")
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": "meetings",
        "rows": found,
        "may_raise": gate.can(request.user, Permission.DISAGREEMENT_RAISE, case),
    }
    return render(request, "mase/disagreements/case.html", context)


@either
def start(request: SignedInRequest, reference: str) -> HttpResponse:
    """Raise one."""
    case = gate.require(request.user, Permission.DISAGREEMENT_RAISE, case_for(request.user, reference))
    form = RaiseForm(
        request.POST or None, agencies=selectors.others(request.user),
        initial={"issue": request.GET.get("issue")},
    )  # fmt: skip
    if form.does(
        lambda: disagreements.raise_disagreement(case=case, by=request.user, key=form.key, **form.told)
    ):
        messages.success(
            request, "The disagreement is raised. Those of both agencies who see the case are told."
        )
        return redirect("mase:disagreement", form.done.pk)
    return case_page(request, case, "mase/disagreements/form.html", "disagreement", form=form)


@require_GET
def everything(request: SignedInRequest) -> HttpResponse:
    """All I may see; the soonest due first."""
    gate.require(request.user, Permission.DISAGREEMENT_LIST)
    form = DisagreementFilter(request.GET)
    asked = {"show": selectors.OPEN, **form.answers}
    found = selectors.disagreement_list(request.user, **asked)
    page = page_of(found, PER_PAGE, request.GET.get("page"))
    shown = list(page.object_list)
    record_listed(shown=shown, by=request.user, action=Action.DISAGREEMENTS_LISTED, **asked)
    context = {
        "chips": form.chips(request),
        "form": form.showing(asked),
        "page": page,
        "rows": shown,
        "asked": asked,
    }
    return render(request, "mase/disagreements/list.html", context)


@require_GET
def disagreement(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One: where it stands, how it went, and what can be done."""
    row = selectors.disagreement_for(request.user, pk)
    return case_page(
        request, row.case, "mase/disagreements/disagreement.html", "disagreement",
        disagreement=row,
        current_tab="meetings",
        entries=row.entries.select_related("by", "agency").order_by("-at", "-id"),
        may_act=bool(selectors.open_to(request.user, row)),
        is_heard=not row.is_open or selectors.is_heard(row),
    )  # fmt: skip


@either
def act(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer, take it further or end it, and go back to the disagreement."""
    row = selectors.disagreement_for(request.user, pk)
    gate.require(request.user, Permission.DISAGREEMENT_ANSWER, row)
    kinds = selectors.open_to(request.user, row)
    form = ActForm(request.POST or None, kinds=kinds, initial={"stage": row.stage})
    if form.does(
        lambda: disagreements.act(disagreement=row, by=request.user, key=form.key, **form.cleaned_data)
    ):
        messages.success(request, "Saved. Those of both agencies who see the case are told.")
        return redirect("mase:disagreement", row.pk)
    return case_page(
        request, row.case, "mase/disagreements/form.html", "disagreement", disagreement=row, form=form
    )
