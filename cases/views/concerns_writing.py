"""Writing a concern, a page at a time; each page is kept as soon as it is answered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.choices import ConcernStep
from cases.errors import ConcernAlreadySubmitted
from cases.forms.concern_page import StepPage
from cases.models import Concern
from cases.presenters import concerns as words
from cases.presenters.concern_answers import answer_rows
from cases.selectors.concerns import StepAnswers, answers_of, concern_for, drafts_of
from cases.services import concerns
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as typed_drafts
from cse_portal.errors import NotAllowedNow, NotVisible, StaleEdit
from cse_portal.jobs.views import SignedInRequest, either


@either
def concern_new(request: SignedInRequest) -> HttpResponse:
    """The first page. The draft begins when it is answered; posted twice, it is the same draft."""
    user = request.user
    gate.require(user, Permission.CONCERN_CREATE)
    page = StepPage(ConcernStep.DANGER, StepAnswers(), request.POST if request.method == "POST" else None)
    if page.leaves or page.is_valid():
        concern = concerns.start(by=user, key=page.form.key)
        return _keep(request, concern, page) or draw(request, concern, page)
    return draw(request, None, page, drafts=drafts_of(user).count())


@either
def concern_step(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """One page of a draft, with what is stored, or as it was typed when its author left it."""
    concern, which = writable(request, reference), step_named(step)
    if not concern.is_draft:
        return sent_already(request, concern)
    posted = request.POST if request.method == "POST" else None
    page = StepPage(which, answers_of(concern, which), posted, concern.unfinished.get(which.value))
    if page.leaves or page.is_valid():
        return _keep(request, concern, page) or draw(request, concern, page)
    return draw(request, concern, page)


@either
def concern_danger(request: SignedInRequest, reference: str) -> HttpResponse:
    """The child is in danger now: call first. Writing goes on when the author says that somebody was called."""
    concern = writable(request, reference)
    if not concern.is_draft:
        return sent_already(request, concern)
    if not concern.immediate_danger:
        return redirect(words.next_url(concern))
    if request.method == "POST":
        try:
            concern = concerns.confirm_called(concern=concern, by=request.user)
        except ConcernAlreadySubmitted:
            return sent_already(request, concern)
        return redirect(words.next_url(concern))
    return render(request, "cases/concerns/danger.html", {"concern": concern})


@either
def concern_check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Every answer once more, each with a way to change it, and the button that sends the concern."""
    concern = writable(request, reference)
    if not concern.is_draft:
        return sent_already(request, concern)
    problem = ""
    if request.method == "POST":
        try:
            sent = concerns.submit(concern=concern, by=request.user)
        except NotAllowedNow as error:
            problem = error.message
        else:
            return redirect("cases:concern-sent", reference=sent.reference)
    context = {
        "concern": concern,
        "sections": words.sections(concern, editable=True),
        "steps": words.steps(concern, None),
        "missing": [section for section in words.sections(concern, editable=True) if section.unfinished],
        "problem": problem,
    }
    return render(request, "cases/concerns/check.html", context)


@either
def concern_delete(request: SignedInRequest, reference: str) -> HttpResponse:
    """Throw a draft away, after asking once more."""
    concern = writable(request, reference)
    if not concern.is_draft:
        return sent_already(request, concern)
    if request.method == "POST":
        try:
            concerns.discard(concern=concern, by=request.user)
        except ConcernAlreadySubmitted:
            return sent_already(request, concern)
        messages.success(request, f"Draft {concern.reference} has been deleted.")
        return redirect("cases:concerns")
    return render(request, "cases/concerns/delete.html", {"concern": concern})


def _keep(request: SignedInRequest, concern: Concern, page: StepPage) -> HttpResponse | None:
    """Keep the page and go on; None when it must be drawn again because another tab saved first."""
    seen = page.form["seen"].value() or ""
    try:
        if page.leaves:
            concerns.leave_step(concern=concern, step=page.step, typed=page.typed, by=request.user)
            typed_drafts.saved(request)
            messages.success(request, f"Concern {concern.reference} is kept as a draft. Nobody else sees it.")
            return redirect("cases:concerns")
        kept = concerns.save_step(
            concern=concern, step=page.step, answers=page.answers, by=request.user, seen=seen
        )
    except StaleEdit as error:
        stored = answers_of(concern_for(request.user, concern.reference), page.step)
        page.stored_meanwhile(stored, error.message)
        return None
    except ConcernAlreadySubmitted:
        return sent_already(request, concern)
    typed_drafts.saved(request)
    return redirect(words.url_after(kept, page.step))


def draw(
    request: SignedInRequest, concern: Concern | None, page: StepPage, *, drafts: int = 0
) -> HttpResponse:
    """The page of a step."""
    context = {
        "concern": concern,
        "page": page,
        "title": page.step.label,
        "form": page.form,
        "draft": f"concern:{concern.pk if concern else 'new'}:{page.step.value}",
        "formset": page.rows,
        "steps": words.steps(concern, page.step),
        "drafts": drafts,
        "newer": answer_rows(page.step, page.newer) if page.newer else None,
    }
    return render(request, f"cases/concerns/steps/{page.template}.html", context)


def writable(request: SignedInRequest, reference: str) -> Concern:
    """The concern, if this person wrote it."""
    return gate.require(request.user, Permission.CONCERN_EDIT, concern_for(request.user, reference))


def step_named(step: str) -> ConcernStep:
    """The step of the address."""
    if step not in ConcernStep.values:
        raise NotVisible
    return ConcernStep(step)


def sent_already(request: SignedInRequest, concern: Concern) -> HttpResponse:
    """A submitted concern is read, and added to; what was posted twice ends here."""
    if request.method == "POST" and concern.is_draft is False:
        return redirect("cases:concern-sent", reference=concern.reference)
    messages.info(request, ConcernAlreadySubmitted.message)
    return redirect("cases:concern", reference=concern.reference)
