"""Today: the page that everybody starts from."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cse_portal.jobs.views import SignedInRequest
from reporting.home.presenters.page import page
from reporting.home.selectors.oversight import oversight
from reporting.home.selectors.today import reads_reports_only, today
from reporting.returns.services.returns import record_home


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """What needs this person, by their role; the board's members go straight to their reports."""
    user = request.user
    if reads_reports_only(user):
        return redirect("reporting:reports")
    found = today(user)
    drawn = page(found, oversight(user) if found.is_team else None)
    record_home(cases=drawn.shown, by=user)
    return render(request, "home.html", {"today": drawn})
