"""The home page: what needs this person today."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui import navigation
from reporting.home import presenters, selectors
from reporting.returns.services.viewing import record_home


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """The tiles and panels the role opens; the board's members go straight to their reports."""
    user = request.user
    if selectors.reads_reports_only(user):
        return redirect("reporting:reports")
    panels = navigation.home_panels(user)
    record_home(cases=[case for _, context in panels for case in context.get("shown", ())], by=user)
    page = presenters.home(selectors.role_of(user), navigation.home_tiles(user), panels)
    return render(request, "home.html", {"home": page})
