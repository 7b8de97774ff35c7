"""Conflicts of interest: what staff declared, and the children's records in which it is found again."""

import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet
from django.db.models.functions import Lower

from cases.choices import ConflictBasis
from cases.models import Case, Child, ConflictFinding, Declaration
from cases.selectors.exclusions import cases_shut_to
from cases.selectors.matching import birthday_variants, looks_like, sounds_like
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible

Found = tuple[Case, User, ConflictBasis]


def declarations(user: User) -> QuerySet[Declaration]:
    """A person's own, as they stand."""
    gate.require(user, Permission.CONFLICT_DECLARE)
    return Declaration.objects.filter(user=user, withdrawn_at=None).order_by("declared_at", "pk")


def declaration_for(user: User, pk: uuid.UUID) -> Declaration:
    """One of a person's own; NotVisible if it is not theirs."""
    found = declarations(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def findings(user: User) -> QuerySet[Any]:
    """What waits for the privacy officer, the oldest first; of the case its reference. Nothing about themselves."""
    gate.require(user, Permission.EXCLUSION_DECIDE)
    reference: Any = Func(F("case_id"), function="gate.reference_of", output_field=CharField())
    rows = (
        ConflictFinding.objects.filter(outcome="")
        .exclude(case__in=cases_shut_to(user))
        .annotate(case_reference=reference)
    )
    return rows.select_related("user").order_by("found_at", "pk")


def finding_for(user: User, pk: uuid.UUID) -> Any:
    """One that waits; NotVisible if there is none."""
    found = findings(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def conflicts_of_case(case: Case) -> list[Found]:
    """Every declaration that fits this child."""
    with acting.for_the_system():  # no worker may know what another declared
        child = case.child
        near = Q(postcode__in=[child.postcode] if child.postcode else []) | Q(family__in=_family_names(child))
        if child.date_of_birth:
            near |= Q(date_of_birth__in=_birthdays(child))
        standing = Declaration.objects.filter(withdrawn_at=None).alias(family=Lower("family_name"))
        return list(_found([case], standing.filter(near).select_related("user")))


def conflicts_of_person(person: User) -> list[Found]:
    """Every case that fits what this person declared."""
    with acting.for_the_system():
        declared = list(Declaration.objects.filter(user=person, withdrawn_at=None).select_related("user"))
        near = Q(pk__in=[])
        for each in declared:
            near |= Q(child__family_name__iexact=each.family_name) | Q(
                child__aliases__name__iendswith=each.family_name
            )
            near |= Q(child__postcode=each.postcode) if each.postcode else Q(pk__in=[])
            near |= Q(child__date_of_birth__in=_days_near(each)) if each.date_of_birth else Q(pk__in=[])
        cases = (
            Case.objects.filter(near).distinct().select_related("child").prefetch_related("child__aliases")
        )
        return list(_found(cases, declared))


def basis_of(declared: Declaration, child: Child) -> ConflictBasis | None:
    """What this child's record and the declaration have in common, the surest first; None if too little."""
    same_family = any(_same_name(declared.family_name, name) for name in _family_names(child))
    same_place = bool(declared.postcode) and declared.postcode == child.postcode
    if same_place and _house(declared.address) and _house(declared.address) == _house(child.address):
        return ConflictBasis.ADDRESS
    if same_family and same_place:
        return ConflictBasis.NAME_AND_POSTCODE
    same_given = bool(declared.given_name) and _same_name(declared.given_name, child.given_name)
    if declared.date_of_birth and child.date_of_birth:
        near = child.date_of_birth in _days_near(declared)
        return ConflictBasis.NAME_AND_BIRTH if near and (same_family or same_given) else None
    return ConflictBasis.FULL_NAME if same_family and same_given else None


def _found(cases: Iterable[Case], declared: Iterable[Declaration]) -> Iterator[Found]:
    declared = list(declared)
    for case in cases:
        for each in declared:
            if basis := basis_of(each, case.child):
                yield case, each.user, basis


def _family_names(child: Child) -> list[str]:
    """As registered and as in any other name the child is known by."""
    others = [alias.name.split()[-1] for alias in child.aliases.all() if alias.name.split()]
    return [name.lower() for name in (child.family_name, *others) if name]


def _same_name(one: str, other: str) -> bool:
    """Spelled or said alike; either half of a double name counts."""
    return any(
        a.casefold() == b.casefold() or len(a) > 3 and len(b) > 3 and looks_like(a, b) and sounds_like(a, b)
        for a in _parts(one)
        for b in _parts(other)
    )


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\s-]+", name.strip()) if part]


def _house(address: str) -> str:
    """The number of the house or flat; empty when it has a name instead."""
    found = re.match(r"\s*(?:flat\s+)?(\d+[a-z]?)\b", address, re.IGNORECASE)
    return found[1].lower() if found else ""


def _birthdays(child: Child) -> set[Any]:
    return {child.date_of_birth, *birthday_variants(child.date_of_birth)} if child.date_of_birth else set()


def _days_near(declared: Declaration) -> set[Any]:
    born = declared.date_of_birth
    return {born, *birthday_variants(born)} if born else set()
