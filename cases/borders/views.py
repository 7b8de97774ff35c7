"""What goes over the border of the authority: on one case, and what waits across all of them."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.borders import services as borders
from cases.borders.forms import AnswerForm, NoticeForm, SharingForm, TransferForm
from cases.borders.selectors import MOST, borders_of, placed_here, transfer_for, transfers_waiting
from cases.record.models.case import Case
from cases.record.selectors import case_for
from cases.record.services import record_list
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.forms import PortalForm

TAB = "borders"


@require_GET
def border_list(request: SignedInRequest) -> HttpResponse:
    """Transfers that wait for an acknowledgement, and children whom others placed here."""
    gate.require(request.user, Permission.CASE_LIST)
    rows = transfers_waiting(request.user).select_related("case__child").order_by("sent_on", "pk")
    waiting, placed = list(rows[:MOST]), placed_here(request.user)
    record_list(by=request.user, shown=[*(each.case for each in waiting), *placed], searched="")
    return render(request, "cases/borders/list.html", {"waiting": waiting, "placed": placed})


@require_GET
def case_borders(request: SignedInRequest, reference: str) -> HttpResponse:
    """Transfers, whom the placing authority's notice reached, and decisions to share or not."""
    case = case_for(request.user, reference)
    return case_page(request, case, "cases/borders/case.html", TAB, current_tab=TAB, found=borders_of(case))


Kind = tuple[str, Callable[[Any, User], PortalForm], Callable[[Case, PortalForm, User], object]]
# By the word in the address: the heading, the form, and what is done with its answers.
KINDS: dict[str, Kind] = {
    "transfer": (
        "Transfer to another authority",
        lambda data, _: TransferForm(data),
        lambda case, form, by: borders.send_on(case=case, by=by, key=form.key, **form.cleaned_data),
    ),
    "placing": (
        "Tell the authority that placed the child",
        lambda data, _: NoticeForm(data),
        lambda case, form, by: borders.tell_placing_authority(
            case=case, by=by, key=form.key, **form.cleaned_data
        ),
    ),
    "sharing": (
        "Decision to share or not",
        lambda data, by: SharingForm(data, by=by),
        lambda case, form, by: borders.decide_sharing(case=case, said=form.cleaned_data, by=by, key=form.key),
    ),
}


@either
def border_add(request: SignedInRequest, reference: str, kind: str) -> HttpResponse:
    """Write one of the three down."""
    user = request.user
    case = gate.require(user, Permission.CASE_CHANGE, case_for(user, reference))
    if kind not in KINDS:
        raise Http404
    heading, form_of, act = KINDS[kind]
    form = form_of(request.POST or None, user)
    if form.does(lambda: act(case, form, user)):
        messages.success(request, "It is on record.")
        return redirect("cases:borders", reference=case.reference)
    return _draw(request, case, form, kind, heading)


@either
def transfer_answer(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The other authority acknowledged it, or it is withdrawn."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    transfer = transfer_for(request.user, reference, pk)
    form = AnswerForm(request.POST or None)

    def act() -> object:
        if said := form.acknowledgement:
            return borders.acknowledge(transfer=transfer, said=said, by=request.user)
        return borders.withdraw(transfer=transfer, reason=form.cleaned_data["reason"], by=request.user)

    if form.does(act):
        messages.success(request, f"The transfer to {transfer.to} is answered.")
        return redirect("cases:borders", reference=case.reference)
    return _draw(request, case, form, "answer", f"Transfer to {transfer.to}")


def _draw(request: SignedInRequest, case: Case, form: PortalForm, kind: str, heading: str) -> HttpResponse:
    return case_page(request, case, "cases/borders/form.html", TAB, form=form, kind=kind, heading=heading)
