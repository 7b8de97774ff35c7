"""The strategy discussions of a case, and recording one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from cases.record.selectors import case_for
from cases.record.views import case_page
from cases.strategy.forms import StrategyForm
from cases.strategy.selectors import asks_for_strategy, discussions_of
from cases.strategy.services import record_discussion
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either


@either
def strategy(request: SignedInRequest, reference: str) -> HttpResponse:
    """What was discussed, and a form for people who work on the open case."""
    user = request.user
    case = case_for(user, reference)
    may_add = case.is_open and gate.can(user, Permission.CASE_CHANGE, case)
    if request.method == "POST":
        gate.require(user, Permission.CASE_CHANGE, case)
    form = StrategyForm(request.POST or None, initial={"held_on": timezone.localdate()})
    if form.does(lambda: record_discussion(case=case, said=form.discussed, by=user, key=form.key)):
        messages.success(request, "The strategy discussion is recorded, and the chronology tells it.")
        return redirect("cases:strategy", reference=case.reference)
    return case_page(
        request, case, "cases/strategy/list.html", "strategy", discussions=discussions_of(user, case),
        asks=asks_for_strategy(case), form=form if may_add or form.is_bound else None,
    )  # fmt: skip
