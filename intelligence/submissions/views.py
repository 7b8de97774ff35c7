"""Writing a submission, one's own submissions, and one submission."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cases.missing.selectors.told import case_of_interview
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.audit.actions import Action
from cse_portal.drafts import services as typed_drafts
from cse_portal.errors import NotAllowedNow, NotVisible, StaleEdit
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.ui.downloads import attachment
from cse_portal.ui.forms import PortalForm
from intelligence.desk.services import record_submission_view
from intelligence.submissions import presenters as words
from intelligence.submissions import services as submissions
from intelligence.submissions.forms import FileForm, LineForms, MineFilter, Page, ReplyForm
from intelligence.submissions.models import IntelligenceSubmission, SubmissionState, SubmissionStep
from intelligence.submissions.selectors import (
    Hint,
    answers_of,
    hints,
    my_submissions,
    own_submission,
    quality,
    source_of,
    submission_for,
    written,
)
from intelligence.submissions.services import attaching, beginning, record_list


@require_GET
def mine(request: SignedInRequest) -> HttpResponse:
    """What a person has told the police, and what came of it."""
    gate.require(request.user, Permission.INTELLIGENCE_SUBMIT)
    form = MineFilter(request.GET)
    page = my_submissions(request.user, **form.answers, page=request.GET.get("page", "1"))
    record_list(action=Action.SUBMISSIONS_LISTED, by=request.user, list="mine", page=page.number)
    context = {"form": form, "chips": form.chips(request), "page": page, "rows": words.mine(page)}
    return render(request, "intelligence/submissions/mine.html", context)


@require_GET
def submission(request: SignedInRequest, reference: str) -> HttpResponse:
    """One submission: its author reads what came of it; the unit works on it at the desk."""
    found = submission_for(request.user, reference)
    if found.author_id != request.user.pk:
        return redirect("intelligence:desk", reference=reference)
    if found.is_draft:
        return redirect("intelligence:check", reference=reference)
    record_submission_view(submission=found, by=request.user)
    context = {
        "submission": found,
        "colour": words.STATE_COLOURS[SubmissionState(found.state)],
        "sections": words.sections(found, source_of(found)),
        "quality": quality(written(found)),
        "feedback": [words.feedback_rows(each) for each in found.feedback.all()],
    }
    return render(request, "intelligence/submissions/submission.html", context)


@either
def reply(request: SignedInRequest, reference: str) -> HttpResponse:
    """The author answers the unit, in words and new lines."""
    found = _to_write(request, reference)
    lines = LineForms(request.POST or None, prefix="lines")
    form = ReplyForm(request.POST or None, quiet=lines.rows_changed)
    if request.method == "POST" and not lines.rows_changed and form.is_valid():
        rows = lines.rows if lines.is_valid() else None
        rows = [] if not any(each.has_changed() for each in lines.forms) else rows
        if rows is not None:
            return _reply(request, reference, form.cleaned_data["reply"], rows)
    asked = [each for each in found.requests.all() if each.replied_at is None]
    context = {"submission": found, "form": form, "lines": lines, "forms": [lines], "asked": asked}
    return render(request, "intelligence/submissions/reply.html", context)


def _reply(request: SignedInRequest, reference: str, text: str, rows: list[dict[str, str]]) -> HttpResponse:
    with warns(request):
        found = own_submission(request.user, reference)
        submissions.add_detail(submission=found, reply=text, lines=rows, by=request.user)
        messages.success(request, "Your answer has been sent to the intelligence unit.")
    return redirect("intelligence:submission", reference=reference)


STEP_TEMPLATES = {step: f"intelligence/submissions/writing/{step.value}.html" for step in SubmissionStep}


@either
def new(request: SignedInRequest) -> HttpResponse:
    """What this form is for and what it is not; then an empty draft."""
    gate.require(request.user, Permission.INTELLIGENCE_SUBMIT)
    form = PortalForm(request.POST or None)
    if request.method == "POST":
        return _begin(submissions.start(by=request.user, key=form.key))
    return render(request, "intelligence/submissions/writing/new.html", {"form": form})


@require_POST
def begin_from(request: SignedInRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """A draft from what was recorded elsewhere; the one that this person began, where there is one."""
    ticked = request.POST.getlist("line")
    submission, is_new = beginning.begin(kind=kind, pk=pk, ticked=ticked, by=request.user)
    if is_new:
        messages.success(request, "We have filled in what we can. Nothing is sent until you submit it.")
    return _begin(submission)


@either
def step(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """One page of the form: kept when continued, and as typed when left."""
    submission = _to_write(request, reference)
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
    submission = _to_write(request, reference)
    here = _step(step)
    page = Page(here, answers_of(submission, here), request.POST)
    return render(
        request, "intelligence/submissions/writing/_advice.html", {"advice": _advice(submission, page)}
    )


@either
def attach(request: SignedInRequest, reference: str) -> HttpResponse:
    """The files of a draft: add one, or take one out. It is a page of its own, so a refused file loses no answer.

    While the unit waits for more detail its author adds files here, and takes none out.
    """
    found = _to_write(request, reference)
    if not found.takes_files:
        return redirect("intelligence:submission", reference=reference)
    if pk := request.POST.get("remove"):
        for kept in found.files.all():
            if str(kept.pk) == pk:
                with warns(request):
                    attaching.remove(submission=found, pk=kept.pk, by=request.user)
                    messages.success(request, f"“{kept.title}” has been removed.")
        return redirect("intelligence:files", reference=reference)
    form = FileForm(request.POST or None, request.FILES or None)
    if form.does(lambda: attaching.add(submission=found, by=request.user, **form.posted), field="file"):
        messages.success(request, f"“{form.done.title}” has been added. Add another, or go on.")
        return redirect("intelligence:files", reference=reference)
    if fault := form.fault:
        attaching.note_refused(submission=found, fault=fault, by=request.user)
    context = {
        "submission": found,
        "form": form,
        "steps": words.steps(found, words.FILES) if found.is_draft else [],
        "most": attaching.MOST,
        "next": reverse("intelligence:check" if found.is_draft else "intelligence:reply", args=[reference]),
        "next_words": "Go on to check and send" if found.is_draft else "Go on to your answer",
    }
    return render(request, "intelligence/submissions/writing/files.html", context)


@require_GET
def open_file(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """One file of the submission, to be saved; on record."""
    found = submission_for(request.user, reference)
    kept = get_visible(found.files.filter(pk=pk))
    with warns(request):
        content = attaching.open_file(kept=kept, by=request.user)
        return attachment(content, name=kept.name, content_type=kept.content_type)
    return redirect("intelligence:submission", reference=reference)


@either
def check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Everything that was written, advice, and the button that sends it once."""
    submission = _to_write(request, reference)
    if not submission.is_draft:
        return redirect("intelligence:sent", reference=reference)
    if request.method == "POST":
        with warns(request):
            submissions.submit(submission=submission, by=request.user)
            return redirect("intelligence:sent", reference=reference)
    record_submission_view(submission=submission, by=request.user)
    told = written(submission)
    found = hints(told)
    context = {
        "submission": submission,
        "quality": quality(told),
        "steps": words.steps(submission, words.CHECK),
        "sections": words.sections(submission, source_of(submission), change=True),
        "stop": words.stopping(found),
        "improve": words.improving(found),
        "left": [SubmissionStep(each) for each in submission.steps_left],
        "began_from": case_of_interview(request.user, submission.source_interview),
    }
    return render(request, "intelligence/submissions/writing/check.html", context)


@require_GET
def sent(request: SignedInRequest, reference: str) -> HttpResponse:
    """The reference, and what happens next."""
    submission = own_submission(request.user, reference)
    if submission.is_draft:
        return redirect("intelligence:check", reference=reference)
    return render(request, "intelligence/submissions/writing/sent.html", {"submission": submission})


@either
def discard(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask, then delete a draft."""
    submission = _to_write(request, reference)
    if request.method == "POST":
        with warns(request):
            submissions.discard(submission=submission, by=request.user)
            messages.success(request, "The draft has been deleted.")
            return redirect("intelligence:mine")
        return redirect("intelligence:submission", reference=reference)
    return render(request, "intelligence/submissions/writing/discard.html", {"submission": submission})


def _save(
    request: SignedInRequest, submission: IntelligenceSubmission, here: SubmissionStep, page: Page
) -> HttpResponse:
    leaving = "leave" in request.POST
    if page.rows_changed:
        return _draw(request, submission, page)
    try:
        if page.is_valid():
            submissions.save_step(
                submission=submission, step=here, answers=page.answers, by=request.user, seen=page.seen
            )
            typed_drafts.saved(request)
            return _left(request) if leaving else _next(submission, here)
        if leaving:
            submissions.leave_step(submission=submission, step=here, typed=_typed(request), by=request.user)
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


def _to_write(request: SignedInRequest, reference: str) -> IntelligenceSubmission:
    return gate.require(request.user, Permission.SUBMISSION_EDIT, own_submission(request.user, reference))


def _begin(submission: IntelligenceSubmission) -> HttpResponse:
    """A draft without an answer begins with its first page; else it, or what became of it, is shown."""
    answered = submission.steps_done
    return redirect(words.own_url(submission)) if answered else _go(submission, SubmissionStep.LEARNED)


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
