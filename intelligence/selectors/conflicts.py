"""People and places of concern who may be somebody who works here, or whom somebody who works here declared.

What is compared leaves this module as the case, the person to shut out and a basis that names nobody.
"""

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import jellyfish
from django.db.models import Q, QuerySet

from cases.choices import ConflictBasis, Relation
from cases.models import Case, Declaration
from cases.selectors.conflicts import AT_HOME, Found, somebody_declared
from cases.selectors.likeness import days_near, family_name_of, house_of, name_parts, same_name
from cse_portal import acting
from cse_portal.accounts.models import Membership, User
from intelligence.models import Link, LocationOfConcern, PersonOfConcern


@dataclass(frozen=True)
class Named:
    """Somebody a member of staff is, or is close to, by name."""

    user: User
    given_name: str
    family_name: str
    born: dt.date | None


def conflicts_of_report(report_id: uuid.UUID) -> list[Found]:
    """For each person and place that this report names: every case they are linked to, and whom it concerns."""
    with acting.for_the_system():  # nobody may know what another declared
        people = PersonOfConcern.objects.filter(links__report=report_id)
        places = LocationOfConcern.objects.filter(links__report=report_id).exclude(postcode="")
        return list(_found(people.distinct(), places.distinct()))


def all_conflicts() -> list[Found]:
    """The same, of every person and place."""
    with acting.for_the_system():
        return list(_found(PersonOfConcern.objects.all(), LocationOfConcern.objects.exclude(postcode="")))


def _found(people: QuerySet[PersonOfConcern], places: QuerySet[LocationOfConcern]) -> Iterator[Found]:
    declared = list(somebody_declared().select_related("user"))
    staff = _by_sound(_staff(declared))
    for person in people.order_by("pk"):
        if users := {each.user for each in _candidates(staff, person) if _is_like(each, person)}:
            yield from _of_each_case(_cases_of(Q(person=person)), users, ConflictBasis.NAMED)
    homes = [each for each in declared if each.postcode and each.relation in AT_HOME]
    for place in places.order_by("pk"):
        if users := {each.user for each in homes if _is_home(each, place)}:
            yield from _of_each_case(_cases_of(Q(place=place)), users, ConflictBasis.PLACE)


def _of_each_case(cases: QuerySet[Case], users: set[User], basis: ConflictBasis) -> Iterator[Found]:
    for case in cases:
        for user in users:
            yield case, user, basis


def _cases_of(this: Q) -> QuerySet[Case]:
    """The cases that any report links to this person or place."""
    reports = Link.objects.filter(this).values("report")
    return Case.objects.filter(
        pk__in=Link.objects.filter(report__in=reports, case__isnull=False).values("case")
    )


def _staff(declared: Iterable[Declaration]) -> list[Named]:
    """Everybody who works here, by the name of their account; and whomever they declared."""
    born = {each.user_id: each.date_of_birth for each in declared if each.relation == Relation.MYSELF}
    at_work = Membership.objects.current().filter(user__is_active=True, user__is_system=False)
    accounts = [
        Named(user, *_in_two(user.full_name), born.get(user.pk))
        for user in User.objects.filter(pk__in=at_work.values("user"))
    ]
    return [
        *accounts,
        *(Named(each.user, each.given_name, each.family_name, each.date_of_birth) for each in declared),
    ]


def _by_sound(staff: Iterable[Named]) -> dict[str, list[Named]]:
    """By how each half of the family name is spelled, and how it is said."""
    heard: dict[str, list[Named]] = defaultdict(list)
    for each in staff:
        for key in _keys(each.family_name):
            heard[key].append(each)
    return heard


def _candidates(staff: dict[str, list[Named]], person: PersonOfConcern) -> Iterator[Named]:
    for _, family_name in _names_of(person):
        for key in _keys(family_name):
            yield from staff.get(key, ())


def _keys(family_name: str) -> set[str]:
    parts = name_parts(family_name)
    return {part.casefold() for part in parts} | {f"~{jellyfish.metaphone(part)}" for part in parts}


def _names_of(person: PersonOfConcern) -> list[tuple[str, str]]:
    """As given and family name, and each other name that has both."""
    others = [_in_two(name) for name in re.split(r"[,;/\n]", person.other_names)]
    return [each for each in [(person.given_name, person.family_name), *others] if each[1]]


def _in_two(full_name: str) -> tuple[str, str]:
    words = full_name.split()
    return (" ".join(words[:-1]), family_name_of(full_name)) if len(words) > 1 else ("", "")


def _is_like(each: Named, person: PersonOfConcern) -> bool:
    """Given and family name, unless they are known to be born on other days; or family name and day of birth."""
    both_known = each.born is not None and person.date_of_birth is not None
    near = person.date_of_birth in days_near(each.born)
    for given_name, family_name in _names_of(person):
        if same_name(each.family_name, family_name):
            same_given = bool(given_name and each.given_name) and same_name(each.given_name, given_name)
            if near if both_known else same_given:
                return True
    return False


def _is_home(declared: Declaration, place: LocationOfConcern) -> bool:
    """The same postcode and the same house, by its number, or by its name where neither has a number."""
    if _squeezed(declared.postcode) != _squeezed(place.postcode):
        return False
    here, theirs = house_of(declared.address), house_of(place.address) or house_of(place.name)
    if here or theirs:
        return here == theirs
    name = _squeezed(declared.address.split(",")[0])
    return bool(name) and name in {_squeezed(place.name), _squeezed(place.address.split(",")[0])}


def _squeezed(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.lower())
