"""Triage: the queue, and one concern beside the children it may be about, with the decision."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cases.concerns import presenters as words
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome, Urgency
from cases.concerns.models import Concern, ConcernDecision
from cases.concerns.selectors import concern_for, reading_of, screening, triage_queue
from cases.handoffs.presenters import stepped_up_words
from cases.matching.presenters import known_rows
from cases.matching.selectors.known import Match, already_known
from cases.matching.services import record_compared
from cases.record.selectors import case_for
from cases.triage import presenters as triage_words
from cases.triage import services as triage
from cases.triage.forms import DecisionForm, TriageFilterForm
from cases.triage.selectors import case_to_add_to
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either


@require_GET
def triage_list(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, the most urgent first."""
    gate.require(request.user, Permission.CONCERN_TRIAGE)
    form = TriageFilterForm(request.GET)
    overdue, urgency = bool(form.answers.get("overdue")), form.answers.get("urgency", "")
    page = triage_queue(request.user, overdue=overdue, urgency=urgency, page=form.page)
    detail = {"list": "triage", "overdue": str(overdue), "urgency": urgency}
    concerns.record_listed(shown=list(page), by=request.user, detail=detail)
    context = {
        "filters": form,
        "chips": form.chips(request),
        "rows": words.concern_rows(page, triage=True),
        "page": page,
        "count": triage_words.queue_count(
            page.paginator.count, overdue=overdue, urgency=str(Urgency(urgency).label) if urgency else ""
        ),
        "filtered": bool(form.answers),
    }
    return render(request, "cases/triage/list.html", context)


@either
def triage_concern(request: SignedInRequest, reference: str) -> HttpResponse:
    """The concern, the children it may be about, and the decision."""
    user = request.user
    found = concern_for(user, reference)
    decides = gate.can(user, Permission.CONCERN_DECIDE, found)
    if found.author_id == user.pk and not decides and gate.can(user, Permission.CONCERN_TRIAGE):
        messages.info(request, "You wrote this concern. A colleague in triage decides on it.")
        return redirect("cases:concern", reference=reference)
    gate.require(user, Permission.CONCERN_DECIDE, found)
    matches = already_known(user, found)
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        matches=matches,
        initial=_initial(found, request.GET.get("add_to", "")),
    )
    if form.is_bound and form.is_valid():
        decision = _decide(request, found, form)
        if decision is not None:
            return _after(request, decision)
        found = concern_for(user, reference)
    return _draw(request, found, matches, form)


@require_POST
def case_add_concern(request: SignedInRequest, reference: str, concern: str) -> HttpResponse:
    """Add a concern that was decided otherwise to the case of the same child."""
    user = request.user
    case = case_for(user, reference)
    gate.require(user, Permission.CONCERN_TRIAGE)
    found = concern_for(user, concern)
    try:
        triage.add_decided(concern=found, case=case, by=user)
    except NotAllowedNow as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Concern {found.reference} is part of this case now.")
    return redirect("cases:case", reference=case.reference)


def _decide(request: SignedInRequest, concern: Concern, form: DecisionForm) -> ConcernDecision | None:
    """The decision, or None when the form now says why there is none."""
    case = None
    if form.adds_to_case:
        case = case_to_add_to(request.user, form.case_reference)
        if case is None:
            form.add_error("other_case", "No case that you can see has this reference")
            return None
    try:
        return triage.decide(concern=concern, verdict=form.verdict(case), by=request.user, key=form.key)
    except NotAllowedNow as error:
        form.add_error(None, error.message)
        return None


def _after(request: SignedInRequest, decision: ConcernDecision) -> HttpResponse:
    concern = decision.concern
    opened = f" ({concern.case.reference})" if concern.case else ""
    messages.success(
        request, f"Concern {concern.reference} has been decided: {decision.get_outcome_display().lower()}{opened}. "
        f"{concern.author.full_name} has been told.",
    )  # fmt: skip
    if decision.outcome == ConcernOutcome.ADD_TO_CASE and concern.case:
        return redirect("cases:case", reference=concern.case.reference)
    return redirect(
        "cases:triage"
    )  # also from a new case, which a first one may have closed to the person who opened it


def _draw(
    request: SignedInRequest, concern: Concern, matches: list[Match], form: DecisionForm
) -> HttpResponse:
    user, waiting, computed = request.user, concern.is_waiting, screening(concern)
    reading = reading_of(user, concern)
    if not waiting:
        concerns.record_view(concern=concern, by=user, page="triage")
    record_compared(about=concern, found=matches, by=user)
    context = {
        "concern": concern,
        "sent": words.sent_rows(concern),
        "sections": words.sections(concern, reading=reading),
        "addenda": words.addenda(concern.addenda.all()),
        "known": known_rows(matches, user),
        "add_to_triage": waiting,
        "may_add_here": False,
        "screening": triage_words.screening_words(computed),
        "computed": computed,
        "stepped_up": stepped_up_words(concern.stepped_up) if concern.stepped_up else "",
        "form": form if waiting or form.is_bound else None,
        "decision": None if waiting else words.decision_rows(concern, with_rationale=True, reading=reading),
        "not_saved": triage_words.not_saved(form) if form.is_bound and not waiting else [],
    }
    return render(request, "cases/triage/concern.html", context)


def _initial(concern: Concern, add_to: str) -> dict[str, str]:
    """What the concern already says, and the case whose "Add to this case" was followed."""
    chosen = {"outcome": ConcernOutcome.ADD_TO_CASE.value, "case": add_to[:20]} if add_to else {}
    return {"harm_status": concern.harm_status, **chosen}
