"""Who is excluded from which child, and what staff declare. The privacy officer works by reference alone."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Func, QuerySet
from django.db.models.functions import Coalesce

from cases.record.models.case import Case
from cases.sharing.models import Declaration, Exclusion
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible, shut_out_of
from cse_portal.access.standing import people_who_may, standing
from cse_portal.accounts.models import Agency, Membership, User


def proposals(user: User) -> QuerySet[Any]:
    """What waits for this privacy officer, the soonest due first."""
    return _for_officer(user).waiting().order_by("decide_by", "proposed_at", "pk")


def exclusions(user: User) -> QuerySet[Any]:
    """Every exclusion that holds, the newest first."""
    return _for_officer(user).holding().order_by("-confirmed_at", "pk")


def proposal_for(user: User, pk: uuid.UUID) -> Any:
    """One proposal, decided or not; NotVisible if there is none."""
    return _one(_for_officer(user), pk)


def exclusion_for(user: User, pk: uuid.UUID) -> Any:
    """One exclusion that holds; NotVisible if there is none."""
    return _one(exclusions(user), pk)


def officers_of(exclusion: Exclusion) -> list[User]:
    """The privacy officers who may decide this: it does not name them, and they are not excluded themselves."""
    about, named = exclusion.child_id or exclusion.concern_id, exclusion.user_id or exclusion.agency_id
    officers = [each for each in people_who_may(Permission.EXCLUSION_DECIDE) if about not in shut_to(each)]
    return [each for each in officers if (who := standing(each)) and named not in (each.pk, who.agency.pk)]


def cases_of(exclusions: Iterable[Exclusion]) -> list[uuid.UUID]:
    """The keys of the cases of their children, for the audit."""
    return [each.pk for each in _cases(child__in=[each.child_id for each in exclusions if each.child_id])]


def officers_to_tell(case: Case, permission: Permission) -> list[User]:
    """Who may decide this by the case's reference, and is not excluded from it."""
    return [each for each in people_who_may(permission) if case.pk not in shut_to(each)]


def case_by_reference(user: User, permission: Permission, reference: str) -> Case | None:
    """The case, for a role that works by references alone; None also for one that this person is excluded from."""
    gate.require(user, permission)
    shut = shut_to(user)
    return next((each for each in _cases(reference=reference) if each.pk not in shut), None)


def shut_to(user: User) -> frozenset[uuid.UUID]:
    """The keys of the children, cases and concerns that this person is excluded from, by name or with their agency."""
    who = standing(user)
    return shut_out_of(who) if who else frozenset()


def people_to_exclude() -> QuerySet[Membership]:
    """Everyone with a membership today, in whatever role."""
    at_work = Membership.objects.current().filter(user__is_active=True)
    return at_work.select_related("user", "agency").order_by("user__full_name")


def agencies_to_exclude() -> QuerySet[Agency]:
    """Every partner."""
    return Agency.objects.filter(is_active=True)


def declarations(user: User) -> QuerySet[Declaration]:
    """Whom a person declared, as it stands."""
    gate.require(user, Permission.CONFLICT_DECLARE)
    return somebody_declared().filter(user=user).order_by("declared_at", "pk")


def declaration_for(user: User, pk: uuid.UUID) -> Declaration:
    """One of a person's own; NotVisible if it is not theirs."""
    return _one(declarations(user), pk)


def somebody_declared() -> QuerySet[Declaration]:
    """What everybody's declarations say today."""
    return Declaration.objects.filter(withdrawn_at=None)


def _cases(**wanted: object) -> list[Case]:
    with acting.for_the_system():  # the privacy officer works by reference, and sees no case
        return list(Case.objects.filter(**wanted))


def _for_officer(user: User) -> Any:
    """With the reference of the case or the concern, and nothing else of it."""
    gate.require(user, Permission.EXCLUSION_DECIDE)
    about: Any = Coalesce("child_id", "concern_id")
    reference: Any = Func(about, function="gate.reference_of", output_field=CharField())
    rows = Exclusion.objects.visible_to(user).annotate(reference=reference)
    return rows.select_related("user", "agency", "proposed_by", "decided_by")


def _one(rows: QuerySet[Any], pk: uuid.UUID) -> Any:
    return get_visible(rows.filter(pk=pk))
