"""The page of investigation, court and care, and the form of each of its rows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from cases.court import selectors
from cases.court.forms import CourtForm
from cases.court.services import save
from cases.record.selectors import case_for
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest, either

TAB = "court"


@require_GET
def court(request: SignedInRequest, reference: str) -> HttpResponse:
    """What is next, the events, the child's measures and the care plan, on one page."""
    case = gate.require(request.user, Permission.COURT_VIEW, case_for(request.user, reference))
    return case_page(
        request, case, "cases/court/court.html", TAB, action=Action.COURT_VIEWED, current_tab=TAB,
        page=selectors.court_page(request.user, case),
        may_record=case.is_open and gate.can(request.user, Permission.COURT_RECORD, case),
    )  # fmt: skip


@either
def court_record(request: SignedInRequest, reference: str, kind: str, which: str) -> HttpResponse:
    """Record or change one row. When two people wrote at once, both texts are shown and none is lost."""
    case = gate.require(request.user, Permission.COURT_RECORD, case_for(request.user, reference))
    row = selectors.court_row(request.user, case, kind, which)
    form = CourtForm(request.POST or None, row=row)
    key = form.key if which == "new" else None
    if form.saves(
        lambda: save(row=row, said=form.said, version=form.drawn_at, by=request.user, key=key),
        newest=lambda: selectors.court_row(request.user, case, kind, which),
    ):
        messages.success(request, f"{form.heading}: saved.")
        return redirect("cases:court", reference=case.reference)
    return case_page(
        request, case, "cases/court/form.html", TAB, action=Action.COURT_VIEWED, form=form, row=row
    )
