"""Who is shut out of which case. Only the privacy officer may know; of the case they see its reference alone."""

import uuid
from typing import Any

from django.db.models import CharField, F, Func, QuerySet

from cases.models import Case, Exclusion
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible


def exclusions(user: User) -> QuerySet[Exclusion]:
    """Every exclusion that somebody decided, the newest first; what the portal proposed waits among the findings."""
    gate.require(user, Permission.EXCLUSION_DECIDE)
    reference: Any = Func(F("case_id"), function="gate.reference_of", output_field=CharField())
    rows = (
        Exclusion.objects.exclude(decided_by=None)
        .annotate(case_reference=reference)
        .select_related("user", "agency", "decided_by")
    )
    return rows.order_by("-decided_at", "pk")


def exclusion_for(user: User, pk: uuid.UUID) -> Exclusion:
    """One exclusion; NotVisible if there is none."""
    found = exclusions(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def case_to_exclude_from(user: User, reference: str) -> Case | None:
    """The case with this reference, for the one role that decides by reference alone."""
    gate.require(user, Permission.EXCLUSION_DECIDE)
    return case_by_reference(reference)


def case_by_reference(reference: str) -> Case | None:
    """The case, for those who work with references and are shown no more of it; their own page has asked the gate."""
    with acting.for_the_system():
        return Case.objects.filter(reference=reference).first()


def people_to_exclude() -> QuerySet[Membership]:
    """Everyone with a membership today, in whatever role."""
    at_work = Membership.objects.current().filter(user__is_active=True)
    return at_work.select_related("user", "agency").order_by("user__full_name")


def agencies_to_exclude() -> QuerySet[Agency]:
    """Every partner."""
    return Agency.objects.filter(is_active=True)
