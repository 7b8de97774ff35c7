"""The tab of missing episodes, and recording them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.missing import selectors, services
from cases.missing.forms import BackForm, InterviewForm, MissingForm
from cases.missing.presenters import (
    cards,
    interview_rows,
    missing_heading,
    missing_rows,
    nobody_missing,
    repeated_words,
)
from cases.missing.selectors import (
    counts_since,
    episode_of,
    interview_clock,
    missing_again_and_again,
    missing_episodes,
)
from cases.record.models.case import Case
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.recorder import membership_of
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of
from cse_portal.ui.forms import PortalForm

TAB = "missing"
PER_PAGE = 25


@require_GET
def missing_now(request: SignedInRequest) -> HttpResponse:
    """Who is missing now, and whose return home interview is due, of the cases this person sees."""
    user = request.user
    gate.require(user, Permission.CASE_LIST)
    missing = selectors.missing_now(user)
    page = page_of(selectors.interviews_due(user), PER_PAGE, request.GET.get("page"))
    due = list(page)
    services.record_listed(shown=[*missing, *due], by=user)
    worked_on = selectors.worked_on(user, [*missing, *due])
    context = {
        "heading": missing_heading(len(missing)),
        "missing": missing_rows(missing, worked_on),
        "nobody": "" if missing else nobody_missing(selectors.last_returned(user)),
        "due": interview_rows(due, worked_on),
        "late": selectors.how_many_late(user) if due else 0,
        "clock": interview_clock(),
        "page": page,
        "now": timezone.now(),
    }
    return render(request, "cases/missing/now.html", context)


@require_GET
def missing_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """When the child was missing, the open episode first, and where the interviews stand."""
    case = case_for(request.user, reference)
    record_view(case=case, by=request.user, page=TAB)
    now = timezone.now()
    often = missing_again_and_again(now, case=case)
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": TAB,
        "cards": cards(missing_episodes(case)),
        "clock": interview_clock(),
        "often": repeated_words(often[0], counts_since(now)) if often else "",
    }
    return render(request, "cases/missing/list.html", context)


@either
def missing_report(request: SignedInRequest, reference: str) -> HttpResponse:
    """The child is missing."""
    case = _works(request, reference)
    mine = membership_of(request.user)
    form = MissingForm(request.POST or None, initial={"reporting_agency": mine.agency_id if mine else None})
    if form.does(lambda: services.report(case=case, gone=form.gone, by=request.user, key=form.key)):
        messages.success(request, "It is recorded. The lead professional and the CSE team have been told.")
        return redirect("cases:missing", reference=case.reference)
    return _form(request, case, form, "Record that they are missing", "Save")


@either
def missing_back(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The child is back; or when they were was recorded wrongly."""
    case = _works(request, reference)
    episode = episode_of(case, pk).episode
    form = BackForm(request.POST or None, initial=BackForm.values_of(episode))
    if form.is_bound and form.is_valid():
        before = form.corrects(episode)
        try:
            services.returned(episode=episode, back=form.back, instead_of=before, by=request.user)
        except NotAllowedNow as error:
            form.add_error("returned_at", error.message)
        else:
            done = "is corrected" if before else "is recorded. A return home interview is due"
            messages.success(request, f"When they were back {done}.")
            return redirect("cases:missing", reference=case.reference)
    heading = "Record that they are back" if episode.is_open else "Correct when they were back"
    return _form(request, case, form, heading, "Save")


@either
def missing_interview(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """What became of the return home interview."""
    case = _works(request, reference)
    found = episode_of(case, pk)
    form = InterviewForm(request.POST or None)
    if form.does(
        lambda: services.interview(episode=found.episode, step=form.said, by=request.user, key=form.key),
        field="at",
    ):
        messages.success(request, "It is recorded with the episode.")
        return redirect("cases:missing", reference=case.reference)
    return _form(request, case, form, "Return home interview", "Save")


def _works(request: SignedInRequest, reference: str) -> Case:
    return gate.require(request.user, Permission.CHRONOLOGY_ADD, case_for(request.user, reference))


def _form(request: SignedInRequest, case: Case, form: PortalForm, heading: str, button: str) -> HttpResponse:
    record_view(case=case, by=request.user, page="missing-form")
    context = {"case": case, "banner": banner(case), "form": form, "heading": heading, "button": button}
    return render(request, "cases/missing/form.html", context)
