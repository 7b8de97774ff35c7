"""A person's own submissions, and one submission as its author or the unit reads it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either
from intelligence.choices import SubmissionState
from intelligence.forms.pages import LineForms
from intelligence.forms.working import MineFilter, ReplyForm
from intelligence.presenters import submissions as words
from intelligence.selectors.drafts import source_of
from intelligence.selectors.submissions import my_submissions, own_submission, reports_of, submission_for
from intelligence.services import sending
from intelligence.services.viewing import record_list, record_submission_view


@require_GET
def mine(request: SignedInRequest) -> HttpResponse:
    """What a person has told the police, and what came of it."""
    gate.require(request.user, Permission.INTELLIGENCE_SUBMIT)
    form = MineFilter(request.GET)
    page = my_submissions(request.user, **form.answers, page=request.GET.get("page", "1"))
    record_list(action=Action.SUBMISSIONS_LISTED, by=request.user, list="mine", page=page.number)
    context = {"form": form, "chips": form.chips(request), "page": page, "rows": words.mine(page)}
    return render(request, "intelligence/mine.html", context)


@require_GET
def submission(request: SignedInRequest, reference: str) -> HttpResponse:
    """One submission: its author reads what came of it, the unit works from here."""
    found = submission_for(request.user, reference)
    if found.is_draft:
        return redirect("intelligence:check", reference=reference)
    works = gate.can(request.user, Permission.SUBMISSION_WORK, found)
    given = [words.feedback_rows(each, for_unit=works) for each in found.feedback.all()]
    record_submission_view(submission=found, by=request.user)
    context = {
        "submission": found,
        "works": works,
        "own": found.author_id == request.user.pk,
        "state": words.unit_words(found) if works else found.get_state_display(),
        "colour": words.STATE_COLOURS[SubmissionState(found.state)],
        "sections": words.sections(found, source_of(found)),
        "feedback": given,
        "reports": reports_of(request.user, found) if works else [],
        "graded": found.state in (SubmissionState.GRADED, SubmissionState.ANSWERED),
    }
    return render(request, "intelligence/submission.html", context)


@either
def reply(request: SignedInRequest, reference: str) -> HttpResponse:
    """The author answers the unit, in words and new lines."""
    found = gate.require(request.user, Permission.SUBMISSION_EDIT, own_submission(request.user, reference))
    lines = LineForms(request.POST or None, prefix="lines")
    form = ReplyForm(request.POST or None, quiet=lines.rows_changed)
    if request.method == "POST" and not lines.rows_changed and form.is_valid():
        rows = lines.rows if lines.is_valid() else None
        rows = [] if not any(each.has_changed() for each in lines.forms) else rows
        if rows is not None:
            return _reply(request, reference, form.cleaned_data["reply"], rows)
    asked = [each for each in found.requests.all() if each.replied_at is None]
    context = {"submission": found, "form": form, "lines": lines, "forms": [lines], "asked": asked}
    return render(request, "intelligence/reply.html", context)


def _reply(request: SignedInRequest, reference: str, text: str, rows: list[dict[str, str]]) -> HttpResponse:
    try:
        found = own_submission(request.user, reference)
        sending.add_detail(submission=found, reply=text, lines=rows, by=request.user)
        messages.success(request, "Your answer has been sent to the intelligence unit.")
    except NotAllowedNow as error:
        messages.error(request, error.message)
    return redirect("intelligence:submission", reference=reference)
