"""Writing a submission: before one starts, the pages, the check, and what happens next."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as typed_drafts
from cse_portal.errors import NotAllowedNow, NotVisible, StaleEdit
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.forms import PortalForm
from intelligence.choices import SubmissionStep
from intelligence.forms.pages import Page
from intelligence.models import IntelligenceSubmission
from intelligence.presenters import submissions as words
from intelligence.selectors.drafts import answers_of, source_of, written
from intelligence.selectors.quality import Hint, hints
from intelligence.selectors.submissions import own_submission
from intelligence.services import drafts, sending
from intelligence.services.viewing import record_submission_view

STEP_TEMPLATES = {step: f"intelligence/writing/{step.value}.html" for step in SubmissionStep}


@either
def new(request: SignedInRequest) -> HttpResponse:
    """What this form is for and what it is not; then an empty draft."""
    gate.require(request.user, Permission.INTELLIGENCE_SUBMIT)
    form = PortalForm(request.POST or None)
    if request.method == "POST":
        submission = drafts.start(by=request.user, key=form.key)
        return (
            redirect(words.own_url(submission))
            if submission.steps_done
            else _go(submission, SubmissionStep.LEARNED)
        )
    return render(request, "intelligence/writing/new.html", {"form": form})


@either
def step(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """One page of the form: kept when continued, and as typed when left."""
    submission = gate.require(
        request.user, Permission.SUBMISSION_EDIT, own_submission(request.user, reference)
    )
    here = _step(step)
    if not submission.is_draft:
        return redirect("intelligence:submission", reference=reference)
    stored, typed = answers_of(submission, here), submission.unfinished.get(here.value)
    if request.method == "POST":
        return _save(request, submission, here, Page(here, stored, request.POST))
    page = Page(here, stored, _as_posted(typed), quiet=True) if typed else Page(here, stored)
    return _draw(request, submission, page)


@require_POST
def advice(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """What would make the page more use, as it is being written: asked by the script, nothing is stored."""
    submission = gate.require(
        request.user, Permission.SUBMISSION_EDIT, own_submission(request.user, reference)
    )
    here = _step(step)
    page = Page(here, answers_of(submission, here), request.POST)
    return render(request, "intelligence/writing/_advice.html", {"advice": _advice(submission, page)})


@either
def check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Everything that was written, advice, and the button that sends it once."""
    submission = gate.require(
        request.user, Permission.SUBMISSION_EDIT, own_submission(request.user, reference)
    )
    if not submission.is_draft:
        return redirect("intelligence:sent", reference=reference)
    if request.method == "POST":
        try:
            sending.submit(submission=submission, by=request.user)
            return redirect("intelligence:sent", reference=reference)
        except NotAllowedNow as error:
            messages.error(request, error.message)
    record_submission_view(submission=submission, by=request.user)
    found = hints(written(submission))
    context = {
        "submission": submission,
        "steps": words.steps(submission, None),
        "sections": words.sections(submission, source_of(submission), change=True),
        "stop": words.stopping(found),
        "improve": words.improving(found),
        "left": [SubmissionStep(each) for each in submission.steps_left],
    }
    return render(request, "intelligence/writing/check.html", context)


@require_GET
def sent(request: SignedInRequest, reference: str) -> HttpResponse:
    """The reference, and what happens next."""
    submission = own_submission(request.user, reference)
    if submission.is_draft:
        return redirect("intelligence:check", reference=reference)
    return render(request, "intelligence/writing/sent.html", {"submission": submission})


@either
def discard(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask, then delete a draft."""
    submission = gate.require(
        request.user, Permission.SUBMISSION_EDIT, own_submission(request.user, reference)
    )
    if request.method == "POST":
        try:
            drafts.discard(submission=submission, by=request.user)
            messages.success(request, "The draft has been deleted.")
            return redirect("intelligence:mine")
        except NotAllowedNow as error:
            messages.error(request, error.message)
            return redirect("intelligence:submission", reference=reference)
    return render(request, "intelligence/writing/discard.html", {"submission": submission})


def _save(
    request: SignedInRequest, submission: IntelligenceSubmission, here: SubmissionStep, page: Page
) -> HttpResponse:
    leaving = "leave" in request.POST
    if page.rows_changed:
        return _draw(request, submission, page)
    try:
        if page.is_valid():
            drafts.save_step(
                submission=submission, step=here, answers=page.answers, by=request.user, seen=page.seen
            )
            typed_drafts.saved(request)
            return _left(request) if leaving else _next(submission, here)
        if leaving:
            drafts.leave_step(submission=submission, step=here, typed=_typed(request), by=request.user)
            typed_drafts.saved(request)
            return _left(request)
    except StaleEdit as error:
        return _draw(request, submission, page, stale=error.message)
    except NotAllowedNow as error:
        messages.error(request, error.message)
        return redirect("intelligence:submission", reference=submission.reference)
    return _draw(request, submission, page)


def _draw(
    request: SignedInRequest, submission: IntelligenceSubmission, page: Page, stale: str = ""
) -> HttpResponse:
    saved = words.sections(submission, source_of(submission)) if stale else []
    place = list(SubmissionStep).index(page.step)
    if stale:
        page.show_as_seen()
    context: dict[str, Any] = {
        "submission": submission,
        "page": page,
        "form": page.form,
        "draft": f"submission:{submission.pk}:{page.step.value}",
        "forms": page.parts[1:],
        "steps": words.steps(submission, page.step),
        "advice": _advice(submission, page),
        "stale": stale,
        "saved": saved[place] if saved else None,
    }
    return render(request, STEP_TEMPLATES[page.step], context)


def _advice(submission: IntelligenceSubmission, page: Page) -> list[Hint]:
    """About this page: what is typed into it if anything is, else what is stored."""
    if page.form.is_bound:
        page.is_valid()  # what does not pass is left out, and said beside its field when the page is saved
    found = hints(written(submission, page.answers if page.form.is_bound else None))
    return [hint for hint in found if hint.step == page.step]


def _next(submission: IntelligenceSubmission, here: SubmissionStep) -> HttpResponse:
    steps = list(SubmissionStep)
    after = steps[steps.index(here) + 1 :]
    return (
        _go(submission, after[0]) if after else redirect("intelligence:check", reference=submission.reference)
    )


def _go(submission: IntelligenceSubmission, step: SubmissionStep) -> HttpResponse:
    return redirect("intelligence:step", reference=submission.reference, step=step.value)


def _left(request: SignedInRequest) -> HttpResponse:
    messages.success(request, "Your draft has been saved. Only you can see it.")
    return redirect("intelligence:mine")


def _step(value: str) -> SubmissionStep:
    if value not in SubmissionStep.values:
        raise NotVisible
    return SubmissionStep(value)


def _typed(request: SignedInRequest) -> dict[str, list[str]]:
    left_out = ("csrfmiddlewaretoken", "leave", "seen", typed_drafts.NAME, PortalForm.token_name)
    return {name: values for name, values in request.POST.lists() if name not in left_out}


def _as_posted(typed: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    return data
