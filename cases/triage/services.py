"""The decision on a concern. A refusal is recorded as fully as a case."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.casework.services import CannotLead, ChildHasCase, open_case
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns.choices import ConcernOutcome, ConcernState
from cases.concerns.models import Concern, ConcernDecision
from cases.handoffs import services as handoffs
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.models.child import Child, ChildAlias
from cases.record.selectors import caseworkers
from cases.record.services import lock_open
from cases.sharing.models import Exclusion
from cases.sharing.selectors.exclusions import officers_to_tell, shut_to
from cases.sharing.selectors.finder import same_child
from cases.sharing.services.exclusions import find_of
from cases.sharing.services.telling import tell_of_case, tell_of_concern
from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.keys import free_key, new_key
from cse_portal.reference.working_days import local_day

# What lasts: an invitation and an emergency are of the first case alone.
LASTING = (GrantSource.RULE, GrantSource.ALLOCATION, GrantSource.SHARE)
OPENED = "Opened the case"
NAMED = "Named when the case was opened"


@transaction.atomic
def keep_as_closed(*, case: Case, by: User) -> None:
    """A new case of a child who has one is closed to the same people, whether or not its opener sees the first."""
    with acting.for_the_system():  # who opens the second case may not see the first
        rows = Case.objects.filter(same_child(case.child)).exclude(pk=case.pk)
        likely = list(rows.select_related("child", "lead_professional"))
        seen = Case.objects.visible_to(by).filter(pk__in=[each.pk for each in likely])
        known = set(seen.values_list("pk", flat=True))
        for first in likely:
            _keep_out(first, case)
            _carry_restriction(first, case, by)
            if first.pk not in known:
                record(Action.SECOND_CASE_OPENED, by=None, obj=case, case=first)
                _tell(first, by)


def _keep_out(first: Case, case: Case) -> None:
    """Those who are excluded from the child's first record are from this one."""
    for each in Exclusion.objects.of(first).holding():
        each.pk, each.child_id = new_key(), case.child_id
        each.save(force_insert=True)


def _carry_restriction(hidden: Case, case: Case, by: User) -> None:
    """To the people who hold the first one by name, the lead professional of the second, and the person who wrote it.

    Not to find the next moment what one has just written would tell that there is a first. To work on it would show
    them who holds the first, and let them open the second to everybody.
    """
    if not hidden.is_restricted:
        return
    named = User.objects.filter(pk__in=grants.sight_rows(hidden, User).values("user"))
    for person in named:
        rows = grants.unexpired_rows(hidden, person).filter(
            source__in=LASTING, permission__codename__in=("view_case", "change_case")
        )
        for row in rows.select_related("permission"):
            grants.give(
                case, to=person, codenames=[row.permission.codename], source=GrantSource.ALLOCATION, adding=True,
                reason=NAMED, lawful_basis=row.lawful_basis, expires_at=row.expires_at, by=by,
            )  # fmt: skip
    if case.child_id not in shut_to(by):
        grants.give(
            case, to=by, codenames=["view_case"], source=GrantSource.ALLOCATION, adding=True,
            reason=OPENED, lawful_basis=_basis_of(case), by=by,
        )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason=hidden.restricted_reason)
    detail = {"code": hidden.restricted_reason, "people": len(named)}
    record(Action.CASE_RESTRICTED, by=None, obj=case, case=case, detail=detail)


def _basis_of(case: Case) -> str:
    """On which the case was shared as it was opened."""
    rows = grants.sight_rows(case, Agency).values_list("lawful_basis", flat=True)
    return str(rows.first() or "")


def _tell(hidden: Case, by: User) -> None:
    """Who answers for the first case, and the privacy officer. Neither text says anything of the child."""
    told = f"A second case was opened for the child of case {hidden.reference}. Ask the privacy officer about it."
    tell_of_case(hidden, told, person=hidden.lead_professional, by=by)
    for officer in officers_to_tell(hidden, Permission.EXCLUSION_DECIDE):
        text = (
            f"A second case was opened for the child of case {hidden.reference}, by somebody who does not see it. "
            "It is closed to the same people. Speak to the lead professional of the first."
        )
        notify(user=officer, text=text, url=reverse("cases:exclusions"), case_id=hidden.pk)


COPIED = (
    "given_name", "family_name", "date_of_birth", "sex", "ethnicity", "disabilities", "address", "postcode", "school",
    "lives_with", "legal_status",
)  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """What a new case begins with."""

    lead_agency: Agency
    lead_professional: User
    category: RiskCategory
    harm_status: HarmStatus
    lawful_basis: str


@dataclass(frozen=True)
class Verdict:
    """What triage decided, in full: an opening, a case, or an agency and what it is asked, as the outcome needs."""

    outcome: ConcernOutcome
    rationale: str
    feedback: str
    opening: Opening | None = None
    case: Case | None = None
    responsible_agency: Agency | None = None
    asked: str = ""


@transaction.atomic
def decide(*, concern: Concern, verdict: Verdict, by: User, key: uuid.UUID | None = None) -> ConcernDecision:
    """Record the decision and do what it says; the author is told. The same key again finds the same decision."""
    gate.require(by, Permission.CONCERN_DECIDE, concern)
    locked = (
        Concern.objects.select_for_update(of=("self",))
        .select_related("author", "author_agency")
        .get(pk=concern.pk)
    )
    if locked.state != ConcernState.SUBMITTED:
        made = ConcernDecision.objects.filter(pk=key, concern=locked).first() if key else None
        if made is None:
            raise NotAllowedNow("This concern has already been decided. The decision is shown below.")
        return made
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
    locked.state, locked.decision = ConcernState.DECIDED, decision
    locked.save(update_fields=["state", "case", "decision"])
    detail = {"outcome": verdict.outcome.value, "in_time": decision.in_time}
    record(Action.CONCERN_DECIDED, by=by, obj=locked, case=locked.case, detail=detail)
    if locked.case:
        handoffs.attach_to_case(concern=locked, case=locked.case)
    if verdict.responsible_agency:
        handoffs.ask(concern=locked, agency=verdict.responsible_agency, asked=verdict.asked, by=by)
    # Last: from here on the person who decided may see less than they wrote, and anyone who is told may not know of it.
    if locked.case and verdict.opening:
        keep_as_closed(case=locked.case, by=by)
    if locked.case:
        _tell_lead(locked.case, locked, is_new=verdict.opening is not None, by=by)
    told = f"There is a decision, and feedback for you, on concern {locked.reference}."
    tell_of_concern(locked, told, person=locked.author)
    return decision


def _open(concern: Concern, decision: ConcernDecision, opening: Opening, by: User) -> Case:
    if not caseworkers().filter(user=opening.lead_professional, agency=opening.lead_agency).exists():
        raise CannotLead
    if concern.pk in shut_to(opening.lead_professional):
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
    record(Action.CONCERN_ADDED_TO_CASE, by=by, obj=locked, case=locked.case)
    _tell_lead(locked.case, locked, is_new=False, by=by)
    return locked


def _tell_lead(case: Case, concern: Concern, *, is_new: bool, by: User) -> None:
    """Of a concern that was added, only if they may see it: it may be about them."""
    person = case.lead_professional
    if is_new:
        told = f"You are the lead professional of a new case, {case.reference}."
        tell_of_case(case, told, person=person, by=by)
    else:
        told = f"A concern was added to case {case.reference}, which you lead."
        tell_of_case(case, told, person=person, by=by, concern=concern)


def _child_of(concern: Concern, by: User) -> Child:
    """The child as the concern describes them, unless they already have a case this person may see.

    A number that only a child hidden from this person carries is written down all the same: anything else would tell.
    The second case is then as closed as the first (cases/services/second_cases.py).
    """
    numbers = {name: getattr(concern, name) for name in ("nhs_number", "upn") if getattr(concern, name)}
    known = Q(pk__in=[])
    for name, value in numbers.items():
        known |= Q(**{f"child__{name}": value})
    if Case.objects.visible_to(by).filter(known).exists():
        raise ChildHasCase
    return Child.objects.create(**{name: getattr(concern, name) for name in COPIED}, **numbers)


def _tell_chronology(case: Case, concern: Concern, by: User) -> None:
    day = local_day(concern.submitted_at or timezone.now())
    text = f"Concern {concern.reference} from {concern.author_agency}.\n{concern.worry}"
    shortened = text if len(text) <= 1000 else f"{text[:1000].rsplit(' ', 1)[0]} …"
    add_entry(case=case, kind=EntryKind.CONCERN, happened_on=day, text=shortened, source_id=concern.pk, by=by)
