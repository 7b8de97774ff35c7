"""The tab of missing episodes, and recording them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.missing.forms.episodes import (
    BackForm,
    CallForm,
    DetailsForm,
    GradeForm,
    MadeForm,
    MissingForm,
    SightingForm,
    StartForm,
)
from cases.missing.forms.interviews import BookForm, InterviewForm, SharedForm
from cases.missing.presenters.lists import (
    booked_before,
    due_words,
    interview_rows,
    missing_heading,
    missing_rows,
    nobody_missing,
)
from cases.missing.presenters.patterns import interview_shares, pattern
from cases.missing.presenters.tab import differences, repeated_words, tab
from cases.missing.selectors import episodes as selectors
from cases.missing.selectors.episodes import episode_of, interview_clock, missing_episodes
from cases.missing.selectors.prompts import counts_since, repeatedly_missing, review_prompts
from cases.missing.services import changes
from cases.missing.services import episodes as services
from cases.record.models.case import Case
from cases.record.selectors import case_for
from cases.record.views import case_page
from cases.trigger_plans.selectors import newest_plan
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.recorder import membership_of
from cse_portal.drafts import services as drafts
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui.forms import PortalForm

TAB = "missing"


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
    rows = missing_rows(missing, worked_on)
    sees_all = gate.can(user, Permission.CMOG_LIST)
    returns = selectors.interviews_by_quarter(user) if sees_all else ([], [])
    context = {
        "heading": missing_heading(rows),
        "missing": rows,
        "nobody": "" if missing else nobody_missing(selectors.last_returned(user)),
        "due": interview_rows(due, worked_on),
        "late": selectors.how_many_late(user) if due else 0,
        "clock": interview_clock(),
        "page": page,
        "now": timezone.now(),
        "pattern": pattern(*selectors.starts_of(user)) if sees_all else None,
        "returns": len(returns[0]),
        "shares": interview_shares(*returns),
    }
    return render(request, "cases/missing/now.html", context)


@require_GET
def missing_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """When the child was missing, the open episode first, and where the interviews stand."""
    case = case_for(request.user, reference)
    now = timezone.now()
    often = repeatedly_missing(now, case=case)
    return case_page(
        request, case, "cases/missing/list.html", TAB,
        current_tab=TAB,
        tab=tab(missing_episodes(case), request.GET.get("episode", "")),
        plan=newest_plan(case),
        pattern=pattern(*selectors.starts_of(request.user, case)),
        clock=interview_clock(),
        is_away=selectors.is_away(case),
        prompts=review_prompts(case) if case.is_open else [],
        often=repeated_words(often[0], counts_since(now)) if often else "",
    )  # fmt: skip


@either
def missing_report(request: SignedInRequest, reference: str) -> HttpResponse:
    """The child is missing."""
    case = _works(request, reference)
    mine = membership_of(request.user)
    form = MissingForm(request.POST or None, initial={"reporting_agency": mine.agency_id if mine else None})
    if form.does(
        lambda: services.report(case=case, gone=form.gone, by=request.user, key=form.key),
        field="missing_since",
    ):
        return _done(request, case, "It is recorded. Every agency that works on this case has been told.")
    return _form(request, case, form, "Record that they are missing", draft=f"missing:{case.pk}")


@either
def missing_details(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """What became known since. When two people wrote at once, both texts are shown and none is lost."""
    case = _works(request, reference)
    episode = episode_of(case, pk).episode
    form = DetailsForm(request.POST or None, initial=DetailsForm.values_of(episode))
    if form.saves(
        lambda: changes.change_details(
            episode=episode, version=form.drawn_at, kind=form.cleaned_data["kind"], known=form.known, by=request.user
        ),
        newest=lambda: episode,
        compare=lambda row: differences(form, row),
    ):  # fmt: skip
        return _done(request, case, "What is known has been saved.")
    return _form(request, case, form, "What is known of this time", draft=f"missing-details:{pk}")


@either
def missing_start(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Since when they were missing was recorded wrongly."""
    case = _works(request, reference)
    episode = episode_of(case, pk).episode
    form = StartForm(request.POST or None, initial=StartForm.values_of(episode))
    if form.is_bound and form.is_valid() and not form.shows(episode):
        form.add_error("missing_since", "Somebody else has corrected this. Look at it again.")
    elif form.does(
        lambda: changes.correct_start(
            episode=episode, missing_since=form.cleaned_data["missing_since"], instead_of=episode.missing_since,
            by=request.user,
        ),
        field="missing_since",
    ):  # fmt: skip
        return _done(request, case, "Since when they were missing is corrected.")
    return _form(request, case, form, "Correct since when they were missing")


@either
def missing_call(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Somebody is to be called."""
    case = _works(request, reference)
    episode = episode_of(case, pk).episode
    form = CallForm(request.POST or None)
    if form.does(
        lambda: changes.plan_call(episode=episode, **form.cleaned_data, by=request.user, key=form.key)
    ):
        return _done(request, case, "The call is on the list.")
    return _form(request, case, form, "Add a call")


@either
def missing_called(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """A call was made."""
    case = _works(request, reference)
    call = selectors.call_of(case, pk)
    form = MadeForm(request.POST or None)
    if form.does(lambda: changes.make_call(call=call, **form.cleaned_data, by=request.user)):
        return _done(request, case, "What came of the call is recorded.")
    return _form(request, case, form, f"Call to {call.with_whom}")


@either
def missing_sighting(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Somebody saw them."""
    case = _works(request, reference)
    episode = episode_of(case, pk).episode
    form = SightingForm(request.POST or None, initial={"seen_at": timezone.now()})
    if form.does(
        lambda: changes.add_sighting(episode=episode, seen=form.seen, by=request.user, key=form.key),
        field="seen_at",
    ):
        return _done(
            request, case, "The sighting is recorded. Everybody who works on this case has been told."
        )
    return _form(request, case, form, "Add a sighting")


@either
def missing_grade(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The police gave another risk grade."""
    case = _works(request, reference)
    episode = episode_of(case, pk).episode
    form = GradeForm(request.POST or None, initial={"graded_at": timezone.now()})
    if form.does(
        lambda: changes.change_grade(episode=episode, grade=form.said, by=request.user, key=form.key),
        field="graded_at",
    ):
        return _done(request, case, "The risk grade has been added.")
    return _form(request, case, form, "Change the police risk grade")


@either
def missing_shared(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The interview was shared with the police."""
    case = _works(request, reference)
    found = episode_of(case, pk)
    form = SharedForm(request.POST or None, initial={"at": timezone.now()})
    if form.does(
        lambda: services.share_with_police(
            episode=found.episode, at=form.cleaned_data["at"], by=request.user, key=form.key
        ),
        field="at",
    ):
        return _done(request, case, "It is recorded that the police have the interview.")
    return _form(request, case, form, "The interview was shared with the police")


@either
def missing_back(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The child is back; or when they were was recorded wrongly."""
    case = _works(request, reference)
    episode = episode_of(case, pk).episode
    form = BackForm(request.POST or None, initial=BackForm.values_of(episode))
    if form.does(
        lambda: services.returned(
            episode=episode, back=form.back, instead_of=form.corrects(episode), by=request.user
        ),
        field="returned_at",
    ):
        done = "is corrected" if form.corrects(episode) else "is recorded. A return home interview is due"
        return _done(request, case, f"When they were back {done}.")
    heading = "Record that they are back" if episode.is_open else "Correct when they were back"
    return _form(request, case, form, heading, draft=f"missing-back:{pk}")


@either
def missing_book(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """When the return home interview will be held, by whom and where."""
    case = _works(request, reference)
    found = episode_of(case, pk)
    form = BookForm(request.POST or None, initial=booked_before(found))
    if form.does(
        lambda: services.interview(episode=found.episode, step=form.said, by=request.user, key=form.key),
        field="at",
    ):
        late = ", after the 72 hours" if found.due_at and form.said.at > found.due_at else ""
        return _done(request, case, f"The interview is booked{late}.")
    due = due_words(found)
    return _form(request, case, form, "Book the return home interview", due=due, draft=f"interview-book:{pk}")


@either
def missing_interview(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """What became of the return home interview."""
    case = _works(request, reference)
    found = episode_of(case, pk)
    form = InterviewForm(request.POST or None, initial=booked_before(found))
    if form.does(
        lambda: services.interview(episode=found.episode, step=form.said, by=request.user, key=form.key),
        field="at",
    ):
        return _done(request, case, "It is recorded with the episode.")
    return _form(request, case, form, "Return home interview", draft=f"interview:{pk}")


def _works(request: SignedInRequest, reference: str) -> Case:
    return gate.require(request.user, Permission.CHRONOLOGY_ADD, case_for(request.user, reference))


def _done(request: SignedInRequest, case: Case, words: str) -> HttpResponse:
    drafts.saved(request)
    messages.success(request, words)
    return redirect("cases:missing", reference=case.reference)


def _form(
    request: SignedInRequest, case: Case, form: PortalForm, heading: str, *, draft: str = "", **more: Any
) -> HttpResponse:
    return case_page(
        request, case, "cases/missing/form.html", "missing-form", form=form, heading=heading, draft=draft, **more,
    )  # fmt: skip
