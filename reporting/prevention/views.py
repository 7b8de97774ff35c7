"""The list of prevention, one activity, and the list as a file."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui import tabular
from cse_portal.ui.downloads import attachment
from reporting.prevention import selectors, services
from reporting.prevention.forms import ActivityForm, PreventionFilter
from reporting.prevention.models import PreventionActivity

COLUMNS = (
    "Day", "Kind", "Setting", "Place", "Ward", "Agency", "Led by", "Pupils", "Staff", "Parents and carers", "Drivers",
    "Materials", "Followed what the police shared", "Feedback from", "What they said",
)  # fmt: skip


@require_GET
def activity_list(request: SignedInRequest) -> HttpResponse:
    """What was done, the newest first, and whom it reached."""
    selectors.require_reader(request.user)
    form = PreventionFilter(request.user, request.GET)
    rows = selectors.activities(request.user, form.answers)
    services.record_view(by=request.user, page="list")
    context = {
        "page": page_of(rows, PER_PAGE, request.GET.get("page")),
        "reach": selectors.reach_of(rows),
        "chips": form.chips(request),
        "form": form,
        "may_record": gate.can(request.user, Permission.PREVENTION_RECORD),
        "plans": gate.can(request.user, Permission.PREVENTION_VIEW),
        "asked": request.GET.urlencode(),
    }
    return render(request, "reporting/prevention/list.html", context)


@require_GET
def activity_csv(request: SignedInRequest) -> HttpResponse:
    """The same rows as a file. It names no child."""
    selectors.require_reader(request.user)
    rows = selectors.activities(request.user, PreventionFilter(request.user, request.GET).answers)
    services.record_view(by=request.user, page="csv")
    lines = [
        (
            each.on, each.get_kind_display(), each.get_setting_display(), each.place, each.ward_label,
            each.agency.name, each.led_by, each.pupils, each.staff, each.parents, each.drivers, each.materials,
            "Yes" if each.followed_sharing else "", each.feedback_count, each.feedback,
        )
        for each in rows
    ]  # fmt: skip
    content = tabular.csv_bytes([COLUMNS, *lines])
    name = f"prevention-{timezone.localdate():%Y-%m-%d}.csv"
    return attachment(content, name=name, content_type=tabular.FORMATS["csv"].content_type)


@either
def activity_add(request: SignedInRequest) -> HttpResponse:
    """Record what one's agency did."""
    gate.require(request.user, Permission.PREVENTION_RECORD)
    return _draw(request, PreventionActivity(on=timezone.localdate()), "Record prevention")


@either
def activity_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what one's agency recorded."""
    return _draw(request, selectors.activity_for(request.user, pk), "Change prevention")


def _draw(request: SignedInRequest, row: PreventionActivity, heading: str) -> HttpResponse:
    form = ActivityForm(request.POST or None, row=row)
    if form.saves(
        lambda: services.record_activity(
            activity=row, said=form.said, version=form.drawn_at, by=request.user, key=form.key
        ),
        newest=lambda: selectors.activity_for(request.user, row.pk),
    ):
        messages.success(request, "Recorded.")
        return redirect("reporting:prevention")
    services.record_view(by=request.user, page="form")
    back = reverse("reporting:prevention")
    context = {"form": form, "heading": heading, "back": back, "back_to": "Prevention", "button": "Save"}
    return render(request, "layouts/form.html", context)
