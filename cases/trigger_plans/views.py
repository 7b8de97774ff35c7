"""Writing a child's trigger plan, and its sheet for the police."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from cases.family.selectors import hides_home
from cases.identity.selectors import contact_points_in_use
from cases.record.selectors import case_for
from cases.record.views import case_page
from cases.trigger_plans import services
from cases.trigger_plans.forms import PlanForm
from cases.trigger_plans.models import TriggerPlan
from cases.trigger_plans.presenters import differences, sheet
from cases.trigger_plans.selectors import last_times, newest_plan
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotVisible
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
    if form.saves(
        lambda: services.save(case=case, plan=form.said, seen=form.drawn_at, by=request.user, key=form.key),
        newest=lambda: newest_plan(case) or TriggerPlan(number=0),
        compare=lambda found: differences(form, found),
    ):
        drafts.saved(request)
        _say_saved(request, form.done)
        return redirect("cases:missing", reference=reference)
    return case_page(
        request, case, "cases/trigger_plans/form.html", "trigger-plan", form=form, newest=newest,
        draft=f"plan:{case.pk}",
    )  # fmt: skip


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
