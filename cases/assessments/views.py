"""The assessments tab, a new assessment in two steps, and the confirmation of a category."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.assessments import presenters as words
from cases.assessments import selectors
from cases.assessments.forms import AnswersForm, ConfirmCategoryForm, JudgementForm
from cases.assessments.services import confirm_category, record_assessment
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.reviews.selectors import reviews_of
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.reference.scoring import Indicative

TAB = "assessments"


@require_GET
def assessment_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """How the category developed, every assessment with its three values, and every confirmed category."""
    case = case_for(request.user, reference)
    seen = selectors.history(case, page_number(request.GET.get("page", "")))
    record_view(case=case, by=request.user, page=TAB)
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": TAB,
        "chart": words.category_chart(seen.decisions),
        "rows": [(each, seen.confirmed.get(each.pk)) for each in seen.page],
        "decisions": seen.decisions,
        "reviews": reviews_of(case),
        "page": seen.page,
    }
    return render(request, "cases/assessments/list.html", context)


@either
def assessment_new(request: SignedInRequest, reference: str) -> HttpResponse:
    """First the answers, then the judgement with the arithmetic in sight. The answers travel with the page."""
    case = gate.require(request.user, Permission.ASSESSMENT_RECORD, case_for(request.user, reference))
    step, posted = request.POST.get("step", ""), request.POST or None
    answers = AnswersForm(posted, last=selectors.last_answers(case))
    if posted is None or step == "change" or not answers.is_valid():
        return _draw_answers(request, case, answers)
    timings = {code: answer.timing for code, answer in answers.answers.indicators.items()}
    computed = selectors.indicative(case, timings, answers.answers.circumstances)
    judging = step == "judgement"
    form = JudgementForm(posted if judging else None, indicative=computed.category)
    if judging and form.is_valid():
        return _record(request, case, answers, form)
    return _draw_judgement(request, case, answers, form, computed)


@require_GET
def assessment(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """One assessment: three values, the arithmetic, the analysis and every answer."""
    case = case_for(request.user, reference)
    found = selectors.assessment_of(case, pk)
    record_view(case=case, by=request.user, page="assessment")
    decision = selectors.decision_on(found)
    context = {
        "case": case,
        "banner": banner(case),
        "current_tab": TAB,
        "assessment": found,
        "values": words.value_rows(found, decision),
        "groups": words.answer_groups(found),
        "decision": decision,
    }
    return render(request, "cases/assessments/detail.html", context)


@either
def assessment_confirm(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The CSE team confirms a category on this assessment."""
    case = gate.require(request.user, Permission.CATEGORY_CONFIRM, case_for(request.user, reference))
    found = selectors.assessment_of(case, pk)
    form = ConfirmCategoryForm(request.POST or None)
    if form.does(lambda: confirm_category(case=case, assessment=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "The category has been confirmed.")
        return redirect("cases:assessment", reference=case.reference, pk=found.pk)
    record_view(case=case, by=request.user, page="confirm category")
    context = {
        "case": case, "banner": banner(case), "assessment": found, "form": form,
        "values": words.value_rows(found, selectors.decision_on(found)),
    }  # fmt: skip
    return render(request, "cases/assessments/confirm.html", context)


def _record(request: SignedInRequest, case: Case, answers: AnswersForm, form: JudgementForm) -> HttpResponse:
    try:
        kept = record_assessment(
            case=case, answers=answers.answers, judgement=form.judgement, by=request.user, key=answers.key
        )
    except NotAllowedNow as error:
        messages.error(request, error.message)
        return redirect("cases:assessments", reference=case.reference)
    drafts.saved(request)
    messages.success(request, "The assessment has been recorded.")
    return redirect("cases:assessment", reference=case.reference, pk=kept.pk)


def _draw_answers(request: SignedInRequest, case: Case, answers: AnswersForm) -> HttpResponse:
    record_view(case=case, by=request.user, page="new assessment")
    context = {
        "case": case, "banner": banner(case), "form": answers, "steps": words.steps(1),
        "draft": f"assessment:{case.pk}:answers",
    }  # fmt: skip
    return render(request, "cases/assessments/answers.html", context)


def _draw_judgement(
    request: SignedInRequest, case: Case, answers: AnswersForm, form: JudgementForm, computed: Indicative
) -> HttpResponse:
    record_view(case=case, by=request.user, page="new assessment")
    context = {
        "case": case, "banner": banner(case), "form": form, "answers": answers, "computed": computed,
        "by_total": RiskCategory(computed.category_by_total).label,
        "steps": words.steps(2), "draft": f"assessment:{case.pk}",
    }  # fmt: skip
    return render(request, "cases/assessments/judgement.html", context)


def page_number(asked: str) -> int:
    """The page asked for; the first when the address says anything but a number."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
