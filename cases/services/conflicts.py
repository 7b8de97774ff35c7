"""Conflicts of interest: declared by staff, found by the portal, decided by the privacy officer."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from cases.choices import ConflictOutcome, Relation
from cases.errors import ConflictDecided
from cases.models import Case, ConcernConflict, ConflictFinding, Declaration, Exclusion
from cases.selectors import conflicts
from cases.services import concern_conflicts
from cases.services.judging import judge
from cases.services.same_child import carry_over, set_here, take_over
from cases.services.shutting_out import shut_out
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.choices import Topic
from cse_portal.jobs.services import promise, send_with
from cse_portal.jobs.services.nightly import each_alone
from cse_portal.jobs.services.outbox import left_to_the_sweep


@transaction.atomic
def declare(
    *,
    relation: Relation,
    given_name: str,
    family_name: str,
    date_of_birth: dt.date | None,
    address: str,
    postcode: str,
    by: User,
) -> Declaration:
    """Write down whom this person is or is close to, and shut them out of every case that fits until it is decided.

    The same said twice is one declaration.
    """
    gate.require(by, Permission.CONFLICT_DECLARE)
    declared, is_new = Declaration.objects.get_or_create(
        user=by, relation=relation, given_name=given_name, family_name=family_name,
        date_of_birth=date_of_birth, address=address, postcode=postcode, withdrawn_at=None,
    )  # fmt: skip
    if is_new:
        record(Action.CONFLICT_DECLARED, by=by, obj=declared, detail={"relation": relation})
        shut_out(conflicts.conflicts_of_person(by))
        concern_conflicts.find_for(by.pk)
        promise(Topic.STAFF, by.pk)
    return declared


@transaction.atomic
def withdraw(*, declaration: Declaration, by: User) -> None:
    """It no longer holds. What the privacy officer decided stays decided."""
    mine = conflicts.declaration_for(by, declaration.pk)
    mine.withdrawn_at = timezone.now()
    mine.save(update_fields=["withdrawn_at"])
    record(Action.CONFLICT_WITHDRAWN, by=by, obj=mine)


@transaction.atomic
def decide(*, finding: ConflictFinding, outcome: ConflictOutcome, note: str, by: User) -> ConflictFinding:
    """The privacy officer keeps the person out, or lets whatever they hold count again."""
    gate.require(by, Permission.EXCLUSION_DECIDE)
    locked = ConflictFinding.objects.select_for_update().get(pk=finding.pk)
    if locked.outcome:
        raise ConflictDecided
    locked.outcome, locked.note, locked.decided_by, locked.decided_at = outcome, note, by, timezone.now()
    locked.save(update_fields=["outcome", "note", "decided_by", "decided_at"])
    others = ConflictFinding.objects.filter(case=locked.case_id, user=locked.user, outcome="")
    with acting.for_the_system():  # the privacy officer does not see the case
        case = Case.objects.get(pk=locked.case_id)
    record(Action.CONFLICT_DECIDED, by=by, obj=locked, case=case, reason=note, detail={"outcome": outcome})
    if outcome == ConflictOutcome.EXCLUDED:
        # Also where what was proposed has been lifted since: then nothing keeps them out any more.
        set_here(case, locked.user, reason=note, by=by)
        return locked
    if not others.exists():
        Exclusion.objects.filter(case=locked.case_id, user=locked.user, decided_by=None).delete()
    concern_conflicts.end_likeness(locked.user, reason=note, by=by)
    return locked


@transaction.atomic
def decide_of_concern(
    *, conflict: ConcernConflict, outcome: ConflictOutcome, note: str, by: User
) -> ConcernConflict:
    """The privacy officer judges whether somebody is too close to a concern. The last decision counts.

    An agency that is kept out of it, and whose exclusion waits or was carried in the case that it became part of, is
    kept out of that with it, and so of the child's other cases; what is found of people there waits for itself.
    """
    judged = judge(conflict, outcome=outcome, note=note, by=by)
    if judged.agency is not None and outcome == ConflictOutcome.EXCLUDED:
        with acting.for_the_system():  # the privacy officer sees neither the concern nor its case
            shut = Case.objects.filter(concerns=judged.concern_id, exclusions__agency=judged.agency)
            for case in shut.distinct():
                set_here(case, judged.agency, reason=note, by=by)
    return judged


def look_for_conflicts(case: Case) -> None:
    """Once what is being written about the child stands: whoever it concerns is shut out until it is decided.

    Not before, for it may concern who is writing. Also promised with it: what failed is tried until it is done.
    """
    transaction.on_commit(lambda: find_in_case(case.pk), robust=True)
    with left_to_the_sweep():
        promise(Topic.CHILD, case.pk)


@transaction.atomic
def find_in_case(case_id: uuid.UUID) -> int:
    """Shut out whoever declared somebody who fits this child; returns how many were new."""
    with acting.for_the_system():
        case = Case.objects.select_related("child").get(pk=case_id)
    new = shut_out(conflicts.conflicts_of_case(case))
    # What was written may be what tells that it is the same child.
    return new + carry_over(case) + take_over(case)


def _keep_promise(case_id: uuid.UUID) -> None:
    find_in_case(case_id)


send_with(Topic.CHILD, _keep_promise)


def find_everywhere() -> int:
    """Nightly, as the system: whatever was missed; returns how many were new."""
    with acting.for_the_system():
        declarers = list(conflicts.who_declared().values_list("pk", flat=True))
        shut = list(conflicts.cases_shut_to_somebody().values_list("pk", flat=True))
        new = each_alone(declarers, _find_of_person, failed="conflicts_not_looked_for")
        new += each_alone(shut, _carry_over_from, failed="exclusions_not_carried")
        return new + concern_conflicts.find_everywhere()


def _find_of_person(user_id: uuid.UUID) -> int:
    return shut_out(conflicts.conflicts_of_person(User.objects.get(pk=user_id)))


def _carry_over_from(case_id: uuid.UUID) -> int:
    return carry_over(Case.objects.get(pk=case_id))
