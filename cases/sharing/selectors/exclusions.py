"""Who is excluded from which child, and what staff declare. The privacy officer works by reference alone."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from django.db.models import CharField, Func, Q, QuerySet
from django.db.models.functions import Coalesce

from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern
from cases.family.models import SealedAddress
from cases.family.selectors import OF_THE_CHILD
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.sharing.models import Declaration, Exclusion, ExclusionBasis, Relation
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_records, get_visible
from cse_portal.access.user_context import people_who_may, user_context
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.encryption import Unreadable


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
    officers = [
        each
        for each in people_who_may(Permission.EXCLUSION_DECIDE)
        if about not in excluded_records_for(each)
    ]
    return [
        each for each in officers if (who := user_context(each)) and named not in (each.pk, who.agency.pk)
    ]


def cases_of(exclusions: Iterable[Exclusion]) -> list[uuid.UUID]:
    """The keys of the cases of their children, for the audit."""
    return [each.pk for each in _cases(child__in=[each.child_id for each in exclusions if each.child_id])]


def officers_to_tell(case: Case, permission: Permission) -> list[User]:
    """Who may decide this by the case's reference, and is not excluded from it."""
    return [each for each in people_who_may(permission) if case.pk not in excluded_records_for(each)]


def case_by_reference(user: User, permission: Permission, reference: str) -> Case | None:
    """The case, for a role that works by references alone; None also for one that this person is excluded from."""
    gate.require(user, permission)
    shut = excluded_records_for(user)
    return next((each for each in _cases(reference=reference) if each.pk not in shut), None)


def excluded_records_for(user: User) -> frozenset[uuid.UUID]:
    """The keys of the children, cases and concerns that this person is excluded from, by name or with their agency."""
    who = user_context(user)
    return excluded_records(who) if who else frozenset()


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


HIDDEN_HOME = Q(address__ended_at=None, address__kind__in=OF_THE_CHILD)

log = structlog.get_logger(__name__)


class Found(NamedTuple):
    """Who may be too close to which child or concern, and why."""

    about: Child | Concern
    user: User
    basis: ExclusionBasis


@dataclass(frozen=True)
class Described:
    """A child as their record or a concern describes them."""

    names: frozenset[str]
    born: dt.date | None
    homes: tuple[str, ...]


def subject_of(about: Case | Concern) -> Child | Concern:
    """The child, or the concern while it has none."""
    if isinstance(about, Concern) and about.case_id is None:
        return about
    case: Any = about if isinstance(about, Case) else about.case
    return Child.objects.get(pk=case.child_id)


def found_of(record: Case | Concern) -> Iterator[Found]:
    """Whose declarations fit this child or concern. As the system: nobody may know what another declared."""
    about = subject_of(record)
    said = described(about)
    near = Q(date_of_birth=said.born, date_of_birth__isnull=False)
    if any(said.homes):
        near |= ~Q(postcode="")
    yield from _matches(about, said, somebody_declared().filter(near).select_related("user"))


def found_for(person: User) -> Iterator[Found]:
    """Which children, and which concerns without a case, fit what this person declared. As the system."""
    declared = list(somebody_declared().filter(user=person).select_related("user"))
    near = Q(postcode__in={each.postcode for each in declared if each.postcode})
    near |= Q(date_of_birth__in={each.date_of_birth for each in declared if each.date_of_birth})
    hidden = Case.objects.filter(pk__in=_hidden_homes().values("address__case")).values("child")
    for child in Child.objects.filter(near | Q(pk__in=hidden)).prefetch_related("aliases"):
        yield from _matches(child, described(child), declared)
    for concern in Concern.objects.filter(near, case=None).exclude(state=ConcernState.DRAFT):
        yield from _matches(concern, described(concern), declared)


def described(about: Child | Concern) -> Described:
    """As registered and as in any other name the child is known by; a confidential home too."""
    is_child = isinstance(about, Child)
    others = [each.name for each in about.aliases.all()] if is_child else [about.known_as]  # type: ignore[union-attr]
    names = [f"{about.given_name} {about.family_name}", *others]
    homes = [f"{about.address} {about.postcode}", *(_hidden_homes_of(about) if is_child else ())]  # type: ignore[arg-type]
    return Described(
        frozenset(filter(None, map(_plain, names))),
        about.date_of_birth,
        tuple(each for each in homes if each.strip()),
    )


def same_child(about: Child | Concern) -> Q:
    """The cases of other records of this child: the same NHS or pupil number, or the same name and birth date."""
    known = Q(pk__in=[])
    for name in ("nhs_number", "upn"):
        if value := getattr(about, name):
            known |= Q(**{f"child__{name}": value})
    if about.date_of_birth and about.family_name:
        known |= Q(
            child__date_of_birth=about.date_of_birth,
            child__given_name__iexact=about.given_name,
            child__family_name__iexact=about.family_name,
        )
    return known


def _matches(
    about: Child | Concern, said: Described, declared: QuerySet[Declaration] | list[Declaration]
) -> Iterator[Found]:
    for each in declared:
        if basis := _basis(each, said):
            yield Found(about, each.user, basis)


def _basis(declared: Declaration, said: Described) -> ExclusionBasis | None:
    if any(_is_home(declared, home) for home in said.homes):
        return ExclusionBasis.ADDRESS
    names = {_plain(f"{declared.given_name} {declared.family_name}")}
    if declared.relation == Relation.MYSELF:
        names.add(_plain(declared.user.full_name))
    same_birth = declared.date_of_birth is not None and declared.date_of_birth == said.born
    return ExclusionBasis.NAME_AND_BIRTH if same_birth and names & said.names else None


def _is_home(declared: Declaration, home: str) -> bool:
    """The same postcode, and the same number of the house, or its name where it has no number."""
    code = re.sub(r"\s", "", declared.postcode)
    first = declared.address.split(",")[0]
    number = re.search(r"\b\d+[a-z]?\b", first, re.IGNORECASE)
    house = number[0] if number else _plain(first)
    if len(code) < 5 or not house:
        return False
    postcode = rf"{re.escape(code[:-3])}\s*{re.escape(code[-3:])}"
    return _has_word(home, postcode) and _has_word(_plain(home), re.escape(house))


def _has_word(words: str, pattern: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])", words, re.IGNORECASE) is not None


def _plain(words: str) -> str:
    """In small letters, with single spaces, so that two ways to type a name or a house are one."""
    return " ".join(re.sub(r"[^\w\s-]", " ", words.casefold()).split())


def _hidden_homes() -> QuerySet[SealedAddress]:
    return SealedAddress.objects.filter(HIDDEN_HOME)


def _hidden_homes_of(child: Child) -> Iterator[str]:
    """One that was sealed with a key that is gone is compared with nothing, and is in the log."""
    for sealed in _hidden_homes().filter(address__case__child=child):
        try:
            yield sealed.decrypted()
        except Unreadable:
            log.error("address_cannot_be_read", address=str(sealed.address_id))
