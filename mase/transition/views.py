"""Turning 18: the steps and what is recorded of them, and recording a part."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_GET

from cases.court.selectors import plan_to_hand_on
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.presenters import Task
from mase.transition import services as transition
from mase.transition.forms import PartForm
from mase.transition.models import TransitionPart
from mase.transition.selectors import turning_18


@require_GET
def of_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """What is due before this child turns 18, and what is recorded."""
    case = case_for(request.user, reference)
    gate.require(request.user, Permission.MEETING_LIST)
    found = turning_18(case)
    may_record = case.is_open and gate.can(request.user, Permission.CASE_CHANGE, case)
    court = plan_to_hand_on(request.user, case)
    tasks = []
    for each in found.steps:
        leads = each.part is not None and may_record and each.done_on is None
        url = reverse("mase:transition-record", args=[case.reference, each.part]) if leads else ""
        tasks.append(Task(each.label, capfirst(each.words), url=url, done=each.done_on is not None))
    if court and tasks:
        page = reverse("cases:court", args=[case.reference])
        tasks.append(Task("Hand on the court plan", capfirst(found.steps[-1].words), url=page, hint=court))
    return case_page(
        request, case, "mase/transition/case.html", "transition",
        current_tab="meetings",
        birth=found.birth,
        court=court,
        tasks=tasks,
        parts=[(part, found.newest.get(part)) for part in TransitionPart],
        may_record=may_record,
    )  # fmt: skip


@either
def record_part(request: SignedInRequest, reference: str, part: str) -> HttpResponse:
    """Write down one part."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    if part not in TransitionPart.values:
        raise NotVisible
    asked = TransitionPart(part)
    form = PartForm(request.POST or None, part=asked)
    if form.does(
        lambda: transition.record_part(
            case=case, part=asked, by=request.user, key=form.key, **form.cleaned_data
        )
    ):
        messages.success(request, f"{asked.label}: saved.")
        return redirect("mase:transition", case.reference)
    record_view(case=case, by=request.user, page="transition")
    back, words = reverse("mase:transition", args=[case.reference]), "Turning 18"
    context = {"case": case, "banner": banner(case), "form": form, "heading": asked.label, "caption": words}
    return render(request, "layouts/form.html", context | {"back": back, "back_to": words, "button": "Save"})
