"""Writing a child's trigger plan, and its sheet for the police."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.family.selectors import hides_home
from cases.identity.selectors import contact_points_in_use
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.trigger_plans import services
from cases.trigger_plans.forms import PlanForm
from cases.trigger_plans.models import TriggerPlan
from cases.trigger_plans.presenters import differences, sheet
from cases.trigger_plans.selectors import last_times, newest_plan
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotAllowedNow, NotVisible, StaleEdit
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import Rendered, render_document


@either
def trigger_plan(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write the next version. When two people wrote at once, both texts are shown and none is lost."""
    case = gate.require(request.user, Permission.CHRONOLOGY_ADD, case_for(request.user, reference))
    newest = newest_plan(case)
    form = PlanForm(
        request.POST or None, case=case, user=request.user, initial=PlanForm.values_of(newest, case)
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            saved = services.save(
                case=case, plan=form.said, seen=form.drawn_at, by=request.user, key=form.key
            )
        except StaleEdit:
            found = newest_plan(case)
            if found is not None:
                context["differences"] = differences(form, found)
                form.redraw_at(found.number)
        except NotAllowedNow as error:
            form.add_error(error.field, error.message)
        else:
            drafts.saved(request)
            _say_saved(request, saved)
            return redirect("cases:missing", reference=reference)
    record_view(case=case, by=request.user, page="trigger-plan")
    context |= {
        "case": case,
        "banner": banner(case),
        "form": form,
        "newest": newest,
        "draft": f"plan:{case.pk}",
    }
    return render(request, "cases/trigger_plans/form.html", context)


@require_GET
def trigger_plan_print(request: SignedInRequest, reference: str) -> HttpResponse:
    """The newest version, as PDF on one sheet; people who see the case may print it."""
    case = case_for(request.user, reference)
    plan = newest_plan(case)
    if plan is None:
        raise NotVisible
    plan.case = case
    pdf = _draw(request, plan).pdf
    services.record_print(plan=plan, by=request.user)
    return attachment(pdf, name=f"trigger-plan-{case.reference}.pdf", content_type="application/pdf")


def _say_saved(request: SignedInRequest, saved: TriggerPlan) -> None:
    """And whether it is too long: then somebody holds half of it."""
    if _draw(request, saved).pages > 1:
        words = "is saved. It is too long for one sheet and prints on two: shorten it if you can."
        messages.warning(request, f"Version {saved.number} {words}")
    else:
        messages.success(
            request, f"Version {saved.number} of the trigger plan is saved. It fits on one sheet."
        )


def _draw(request: SignedInRequest, plan: TriggerPlan) -> Rendered:
    photo = services.photo_of(plan, by=request.user)
    case = plan.case
    found = sheet(
        plan,
        photo=photo,
        times=last_times(case),
        contacts=contact_points_in_use(case),
        hides_home=hides_home(case),
    )
    return render_document("pdf/trigger_plan.html", found)
