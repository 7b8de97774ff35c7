"""Who is shut out of which case. Only the privacy officer may know; of the case they see its reference alone."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Case as Choice
from django.db.models import CharField, F, Func, QuerySet, Value, When
from django.db.models.functions import Coalesce

from cases.models import Case, Exclusion
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import keys_shut_to
from cse_portal.access.standing import standing
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible


def exclusions(user: User) -> QuerySet[Exclusion]:
    """Every exclusion that somebody decided, the newest first; what the portal proposed waits among the findings.

    Not those of a case that the privacy officer is shut out of themselves, nor the reference of one that theirs was
    carried from.
    """
    gate.require(user, Permission.EXCLUSION_DECIDE)
    shut = cases_shut_to(user)
    carried_from: Any = Choice(
        When(carried_from__case__in=shut, then=Value("")),
        default=Coalesce(_reference_of("carried_from__case_id"), Value("")),
    )
    rows = Exclusion.objects.exclude(decided_by=None).exclude(case__in=shut)
    rows = rows.annotate(case_reference=_reference_of("case_id"), carried_from_reference=carried_from)
    return rows.select_related("user", "agency", "decided_by").order_by("-decided_at", "pk")


def _reference_of(column: str) -> Any:
    return Func(F(column), function="gate.reference_of", output_field=CharField())


def exclusion_for(user: User, pk: uuid.UUID) -> Exclusion:
    """One exclusion; NotVisible if there is none."""
    found = exclusions(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def case_by_reference(user: User, permission: Permission, reference: str) -> Case | None:
    """The case, for a role that works by references alone; None also for one that this person is shut out of."""
    gate.require(user, permission)
    with acting.for_the_system():  # and sees no more of it than this
        return Case.objects.exclude(pk__in=cases_shut_to(user)).filter(reference=reference).first()


def cases_shut_to(user: User) -> QuerySet[Any, Any]:
    """The keys of the cases this person is excluded from, by name or with their agency."""
    who = standing(user)
    return keys_shut_to(user.pk, who.agency.pk if who else None)


def those_shut_to(user: User, cases: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    """Of these cases, the keys of those this person is excluded from. It is always asked, also of no case."""
    keys = cases_shut_to(user)
    return set(keys.filter(case__in=[each for each in cases if each]).values_list("case", flat=True))


def officers_to_tell(case: Case, permission: Permission) -> list[User]:
    """Who may decide this by the case's reference, and is not shut out of the case themselves."""
    may = people_who_may(permission)
    return [officer for officer in may if not those_shut_to(officer, [case.pk])]


def people_to_exclude() -> QuerySet[Membership]:
    """Everyone with a membership today, in whatever role."""
    at_work = Membership.objects.current().filter(user__is_active=True)
    return at_work.select_related("user", "agency").order_by("user__full_name")


def agencies_to_exclude() -> QuerySet[Agency]:
    """Every partner."""
    return Agency.objects.filter(is_active=True)
