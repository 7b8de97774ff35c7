"""The region: the seven authorities side by side, an upload, and the file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.reference.selectors import label
from cse_portal.ui.downloads import attachment
from cse_portal.ui.tabular import FORMATS
from reporting.region import presenters, services
from reporting.region.forms import AuthorityReturnForm
from reporting.region.models import AUTHORITIES
from reporting.region.selectors.region import quarters
from reporting.region.selectors.region import region as region_in


@require_GET
def one(request: SignedInRequest, quarter: str | None = None) -> HttpResponse:
    """A quarter: each headline, each authority, the sum, and who is missing."""
    found = region_in(request.user, quarter)
    services.record_view(region=found, by=request.user)
    context = {"view": presenters.page(found), "quarters": quarters()}
    return render(request, "reporting/region/region.html", context)


@either
def upload(request: SignedInRequest) -> HttpResponse:
    """Another authority's return, kept only when all of it is right."""
    gate.require(request.user, Permission.RETURN_PREPARE)
    form = AuthorityReturnForm(request.POST or None, request.FILES or None)
    if form.does(
        lambda: services.upload(
            found=form.cleaned_data["found"], file_name=form.cleaned_data["file"].name,
            content=form.cleaned_data["content"], by=request.user, key=form.key,
        )
    ):  # fmt: skip
        messages.success(request, f"The return of {label(AUTHORITIES, form.done.authority)} is kept.")
        return redirect("reporting:region-quarter", form.done.quarter)
    context = {
        "form": form, "heading": "Upload an authority’s return", "button": "Upload",
        "back": reverse("reporting:region"), "back_to": "Back to the region",
    }  # fmt: skip
    return render(request, "layouts/form.html", context)


@require_GET
def download(request: SignedInRequest, quarter: str, file_format: str) -> HttpResponse:
    """Every number of the quarter as a file."""
    found = region_in(request.user, quarter)
    content = services.export(region=found, file_format=file_format, by=request.user)
    name = f"cse-region-{found.quarter.slug}.{file_format}"
    return attachment(content, name=name, content_type=FORMATS[file_format].content_type)
