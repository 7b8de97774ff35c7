"""Whoever is shut out of one case of a child is shut out of every other case of the same child, whoever sees that.

One decision, in each of them: with who decided it, when and why, so that lifting it anywhere ends it everywhere.
As where a second case is opened (cases/services/second_cases.py), it is enough that the children may be one.
"""

from django.db import transaction

from cases.models import Case, Exclusion
from cases.selectors.concern_conflicts import cases_of_same_child
from cases.services.concern_conflicts import find_beside
from cse_portal import acting
from cse_portal.access.grants import names
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic
def carry_over(case: Case) -> int:
    """What was decided of this case, to every other case of its child; returns how many exclusions were new."""
    with acting.for_the_system():  # the privacy officer sees none of them
        decided = Exclusion.objects.filter(case=case, decided_by__isnull=False)
        made_here = [each for each in decided.select_related("user", "agency") if not _was_carried(each)]
        if not made_here:
            return 0
        new = 0
        for other in cases_of_same_child(case):
            carried = sum(carry(each, other) for each in made_here)
            if carried:
                find_beside(other)
            new += carried
    return new


@transaction.atomic
def take_over(case: Case) -> int:
    """What was decided of every other case of its child, to this one; returns how many exclusions were new."""
    with acting.for_the_system():
        return sum(carry_over(each) for each in cases_of_same_child(case))


def carry(exclusion: Exclusion, other: Case) -> bool:
    """The same decision on another case, unless there is one. What was only proposed there is decided by it. As the
    system.
    """
    theirs = {"user": exclusion.user, "agency": exclusion.agency}
    known = Exclusion.objects.select_for_update().filter(case=other, **theirs).order_by("decided_by").first()
    if known and known.decided_by_id:
        return False
    copy = known or Exclusion(case=other, **theirs)
    copy.reason, copy.decided_by, copy.decided_at = (
        exclusion.reason,
        exclusion.decided_by,
        exclusion.decided_at,
    )
    copy.save()
    holder = exclusion.user or exclusion.agency
    detail = names(holder) if holder else {}
    record(Action.EXCLUSION_SET, by=None, obj=copy, case=other, reason=copy.reason, detail=detail)
    return True


def _was_carried(exclusion: Exclusion) -> bool:
    """Whether it was made of another case: keys tell which row came first. Else a decision would wander from a child to
    one like them, and on to one like that.
    """
    one_decision = Exclusion.objects.filter(
        user=exclusion.user,
        agency=exclusion.agency,
        decided_by=exclusion.decided_by,
        decided_at=exclusion.decided_at,
    )
    return one_decision.filter(pk__lt=exclusion.pk).exists()
