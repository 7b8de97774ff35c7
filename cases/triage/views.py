"""Triage: the queue, one concern with the decision beside it, taking it, and correcting a decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cases.casework.services import NOT_YET_KNOWN, models_review_due
from cases.concerns import presenters as words
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome
from cases.concerns.forms.page import page_of
from cases.concerns.models import Concern, ConcernDecision
from cases.concerns.selectors import concern_for, reading_of, screening
from cases.handoffs.presenters import stepped_up_words
from cases.matching.presenters import known_rows
from cases.matching.selectors.known import Match, already_known
from cases.matching.services import link, record_compared, unlink
from cases.record.choices import CATEGORIES, CATEGORY_CRITERIA, HarmStatus, usual_basis
from cases.record.selectors import case_for
from cases.strategy.selectors import discussions_at_triage
from cases.strategy.services import record_at_triage
from cases.triage import presenters as triage_words
from cases.triage import selectors
from cases.triage import services as triage
from cases.triage.forms import CorrectForm, DecisionForm, HeldForm
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.reference.selectors import clock_rule


@require_GET
def triage_list(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, ranked by danger, indicated category and age."""
    user = request.user
    gate.require(user, Permission.CONCERN_TRIAGE)
    narrowed = next((name for name in triage_words.NARROWINGS if name and name in request.GET), "")
    page = selectors.queue_page(user, narrowed, page_of(request.GET))
    concerns.record_listed(shown=list(page), by=user, detail={"list": "triage", "narrowed": narrowed})
    counts = selectors.queue_counts(user)
    context = {
        "rows": triage_words.queue_rows(page, user),
        "page": page,
        "counts": triage_words.narrowings(counts, narrowed),
        "waiting": counts[""],
        "now": timezone.now(),
    }
    return render(request, "cases/triage/list.html", context)


@require_POST
def triage_take(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take a concern from the list; a second person is told who has it."""
    found = _to_decide(request, reference)
    try:
        triage.take(concern=found, by=request.user)
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
    return redirect("cases:triage-concern", reference=found.reference)


@either
def triage_concern(request: SignedInRequest, reference: str) -> HttpResponse:
    """The concern, what is known already, and the decision beside it."""
    user = request.user
    found = concern_for(user, reference)
    decides = gate.can(user, Permission.CONCERN_DECIDE, found)
    if found.author_id == user.pk and not decides and gate.can(user, Permission.CONCERN_TRIAGE):
        messages.info(request, "You wrote this concern. A colleague in triage decides on it.")
        return redirect("cases:concern", reference=reference)
    gate.require(user, Permission.CONCERN_DECIDE, found)
    if act := request.POST.get("act", ""):
        typed = _act(request, found, act)
        held = _held(request, found, typed) if act == "held" else HeldForm(typed, quiet=True)
        found = concern_for(user, reference)
        matches = already_known(user, found)
        form = DecisionForm(typed, concern=found, matches=matches, quiet=True)
        return _draw(request, found, matches, form, held)
    matches = already_known(user, found)
    posted = request.POST if request.method == "POST" else None
    form = DecisionForm(
        posted, concern=found, matches=matches, initial=_initial(found, request.GET.get("add_to", ""))
    )
    held = HeldForm(posted)
    if form.is_bound and form.is_valid() & held.is_valid():
        decision = _decide(request, found, form, held)
        if decision is not None:
            drafts.saved(request)
            return _after(request, decision)
        found = concern_for(user, reference)
    return _draw(request, found, matches, form, held)


@either
def triage_correct(request: SignedInRequest, reference: str) -> HttpResponse:
    """The decision was wrong: what happens then, and why it was."""
    user = request.user
    found = gate.require(user, Permission.CONCERN_CORRECT, concern_for(user, reference))
    form = CorrectForm(request.POST or None)
    if form.does(lambda: triage.correct(concern=found, reason=form.cleaned_data["reason"], by=user)):
        messages.success(request, f"The decision on {found.reference} is corrected. Decide it again.")
        return redirect("cases:triage-concern", reference=found.reference)
    concerns.record_view(concern=found, by=user, page="correct")
    context = {
        "concern": found, "form": form, "happens": triage_words.correction_words(found),
        "until": selectors.correctable_until(found.decision) if found.decision else None,
    }  # fmt: skip
    return render(request, "cases/triage/correct.html", context)


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


def _to_decide(request: SignedInRequest, reference: str) -> Concern:
    return gate.require(request.user, Permission.CONCERN_DECIDE, concern_for(request.user, reference))


def _act(request: SignedInRequest, found: Concern, act: str) -> QueryDict:
    """Do what a button beside the decision says. What was typed is given back, and stays on the page."""
    user, typed = request.user, request.POST.copy()
    name, _, about = act.partition(":")
    acts: dict[str, Callable[[], Any]] = {
        "take": lambda: triage.take(concern=found, by=user),
        "take-over": lambda: triage.take(concern=found, by=user, over=True),
        "let-go": lambda: triage.let_go(concern=found, by=user),
        "danger": lambda: triage.answer_danger(concern=found, danger=True, by=user),
        "no-danger": lambda: triage.answer_danger(concern=found, danger=False, by=user),
        "same": lambda: link(concern=found, other=concern_for(user, about), by=user),
        "not-same": lambda: unlink(concern=found, other=concern_for(user, about), by=user),
        "add": lambda: typed.update(outcome=ConcernOutcome.ADD_TO_CASE.value, case=about),
    }
    for key in ("outcome", "case") if name == "add" else ():
        typed.pop(key, None)
    try:
        acts.get(name, lambda: None)()
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
    return typed


def _held(request: SignedInRequest, concern: Concern, typed: QueryDict) -> HeldForm:
    """Record the discussion now, before there is a decision. What was typed of the decision stays, as another form."""
    held, user = HeldForm(typed, empty_permitted=False), request.user
    if not held.does(
        lambda: record_at_triage(concern=concern, said=held.discussed, by=user, key=held.key)
    ):  # fmt: skip
        return held
    messages.success(request, "The strategy discussion is recorded on this concern.")
    typed.pop(HeldForm.token_name, None)
    return HeldForm()


def _decide(
    request: SignedInRequest, concern: Concern, form: DecisionForm, held: HeldForm
) -> ConcernDecision | None:
    """The decision, or None when the form now says why there is none."""
    case = None
    if form.adds_to_case:
        case = selectors.case_to_add_to(request.user, form.case_reference)
        if case is None:
            form.add_error("other_case", "No case that you can see has this reference")
            return None
    discussed = held.discussed if held.has_changed() else None
    try:
        verdict = form.verdict(case, discussed)
        return triage.decide(concern=concern, verdict=verdict, by=request.user, key=form.key)
    except NotAllowedNow as error:
        at = error.field
        (held if at in held.fields else form).add_error(at if at in held.fields else None, error.message)
        return None


def _after(request: SignedInRequest, decision: ConcernDecision) -> HttpResponse:
    concern = decision.concern
    opened = f" ({concern.case.reference})" if concern.case else ""
    messages.success(
        request, f"Concern {concern.reference} has been decided: {decision.get_outcome_display().lower()}{opened}. "
        f"{concern.author.full_name} has been told.",
    )  # fmt: skip
    if concern.case and (step := selectors.meeting_to_book(request.user, concern.case)):
        messages.info(request, triage_words.to_book(concern.case, step))
    if decision.outcome == ConcernOutcome.ADD_TO_CASE and concern.case:
        return redirect("cases:case", reference=concern.case.reference)
    # also from a new case, which a first one may have closed to the person who opened it
    return redirect("cases:triage")


def _draw(
    request: SignedInRequest, concern: Concern, matches: list[Match], form: DecisionForm, held: HeldForm
) -> HttpResponse:
    user, waiting, computed = request.user, concern.is_waiting, screening(concern)
    discussions = discussions_at_triage(user, concern)
    reading = reading_of(user, concern)
    if not waiting:
        concerns.record_view(concern=concern, by=user, page="triage")
    record_compared(about=concern, found=matches, by=user)
    context = {
        "concern": concern,
        "heading": triage_words.named(concern),
        "sent_at": triage_words.at(concern.submitted_at),
        "late": triage_words.late_words(concern.decide_by),
        "news": triage_words.newest_addendum_of(concern),
        "child": triage_words.child_rows(concern, reading),
        "mentions": triage_words.mention_rows(concern),
        "signs": triage_words.sign_rows(concern, computed),
        "points": triage_words.points_words(computed),
        "ask": triage_words.floors_to_ask(concern, computed),
        "computed": computed,
        "sections": words.sections(concern, reading=reading),
        "addenda": words.addenda(concern.addenda.all()),
        "known": known_rows(matches, user),
        "discussions": discussions,
        "place": selectors.place_of(user, concern),
        "stepped_up": stepped_up_words(concern.stepped_up) if concern.stepped_up else "",
        "form": form,
        "waiting": waiting,
        "decision": None if waiting else words.decision_rows(concern, with_rationale=True, reading=reading),
        "not_saved": triage_words.not_saved(form) if form.is_bound and not waiting else [],
        "draft": f"triage:{concern.pk}",
        **(_panel(request, concern, computed, form, held) if waiting else {}),
    }
    return render(request, "cases/triage/concern.html", context)


def _panel(
    request: SignedInRequest, concern: Concern, computed: Any, form: DecisionForm, held: HeldForm
) -> dict[str, Any]:
    """What the decision needs beside the form: workers, the protocol, strategy discussion, clocks."""
    people = list(form.fields["lead"].queryset)  # type: ignore[attr-defined]
    loads = selectors.caseloads(request.user, [each.user for each in people])
    in_danger = concern.immediate_danger or concern.is_in_danger
    harmed = in_danger or concern.harm_status in (HarmStatus.H2, HarmStatus.H3)
    today = timezone.now()
    return {
        "held": held,
        "leads": triage_words.lead_rows(people, loads, form["lead"].value()),
        "kinds": {
            code: "author" if each.pk == concern.author_agency_id else each.kind
            for code, each in form.offered.items()
        },
        "protocol": selectors.protocol(),
        "criteria": [(label, CATEGORY_CRITERIA[code]) for code, label in CATEGORIES],
        "asks_strategy": harmed or any(floor.strategy for floor in computed.floors),
        "mase": [(category, clock_rule("INITIAL_MASE", category).due(today)) for category in (3, 2)],
        "handled_since": triage_words.at(concern.handled_at),
        "mine": concern.handled_by_id == request.user.pk,
        "taken": concern.handled_by_id not in (None, request.user.pk),
    }


def _initial(concern: Concern, add_to: str) -> dict[str, Any]:
    """What the concern already says, the protocol's agencies, and the case to which "Add to this case" led."""
    chosen = {"outcome": ConcernOutcome.ADD_TO_CASE.value, "case": add_to[:20]} if add_to else {}
    return {
        "harm_status": concern.harm_status,
        "lawful_basis": concern.lawful_basis or usual_basis(AgencyKind.CSE_TEAM),
        "models": [NOT_YET_KNOWN],
        "models_review_on": models_review_due([NOT_YET_KNOWN]),
        **chosen,
    }
