"""Who may be too close to a concern is shut out of it before anybody reads it, and the privacy officer decides.

As of a case (cases/services/conflicts.py): proposed by the portal, untold to whom it is about, in the same transaction.
"""

import uuid

from django.db import transaction

from cases.choices import ConflictOutcome
from cases.models import Concern, ConflictFinding, Exclusion
from cases.selectors import concern_conflicts as conflicts
from cases.services.judging import judge
from cases.services.shutting_out import keep_out_of_every_case, shut_out_of_concerns
from cse_portal import acting
from cse_portal.accounts.models import Agency, User


@transaction.atomic
def find_in_concern(concern: Concern) -> int:
    """As it is sent, before triage reads it; returns how many were new."""
    return shut_out_of_concerns(conflicts.conflicts_of_concern(concern.pk))


@transaction.atomic
def find_for(user_id: uuid.UUID) -> int:
    """Once somebody has come to work here, or said whom they are close to; returns how many were new."""
    return shut_out_of_concerns(conflicts.conflicts_of_person(User.objects.get(pk=user_id)))


@transaction.atomic
def find_everywhere() -> int:
    """Nightly, as the system: whatever was missed; returns how many were new."""
    with acting.for_the_system():
        found = list(conflicts.conflicts_everywhere())
    return shut_out_of_concerns(found) + keep_out_of_every_case()


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
