"""The police intelligence unit's desk."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either
from intelligence.choices import SubmissionState
from intelligence.forms.working import DetailForm, FeedbackForm, InboxFilter, grade_forms, graded
from intelligence.models import IntelligenceSubmission
from intelligence.presenters import submissions as words
from intelligence.presenters import unit
from intelligence.selectors.drafts import source_of
from intelligence.selectors.submissions import inbox as inbox_page
from intelligence.selectors.submissions import submission_for
from intelligence.services import working
from intelligence.services.viewing import record_list, record_submission_view


@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    """What has been sent to the unit, oldest first."""
    gate.require(request.user, Permission.INTELLIGENCE_GRADE)
    form = InboxFilter(request.GET)
    page = inbox_page(request.user, **form.answers, page=request.GET.get("page", "1"))
    record_list(action=Action.SUBMISSIONS_LISTED, by=request.user, list="inbox", page=page.number)
    context = {"form": form, "chips": form.chips(request), "page": page, "rows": unit.inbox(page)}
    return render(request, "intelligence/inbox.html", context)


@require_POST
def receive(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take a submission on."""
    found = _to_work_on(request, reference)
    return _do(
        request, reference, lambda: working.receive(submission=found, by=request.user),
        f"You have received {reference}. Grade it next.",
    )  # fmt: skip


@either
def return_for_detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask the author for more."""
    found = _to_work_on(request, reference)
    form = DetailForm(request.POST or None)
    if form.is_bound and form.is_valid():
        question = form.cleaned_data["question"]
        return _do(
            request, reference,
            lambda: working.return_for_detail(submission=found, question=question, by=request.user),
            "The author has been asked.",
        )  # fmt: skip
    record_submission_view(submission=found, by=request.user)
    return render(request, "intelligence/return.html", {"submission": found, "form": form})


@either
def grade(request: SignedInRequest, reference: str) -> HttpResponse:
    """Grade every line on one page."""
    found = _to_work_on(request, reference)
    if found.state != SubmissionState.RECEIVED:
        messages.error(
            request, "Only a submission that has been received, and is not graded yet, can be graded."
        )
        return redirect("intelligence:submission", reference=reference)
    form, lines = grade_forms(found, request.POST or None)
    grades = graded(form, lines) if request.method == "POST" else None
    if grades is not None:
        said = form.cleaned_data
        return _do(
            request, reference,
            lambda: working.grade(submission=found, grades=grades, by=request.user, **said),
            f"{reference} has been graded. Link its reports, then answer its author.",
        )  # fmt: skip
    record_submission_view(submission=found, by=request.user)
    context = {
        "submission": found, "form": form, "forms": lines, "lines": lines,
        "source": words.sections(found, source_of(found))[3:],
    }  # fmt: skip
    return render(request, "intelligence/grade.html", context)


@either
def feedback(request: SignedInRequest, reference: str) -> HttpResponse:
    """Answer the author."""
    found = _to_work_on(request, reference)
    form = FeedbackForm(request.POST or None, to_system=found.author.is_system)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        return _do(
            request, reference,
            lambda: working.answer(submission=found, by=request.user, key=form.key, **said),
            "The author has been answered.",
        )  # fmt: skip
    record_submission_view(submission=found, by=request.user)
    return render(request, "intelligence/feedback.html", {"submission": found, "form": form})


def _to_work_on(request: SignedInRequest, reference: str) -> IntelligenceSubmission:
    return gate.require(request.user, Permission.SUBMISSION_WORK, submission_for(request.user, reference))


def _do(request: SignedInRequest, reference: str, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except NotAllowedNow as error:
        messages.error(request, error.message)
    return redirect("intelligence:submission", reference=reference)
