"""The tab Risk, a new assessment, and the confirmation of a category."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.assessments import presenters as words
from cases.assessments import selectors
from cases.assessments.forms import AssessmentForm, ConfirmCategoryForm
from cases.assessments.services import confirm_category, record_assessment
from cases.identity.selectors import missed_groups
from cases.record.selectors import case_for
from cases.record.views import case_page
from cases.reviews.selectors import reviews_of
from cases.voice.selectors import newest_words, voice_due_on
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.jobs.views import SignedInRequest, either

TAB = "assessments"


@require_GET
def assessment_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """How the category developed, every assessment with its three values, and every confirmed category."""
    case = case_for(request.user, reference)
    seen, voice = selectors.history(case, page_number(request.GET.get("page", ""))), newest_words(case)
    return case_page(
        request, case, "cases/assessments/list.html", TAB,
        current_tab=TAB,
        chart=words.category_chart(seen.decisions),
        rows=[(each, seen.confirmed.get(each.pk)) for each in seen.page],
        decisions=seen.decisions,
        reviews=reviews_of(case),
        page=seen.page,
        voice=voice,
        voice_due_on=voice_due_on(case, voice),
    )  # fmt: skip


@either
def assessment_new(request: SignedInRequest, reference: str) -> HttpResponse:
    """Signs, score and judgement on one page. "Save" keeps it as a draft and adds up again; so does each change."""
    case = gate.require(request.user, Permission.ASSESSMENT_RECORD, case_for(request.user, reference))
    user, draft, step = request.user, f"assessment:{case.pk}", request.POST.get("step", "")
    is_kept = step in ("save", "voice")
    checks = bool(request.POST) and not is_kept and step != "score"
    data = request.POST or drafts.posted(user, draft)
    form = AssessmentForm(data, case=case, start=selectors.start_of(user, case), quiet=not checks)
    typed = (each for each in drafts.fields_of(request.POST) if each[0] != "step")
    if is_kept and form.does(lambda: drafts.keep(user=user, key=draft, fields=typed, page=request.path)):
        voice = f"{reverse('cases:voice-new', args=[case.reference])}?from=assessment"
        return redirect(voice if step == "voice" else request.path)
    if step == "score":
        return render(request, "cases/assessments/_score.html", {"form": form})
    if checks and form.does(
        lambda: record_assessment(
            case=case, answers=form.answers, judgement=form.judgement, by=user, key=form.key
        )
    ):
        drafts.saved(request)
        messages.success(request, "The assessment has been recorded.")
        return redirect("cases:assessment", reference=case.reference, pk=form.done.pk)
    return case_page(
        request, case, "cases/assessments/new.html", "new assessment", form=form, draft=draft,
        voice=newest_words(case), missed_groups=missed_groups(user, case),
    )  # fmt: skip


@require_GET
def assessment(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """One assessment: three values, the arithmetic, the analysis and every answer."""
    case = case_for(request.user, reference)
    found = selectors.assessment_of(case, pk)
    decision, before = selectors.decision_on(found), selectors.assessment_before(found)
    return case_page(
        request, case, "cases/assessments/detail.html", "assessment",
        current_tab=TAB,
        assessment=found,
        values=words.value_rows(found, decision),
        groups=words.answer_groups(found),
        before=before,
        changes=words.change_rows(before, found),
        decision=decision,
    )  # fmt: skip


@either
def assessment_confirm(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The CSE team confirms a category on this assessment."""
    case = gate.require(request.user, Permission.CATEGORY_CONFIRM, case_for(request.user, reference))
    found = selectors.assessment_of(case, pk)
    form = ConfirmCategoryForm(request.POST or None)
    if form.does(lambda: confirm_category(case=case, assessment=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "The category has been confirmed.")
        return redirect("cases:assessment", reference=case.reference, pk=found.pk)
    return case_page(
        request, case, "cases/assessments/confirm.html", "confirm category", assessment=found, form=form,
        values=words.value_rows(found, selectors.decision_on(found)),
    )  # fmt: skip


def page_number(asked: str) -> int:
    """The page asked for; the first when the address says anything but a number."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
