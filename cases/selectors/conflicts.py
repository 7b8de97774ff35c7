"""Conflicts of interest: what staff declared, and the children's records in which it is found again."""

import datetime as dt
import enum
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import structlog
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet

from cases.choices import ConflictBasis, Relation
from cases.models import Case, Child, ConflictFinding, Declaration, Exclusion, SealedAddress
from cases.selectors.addresses import OF_THE_CHILD, hides_home
from cases.selectors.exclusions import cases_shut_to
from cases.selectors.likeness import (
    Described,
    days_near,
    described,
    family_name_of,
    has_house,
    has_part,
    has_postcode,
    house_of,
    same_name,
)
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.encryption import Unreadable
from cse_portal.errors import NotVisible

# Where whoever declares lives themselves.
AT_HOME = (Relation.MYSELF, Relation.HOUSEHOLD)
HIDDEN_HOME = Q(address__ended_at=None, address__kind__in=OF_THE_CHILD)

log = structlog.get_logger(__name__)


class Found(NamedTuple):
    """Who may be too close to which case, why, and since when that was said, if somebody said it."""

    case: Case
    user: User
    basis: ConflictBasis
    since: dt.datetime | None = None


class Hidden(enum.Enum):
    """How far a declared address is one that is kept confidential."""

    POSTCODE = "its postcode"
    HOUSE = "the very house"


def declarations(user: User) -> QuerySet[Declaration]:
    """Whom a person declared, as it stands."""
    gate.require(user, Permission.CONFLICT_DECLARE)
    return somebody_declared().filter(user=user).order_by("declared_at", "pk")


def somebody_declared() -> QuerySet[Declaration]:
    """Everybody's declarations that were not withdrawn."""
    return Declaration.objects.filter(withdrawn_at=None)


def who_declared() -> QuerySet[User]:
    """Everybody who declared somebody."""
    return User.objects.filter(declarations__withdrawn_at=None).distinct().order_by("pk")


def cases_shut_to_somebody() -> QuerySet[Case]:
    """Every case that somebody is kept out of by a decision. As the system."""
    return Case.objects.filter(exclusions__decided_by__isnull=False).distinct().order_by("pk")


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
    shut = Exclusion.objects.filter(case=OuterRef("case"), user=OuterRef("user"))
    rows = (
        ConflictFinding.objects.filter(outcome="")
        .exclude(case__in=cases_shut_to(user))
        .annotate(case_reference=reference, shuts_out=Exists(shut))
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
        near = near_declarations(described(case.child))
        if hides_home(case):
            near |= ~Q(postcode="")
        return list(_found([case], list(somebody_declared().filter(near).select_related("user"))))


def near_declarations(said: Described) -> Q:
    """The declarations worth comparing with a child who is described like this."""
    near = Q(postcode=said.postcode) if said.postcode else Q(pk__in=[])
    near |= has_part("family_name", list(said.family_names))
    return near | Q(date_of_birth__in=days_near(said.born))


def near_children(declared: list[Declaration], path: str = "", *, other: str) -> Q:
    """The children worth comparing with these declarations, in rows whose columns' names begin with this path."""
    names = [each.family_name for each in declared]
    near = has_part(f"{path}family_name", names) | has_part(f"{path}{other}", names)
    days = {day for each in declared for day in days_near(each.date_of_birth)}
    near |= Q(**{f"{path}date_of_birth__in": days})
    if postcodes := {each.postcode for each in declared if each.postcode}:
        near |= Q(**{f"{path}postcode__in": postcodes})
    return near


def conflicts_of_person(person: User) -> list[Found]:
    """Every case that fits what this person declared."""
    with acting.for_the_system():
        declared = list(somebody_declared().filter(user=person).select_related("user"))
        near = near_children(declared, "child__", other="aliases__name")
        if any(each.postcode for each in declared):
            near |= Q(pk__in=SealedAddress.objects.filter(HIDDEN_HOME).values("address__case"))
        cases = (
            Case.objects.filter(near).distinct().select_related("child").prefetch_related("child__aliases")
        )
        return list(_found(list(cases), declared))


def basis_of(declared: Declaration, child: Child, hidden: Hidden | None = None) -> ConflictBasis | None:
    """What this child's record and the declaration have in common, the surest first; None if too little.

    `hidden` says how far the declared address is one of the child's that is kept confidential.
    """
    return basis_with(declared, described(child), hidden)


def basis_with(declared: Declaration, said: Described, hidden: Hidden | None = None) -> ConflictBasis | None:
    """The same of a child as anything describes them."""
    same_family = any(same_name(declared.family_name, name) for name in said.family_names)
    same_place = hidden is not None or bool(declared.postcode) and declared.postcode == said.postcode
    same_house = house_of(declared.address) == house_of(said.address) != ""
    if hidden is Hidden.HOUSE or same_place and same_house:
        return ConflictBasis.ADDRESS
    # Who lives there has the account's own name, whatever name stands in the declaration.
    own = family_name_of(declared.user.full_name) if declared.relation in AT_HOME else ""
    if same_place and (same_family or any(same_name(own, name) for name in said.family_names)):
        return ConflictBasis.NAME_AND_POSTCODE
    same_given = bool(declared.given_name) and any(
        same_name(declared.given_name, name) for name in said.given_names
    )
    if declared.date_of_birth and said.born:
        near = said.born in days_near(declared.date_of_birth)
        return ConflictBasis.NAME_AND_BIRTH if near and (same_family or same_given) else None
    return ConflictBasis.FULL_NAME if same_family and same_given else None


def _found(cases: list[Case], declared: list[Declaration]) -> Iterator[Found]:
    hidden = _in_hidden_homes(cases, declared)
    for case in cases:
        for each in declared:
            if basis := basis_of(each, case.child, hidden.get((case.pk, each.pk))):
                yield Found(case, each.user, basis, each.declared_at)


def _in_hidden_homes(
    cases: list[Case], declared: list[Declaration]
) -> dict[tuple[uuid.UUID, uuid.UUID], Hidden]:
    """Which declared address is where a child lives in confidence: its postcode, or the very house.

    Otherwise a child whose address is kept confidential would be in nobody's conflict. What it says stays in here. One
    that was sealed with a key that is gone is compared with nothing, and is in the log: every other still is.
    """
    fits: dict[tuple[uuid.UUID, uuid.UUID], Hidden] = {}
    placed = [each for each in declared if each.postcode]
    rows = SealedAddress.objects.filter(HIDDEN_HOME, address__case__in=cases).select_related("address")
    for sealed in rows if placed else ():
        try:
            words = sealed.in_clear()
        except Unreadable:
            log.error("address_cannot_be_read", address=str(sealed.address_id))
            continue
        for each in placed:
            if has_postcode(words, each.postcode):
                key = sealed.address.case_id, each.pk
                house = has_house(words, house_of(each.address))
                fits[key] = Hidden.HOUSE if house else fits.get(key, Hidden.POSTCODE)
    return fits
