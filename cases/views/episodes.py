"""Closing a case, and opening it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.errors import ClosingNeedsLowerCategory, RiskNotOver
from cases.forms.episodes import CloseForm, ReopenForm
from cases.presenters import banner
from cases.presenters.case import closing_rows
from cases.selectors.case import answered_at_a_meeting, case_for, last_closing
from cases.services.episodes import close_case, reopen_case
from cases.services.viewing import record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either


@either
def case_close(request: SignedInRequest, reference: str) -> HttpResponse:
    """Close the case with a reason and the checklist; a second press finds it closed."""
    case = gate.require(request.user, Permission.CASE_CLOSE, case_for(request.user, reference))
    if not case.is_open:
        messages.info(request, "This case is closed.")
        return redirect("cases:case", reference=case.reference)
    answered = answered_at_a_meeting(case)
    form = CloseForm(request.POST or None, answered=answered)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            close_case(
                case=case, code=said["code"], reason=said["reason"], checklist=form.checklist, by=request.user
            )
        except (ClosingNeedsLowerCategory, RiskNotOver) as error:
            form.add_error("code", error.message)
        except NotAllowedNow as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, "The case is closed. Its record can be read, and the case can be re-opened."
            )
            return redirect("cases:case", reference=case.reference)
    record_view(case=case, by=request.user, page="close")
    context = {"case": case, "banner": banner(case), "form": form, "answered": bool(answered)}
    return render(request, "cases/episodes/close.html", context)


@either
def case_reopen(request: SignedInRequest, reference: str) -> HttpResponse:
    """Work on a closed case again: whoever could see it sees it open."""
    case = gate.require(request.user, Permission.CASE_REOPEN, case_for(request.user, reference))
    if case.is_open:
        messages.info(request, "This case is open.")
        return redirect("cases:case", reference=case.reference)
    form = ReopenForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        reopen_case(
            case=case,
            reason=said["reason"],
            lawful_basis=said["lawful_basis"],
            by=request.user,
            key=form.key,
        )
        messages.success(
            request, "The case is open again. Record an assessment, so that its category is up to date."
        )
        return redirect("cases:case", reference=case.reference)
    record_view(case=case, by=request.user, page="reopen")
    closing = last_closing(case)
    context = {
        "case": case, "banner": banner(case), "form": form, "closing": closing_rows(closing) if closing else [],
    }  # fmt: skip
    return render(request, "cases/episodes/reopen.html", context)
