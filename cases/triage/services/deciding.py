"""The decision on a concern. A refusal is recorded as fully as a case."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.casework.services import (
    NOT_YET_KNOWN,
    OPENED_IN_ERROR,
    CannotLead,
    models_review_due,
    open_case,
)
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns.choices import ConcernOutcome, ConcernState
from cases.concerns.models import Concern, ConcernDecision
from cases.concerns.services import tell_addendum
from cases.handoffs import services as handoffs
from cases.merging.models import ChildMerge
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.models.child import Child, ChildAlias
from cases.record.presenters import shortened
from cases.record.selectors import caseworkers
from cases.record.services import lock_open
from cases.sharing.selectors.exclusions import excluded_records_for
from cases.sharing.services.access import share
from cases.sharing.services.exclusions import find_of
from cases.sharing.services.telling import notify_about_case, notify_about_concern
from cases.strategy import services as strategy
from cases.strategy.services import Discussed
from cases.triage.services.second_cases import keep_as_closed
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from cse_portal.reference.working_days import local_day
from cse_portal.ui.presenters import display_datetime

COPIED = (
    "given_name", "family_name", "date_of_birth", "sex", "ethnicity", "disabilities", "address", "postcode", "school",
    "lives_with", "legal_status",
)  # fmt: skip


SHARED = "Shared by the protocol when the case was opened"


@dataclass(frozen=True)
class Opening:
    """What a new case begins with. Models of exploitation that are not yet known are looked at again on a day."""

    lead_agency: Agency
    lead_professional: User
    category: RiskCategory
    harm_status: HarmStatus
    lawful_basis: str
    share_with: tuple[Agency, ...] = ()
    models: tuple[str, ...] = (NOT_YET_KNOWN,)
    models_review_on: dt.date | None = None


@dataclass(frozen=True)
class Verdict:
    """What triage decided, in full: an opening, a case, or an agency and what it is asked, as the outcome needs.

    And the strategy discussion, where one was held.
    """

    outcome: ConcernOutcome
    rationale: str
    feedback: str
    opening: Opening | None = None
    case: Case | None = None
    responsible_agency: Agency | None = None
    asked: str = ""
    strategy: Discussed | None = None


class AlreadyDecided(NotAllowedNow):
    """The first decision counts; the second person is told by whom and when."""

    def __init__(self, concern: Concern) -> None:
        made = concern.decisions.select_related("decided_by").latest("decided_at")
        when = display_datetime(made.decided_at)
        super().__init__(
            f"This concern has already been decided, by {made.decided_by.full_name}, {when}. "
            "The decision is shown below."
        )


class HandledBySomebody(NotAllowedNow):
    """A colleague works on it."""

    def __init__(self, concern: Concern) -> None:
        name = concern.handled_by.full_name if concern.handled_by else ""
        since = display_datetime(concern.handled_at)
        super().__init__(f"{name} has had this concern since {since}. Take it over to decide it.")


def check_handled_by(concern: Concern, by: User) -> None:
    """Raise HandledBySomebody where a colleague took the concern."""
    if concern.handled_by_id not in (None, by.pk):
        raise HandledBySomebody(concern)


@transaction.atomic
def decide(*, concern: Concern, verdict: Verdict, by: User, key: uuid.UUID | None = None) -> ConcernDecision:
    """Record the decision and do what it says; the author is told. The same key again finds the same decision."""
    gate.require(by, Permission.CONCERN_DECIDE, concern)
    locked = (
        Concern.objects.select_for_update(of=("self",))
        .select_related("author", "author_agency", "handled_by")
        .get(pk=concern.pk)
    )
    if locked.state != ConcernState.SUBMITTED:
        made = ConcernDecision.objects.filter(pk=key, concern=locked).first() if key else None
        if made is None:
            raise AlreadyDecided(locked)
        return made
    check_handled_by(locked, by)
    if verdict.strategy:
        strategy.record_at_triage(concern=locked, said=verdict.strategy, by=by, key=key)
    now = timezone.now()
    decision = ConcernDecision(
        pk=free_key(ConcernDecision, key), concern=locked, outcome=verdict.outcome, rationale=verdict.rationale,
        decided_by=by, feedback=verdict.feedback, responsible_agency=verdict.responsible_agency, decided_at=now,
        in_time=locked.decide_by is not None and local_day(now) <= locked.decide_by,
    )  # fmt: skip
    if verdict.outcome == ConcernOutcome.OPEN_CASE and verdict.opening is not None:
        locked.case = _open(locked, decision, verdict.opening, by)
    elif verdict.outcome == ConcernOutcome.ADD_TO_CASE and verdict.case is not None:
        locked.case = _add_to(verdict.case, locked, by)
    decision.save(force_insert=True)
    locked.state, locked.decision, locked.handled_by, locked.handled_at = (
        ConcernState.DECIDED, decision, None, None,
    )  # fmt: skip
    locked.save(update_fields=["state", "case", "decision", "handled_by", "handled_at"])
    detail = {"outcome": verdict.outcome.value, "in_time": decision.in_time}
    record(Action.CONCERN_DECIDED, by=by, obj=locked, case=locked.case, detail=detail)
    if locked.case:
        handoffs.attach_to_case(concern=locked, case=locked.case)
        strategy.go_into_case(concern=locked, case=locked.case, by=by)
    if verdict.responsible_agency:
        handoffs.ask(concern=locked, agency=verdict.responsible_agency, asked=verdict.asked, by=by)
    # Last: from here on the person who decided may see less than they wrote, and anyone who is told may not know of it.
    if locked.case and verdict.opening:
        keep_as_closed(case=locked.case, by=by)
    if locked.case:
        _tell_lead(locked.case, locked, is_new=verdict.opening is not None, by=by)
    told = f"There is a decision, and feedback for you, on concern {locked.reference}."
    notify_about_concern(locked, told, person=locked.author)
    return decision


def _open(concern: Concern, decision: ConcernDecision, opening: Opening, by: User) -> Case:
    if not caseworkers().filter(user=opening.lead_professional, agency=opening.lead_agency).exists():
        raise CannotLead
    if concern.pk in excluded_records_for(opening.lead_professional):
        raise CannotLead
    case = open_case(
        child=_child_of(concern, by), lead_agency=opening.lead_agency, by=by, reason=decision.rationale,
        lead_professional=opening.lead_professional, lawful_basis=opening.lawful_basis,
        concern=concern,
    )  # fmt: skip
    if concern.known_as:
        ChildAlias.objects.create(child=case.child, name=concern.known_as)
    _tell_chronology(case, concern, by)
    categories.confirm(
        case=case, category=opening.category, harm_status=opening.harm_status, rationale=decision.rationale,
        source=DecisionSource.TRIAGE, source_id=decision.pk, by=by,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(
        exploitation_models=list(opening.models),
        models_review_on=models_review_due(opening.models, opening.models_review_on),
    )
    for agency in opening.share_with:
        if agency != opening.lead_agency:
            share(case=case, to=agency, reason=SHARED, lawful_basis=opening.lawful_basis, by=by)
    return Case.objects.get(pk=case.pk)


def _add_to(case: Case, concern: Concern, by: User) -> Case:
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    find_of(locked, moved=concern)
    _tell_chronology(locked, concern, by)
    return locked


@transaction.atomic
def add_decided(*, concern: Concern, case: Case, by: User) -> Concern:
    """A concern that was decided without a case becomes part of the case that its child has now.

    The decision stays as it was made. Who leads the case is told.
    """
    gate.require(by, Permission.CONCERN_TRIAGE)
    gate.require(by, Permission.CONCERN_VIEW, concern)
    locked = (
        Concern.objects.select_for_update(of=("self",)).select_related("author_agency").get(pk=concern.pk)
    )
    if locked.state != ConcernState.DECIDED or locked.case_id is not None:
        raise NotAllowedNow("This concern waits for a decision, or is part of a case. Open it to see which.")
    locked.case = _add_to(case, locked, by)
    locked.save(update_fields=["case"])
    strategy.go_into_case(concern=locked, case=locked.case, by=by)
    record(Action.CONCERN_ADDED_TO_CASE, by=by, obj=locked, case=locked.case)
    _tell_lead(locked.case, locked, is_new=False, by=by)
    return locked


def _tell_lead(case: Case, concern: Concern, *, is_new: bool, by: User) -> None:
    """Of a concern that was added, only if they may see it: it may be about them."""
    person = case.lead_professional
    if is_new:
        told = f"You are the lead professional of a new case, {case.reference}."
        notify_about_case(case, told, person=person, by=by)
    else:
        told = f"A concern was added to case {case.reference}, which you lead."
        notify_about_case(case, told, person=person, by=by, concern=concern)


def _child_of(concern: Concern, by: User) -> Child:
    """The child as the concern describes them, unless they already have a case this person may see.

    A number that only a child hidden from this person carries is written down all the same: anything else would tell.
    The second case is then as closed as the first (second_cases.py).
    """
    numbers = {name: getattr(concern, name) for name in ("nhs_number", "upn") if getattr(concern, name)}
    known = Q(pk__in=[])
    for name, value in numbers.items():
        known |= Q(**{f"child__{name}": value})
    in_error = Q(episodes__closing_code=OPENED_IN_ERROR, episodes__closed_at__isnull=False, status="closed")
    errors = Case.objects.filter(in_error).exclude(pk__in=ChildMerge.objects.holding().values("merged"))
    if Case.objects.visible_to(by).filter(known).exclude(pk__in=errors.values("pk")).exists():
        raise NotAllowedNow(
            "A child with this NHS number or unique pupil number already has a case. Add the concern to that case."
        )
    return Child.objects.create(**{name: getattr(concern, name) for name in COPIED}, **numbers)


def _tell_chronology(case: Case, concern: Concern, by: User) -> None:
    day = local_day(concern.submitted_at or timezone.now())
    text = shortened(f"Concern {concern.reference} from {concern.author_agency}.\n{concern.worry}", 1000)
    add_entry(case=case, kind=EntryKind.CONCERN, happened_on=day, text=text, source_id=concern.pk, by=by)
    for addendum in concern.addenda.all():
        tell_addendum(case=case, addendum=addendum, by=by)
