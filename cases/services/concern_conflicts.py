"""Who may be too close to a concern is shut out of it before anybody reads it, and the privacy officer decides.

As of a case (cases/services/conflicts.py): proposed by the portal, untold to whom it is about, in the same transaction.
"""

import uuid

from django.db import transaction

from cases.choices import ConflictOutcome
from cases.models import Case, Concern, ConflictFinding, Exclusion
from cases.selectors import concern_conflicts as conflicts
from cases.selectors.conflicts import who_declared
from cases.services.judging import judge
from cases.services.shutting_out import find_beside, keep_out_of_every_case, shut_out_of_concerns
from cse_portal import acting
from cse_portal.accounts.models import Agency, User
from cse_portal.jobs.services.nightly import each_alone


@transaction.atomic
def find_in_concern(concern: Concern) -> int:
    """As it is sent, before triage reads it; returns how many were new."""
    return shut_out_of_concerns(conflicts.conflicts_of_concern(concern.pk))


@transaction.atomic
def find_for(user_id: uuid.UUID) -> int:
    """Once somebody has come to work here, or said whom they are close to; returns how many were new."""
    return shut_out_of_concerns(conflicts.conflicts_of_person(User.objects.get(pk=user_id)))


def find_everywhere() -> int:
    """Nightly, as the system: whatever was missed; returns how many were new."""
    declarers = list(who_declared().values_list("pk", flat=True))
    shut = list(conflicts.cases_somebody_is_kept_out_of().values_list("pk", flat=True))
    new = each_alone(declarers, _find_by_declaration, failed="conflicts_of_concerns_not_looked_for")
    new += each_alone(shut, _find_beside, failed="conflicts_beside_a_case_not_looked_for")
    # Who is named is looked for among everybody at once, and last: what fails here hides nothing found above.
    return new + shut_out_of_concerns(conflicts.conflicts_by_name()) + keep_out_of_every_case()


def _find_by_declaration(user_id: uuid.UUID) -> int:
    return shut_out_of_concerns(conflicts.conflicts_by_declaration(User.objects.get(pk=user_id)))


def _find_beside(case_id: uuid.UUID) -> int:
    return find_beside(Case.objects.get(pk=case_id))


@transaction.atomic
def end_likeness(holder: User | Agency, *, reason: str, by: User) -> None:
    """Once somebody is shut out of a case no more: of what is only like that one they are let in again, too.

    What somebody decided to be a conflict stays one. Should they be shut out again, it is found again.
    """
    with acting.for_the_system():  # the privacy officer sees neither the cases nor what is like them
        concerned, cases = conflicts.no_longer_like(holder)
        for conflict in concerned:
            judge(conflict, outcome=ConflictOutcome.DISMISSED, note=reason, by=by)
        for finding in cases:
            judge(finding, outcome=ConflictOutcome.DISMISSED, note=reason, by=by, case=finding.case)
            theirs = {"case": finding.case_id, "user": finding.user_id}
            if not ConflictFinding.objects.filter(**theirs, outcome="").exists():
                Exclusion.objects.filter(**theirs, decided_by=None).delete()
