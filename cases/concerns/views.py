"""Writing a concern a page at a time, and following it afterwards."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.concerns import presenters as words
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernStep
from cases.concerns.forms.following import AddendumForm, ConcernFilterForm
from cases.concerns.forms.page import StepPage
from cases.concerns.models import Concern
from cases.concerns.presenters import QUOTED, answer_rows
from cases.concerns.selectors import (
    answers_of,
    concern_for,
    drafts_of,
    hidden_outcomes,
    reading_of,
    submitted_list,
)
from cases.concerns.services import ConcernAlreadySubmitted
from cases.matching.presenters import known_rows
from cases.matching.selectors.known import already_known
from cases.matching.services import record_compared
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as typed_drafts
from cse_portal.errors import NotAllowedNow, NotVisible, StaleEdit
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.presenters import counted


@require_GET
def concern_list(request: SignedInRequest) -> HttpResponse:
    """What this person is still writing, and what they or their agency have sent."""
    gate.require(request.user, Permission.CONCERN_LIST)
    form = ConcernFilterForm(request.GET)
    said = form.answers
    page = submitted_list(
        request.user, scope=said.get("scope", "mine"), state=said.get("state", ""), page=form.page
    )
    drafts = [] if said or page.number > 1 else list(drafts_of(request.user))
    concerns.record_listed(shown=[*drafts, *page], by=request.user, detail=said)
    context = {
        "filters": form,
        "chips": form.chips(request),
        "drafts": words.draft_tasks(drafts),
        "rows": words.concern_rows(page, kept=hidden_outcomes(request.user, page)),
        "page": page,
        "count": counted(page.paginator.count, "concern"),
        "agency_scope": said.get("scope") == "agency",
        "filtered": bool(said),
    }
    return render(request, "cases/concerns/list.html", context)


@require_GET
def concern(request: SignedInRequest, reference: str) -> HttpResponse:
    """One concern as it was sent, the decision and feedback, and everything added since. A draft goes on instead."""
    found = concern_for(request.user, reference)
    if found.is_draft:
        return redirect(words.next_url(found))
    user = request.user
    triages = gate.can(user, Permission.CONCERN_DECIDE, found)
    concerns.record_view(concern=found, by=user, page="concern")
    known = already_known(user, found)
    if known:
        record_compared(about=found, found=known, by=user)
    decided, reading = not found.is_waiting, reading_of(user, found)
    shown = words.decision_rows(found, with_rationale=triages, reading=reading) if decided else None
    context = {
        "concern": found,
        "sent": words.sent_rows(found),
        "sections": words.sections(found, reading=reading, without=QUOTED),
        "decision": shown,
        "case": found.case if found.case and gate.can(user, Permission.CASE_VIEW, found.case) else None,
        "addenda": words.addenda(found.addenda.all()),
        "mentions": found.mentions.all() if gate.can(user, Permission.INTELLIGENCE_SUBMIT) else [],
        "may_decide": triages and found.is_waiting,
        "known": known_rows(known, user),
        "may_add_here": False,
    }
    return render(request, "cases/concerns/concern.html", context)


@require_GET
def concern_sent(request: SignedInRequest, reference: str) -> HttpResponse:
    """The reference, what happens next and by when."""
    found = gate.require(request.user, Permission.CONCERN_EDIT, concern_for(request.user, reference))
    if found.is_draft:
        return redirect(words.next_url(found))
    concerns.record_view(concern=found, by=request.user, page="sent")
    return render(request, "cases/concerns/sent.html", {"concern": found})


@either
def concern_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add something learned since. Nothing that was sent is changed."""
    found = gate.require(request.user, Permission.CONCERN_ADD, concern_for(request.user, reference))
    form = AddendumForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        concerns.add_addendum(
            concern=found,
            by=request.user,
            key=form.key,
            text=form.cleaned_data["text"],
            changes_danger=form.cleaned_data["changes_danger"],
        )
        typed_drafts.saved(request)
        messages.success(request, f"Your words have been added to concern {found.reference}.")
        return redirect("cases:concern", reference=found.reference)
    concerns.record_view(concern=found, by=request.user, page="add")
    return render(
        request, "cases/concerns/add.html", {"concern": found, "form": form, "draft": f"addendum:{found.pk}"}
    )


@either
def concern_new(request: SignedInRequest) -> HttpResponse:
    """The first page. The draft begins when it is answered; posted twice, it is the same draft."""
    user = request.user
    gate.require(user, Permission.CONCERN_CREATE)
    page = StepPage(
        ConcernStep.WORRY,
        answers_of(Concern(), ConcernStep.WORRY),
        request.POST if request.method == "POST" else None,
    )
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
    checked = words.sections_to_check(concern)
    context = {
        "concern": concern,
        "sections": checked,
        "progress": words.progress(concern, None),
        "missing": [section for section in checked if section.unfinished],
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
        if page.is_valid():
            answers, step = page.answers, page.step
            concern = concerns.save_step(
                concern=concern, step=step, answers=answers, by=request.user, seen=seen
            )
        else:
            concerns.leave_step(concern=concern, step=page.step, typed=page.typed, by=request.user)
    except StaleEdit as error:
        stored = answers_of(concern_for(request.user, concern.reference), page.step)
        page.stored_meanwhile(stored, error.message)
        return None
    except ConcernAlreadySubmitted:
        return sent_already(request, concern)
    typed_drafts.saved(request)
    if not page.leaves:
        return redirect(words.url_after(concern, page.step))
    messages.success(request, f"Concern {concern.reference} is kept as a draft. Nobody else sees it.")
    return redirect("cases:concerns")


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
        "progress": words.progress(concern, page.step),
        "drafts": drafts,
        "newer": answer_rows(page.newer) if page.newer else None,
    }
    return render(request, f"cases/concerns/steps/{page.step}.html", context)


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
