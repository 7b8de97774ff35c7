"""Whoever is shut out of one case of a child is shut out of every other case of the same child, whoever sees that.

One decision, and in each other case a copy of it: with who decided it, when and why. It ends in all of them with the
decision. A copy that is lifted by itself ends there alone, for it is enough that the children may be one, as where a
second case is opened (cases/services/second_cases.py); and what is decided of a case by itself is no copy any more.
"""

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Exclusion
from cases.selectors.concern_conflicts import cases_of_same_child
from cases.services.shutting_out import find_beside
from cse_portal import acting
from cse_portal.access.grants import names
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic
def set_here(case: Case, holder: User | Agency, *, reason: str, by: User) -> Exclusion:
    """Decided of this case by itself, and carried to the others. The service above has asked the gate.

    What the portal only proposed, and what was carried here from another case, is decided anew by this. Deciding the
    same twice finds the first decision.
    """
    theirs = _of(holder)
    # Locked, so that a proposal is not dismissed meanwhile; one that was decided comes first.
    known = Exclusion.objects.select_for_update().filter(case=case, **theirs).order_by("decided_by").first()
    if known and known.decided_by_id and not known.carried_from_id:
        carry_over(case)
        return known
    exclusion = known or Exclusion(case=case, **theirs)
    exclusion.reason, exclusion.decided_by, exclusion.decided_at = reason, by, timezone.now()
    exclusion.carried_from = None
    exclusion.save()
    record(Action.EXCLUSION_SET, by=by, obj=exclusion, case=case, reason=reason, detail=names(holder))
    carry_over(case)
    find_beside(case)  # last, as a likeness says nothing of a case to which this was carried
    return exclusion


@transaction.atomic
def carry_over(case: Case) -> int:
    """What was decided of this case, to every other case of its child; returns how many exclusions were new.

    Of this case by itself: else a decision would wander from a child to one like them, and on to one like that.
    """
    with acting.for_the_system():  # the privacy officer sees none of them
        decided = Exclusion.objects.filter(case=case, decided_by__isnull=False, carried_from=None)
        made_here = list(decided.select_related("user", "agency"))
        if not made_here:
            return 0
        others = cases_of_same_child(case)
        carried = {other: sum(carry(each, other) for each in made_here) for other in others}
        for other, copies in carried.items():
            if copies:
                find_beside(other)
    return sum(carried.values())


@transaction.atomic
def take_over(case: Case) -> int:
    """What was decided of every other case of its child, to this one; returns how many exclusions were new."""
    with acting.for_the_system():
        return sum(carry_over(each) for each in cases_of_same_child(case))


def carry(exclusion: Exclusion, other: Case) -> bool:
    """A copy of the decision on another case, unless one stands there or was lifted there by itself. What was only
    proposed there is decided by it. As the system.
    """
    holder = exclusion.user or exclusion.agency
    if holder is None:
        return False
    known = Exclusion.objects.select_for_update().filter(case=other, **_of(holder))
    standing = known.order_by("decided_by").first()
    if standing and standing.decided_by_id:
        return False
    first = exclusion.carried_from_id or exclusion.pk
    # Locked, so that it is not lifted meanwhile; read again, for it may have been.
    rows = Exclusion.objects.select_for_update().filter(decided_by__isnull=False)
    decided = rows.in_bulk({exclusion.pk, first})
    if exclusion.pk not in decided or any(other.pk in row.not_carried_to for row in decided.values()):
        return False
    copy = standing or Exclusion(case=other, **_of(holder))
    copy.reason, copy.decided_by, copy.decided_at = (
        exclusion.reason,
        exclusion.decided_by,
        exclusion.decided_at,
    )
    copy.carried_from_id = first
    copy.save()
    record(Action.EXCLUSION_SET, by=None, obj=copy, case=other, reason=copy.reason, detail=names(holder))
    return True


def copies_of(exclusion: Exclusion) -> list[Exclusion]:
    """Locked, what else ends where this one does: every copy of a decision. Of a copy none, and it is marked that the
    decision reaches this case no more. As the system.
    """
    if not exclusion.carried_from_id:
        copies = Exclusion.objects.select_for_update(of=("self",)).filter(carried_from=exclusion.pk)
        return list(copies.select_related("case", "user", "agency").order_by("pk"))
    for first in Exclusion.objects.select_for_update().filter(pk=exclusion.carried_from_id):
        first.not_carried_to = [*first.not_carried_to, exclusion.case_id]
        first.save(update_fields=["not_carried_to"])
    return []


def _of(holder: User | Agency) -> dict[str, User | Agency | None]:
    if isinstance(holder, User):
        return {"user": holder, "agency": None}
    return {"user": None, "agency": holder}
