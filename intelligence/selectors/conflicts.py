"""Whom intelligence names and who may be somebody who works here, or whom somebody who works here declared.

What is compared leaves this module as what to shut, the person to shut out of it and a basis that names nobody.
"""

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import jellyfish
from django.db import connection
from django.db.models import F, QuerySet

from cases.choices import ConflictBasis, Relation
from cases.models import Case, Declaration
from cases.selectors.conflicts import AT_HOME, Found, somebody_declared
from cases.selectors.likeness import days_near, family_name_of, house_of, name_parts, same_name
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import Membership, User
from cse_portal.errors import NotVisible
from intelligence.choices import SubmissionState
from intelligence.models import (
    IntelligenceReport,
    IntelligenceSubmission,
    Link,
    LocationOfConcern,
    PersonOfConcern,
    StaffConflict,
    SubmissionPlace,
    SubmissionSubject,
)

Target = IntelligenceSubmission | PersonOfConcern | LocationOfConcern
# By which name a conflict, and a link, knows what it is about.
NAMES: dict[type[Target], str] = {
    IntelligenceSubmission: "submission", PersonOfConcern: "person", LocationOfConcern: "place",
}  # fmt: skip
# Parts that a person plays in a submission and that shut nobody out: the child, and whoever saw it.
NOT_SUSPECTED = ("CHILD_AT_RISK", "WITNESS")


@dataclass(frozen=True)
class Concerned:
    """Who of the staff may be what this names, or close to it."""

    target: Target
    user: User
    basis: ConflictBasis


@dataclass(frozen=True)
class Named:
    """Somebody a member of staff is, or is close to, by name. A day of birth of one's own is one's own word."""

    user: User
    given_name: str
    family_name: str
    born: dt.date | None
    is_own: bool = False


def concerned_by_submission(submission_id: uuid.UUID) -> list[Concerned]:
    """Whom of the staff the people and places may be that a submission names."""
    with acting.for_the_system():  # nobody may know what another declared
        return list(_concerned(_subjects().filter(submission=submission_id), _places_told(submission_id)))


def concerned_by_report(report_id: uuid.UUID) -> list[Concerned]:
    """The same, of the people and places of concern to which this report is linked, and of what it was made of."""
    with acting.for_the_system():
        people = PersonOfConcern.objects.filter(links__report=report_id)
        places = LocationOfConcern.objects.filter(links__report=report_id).exclude(postcode="")
        told = IntelligenceReport.objects.values_list("submission", flat=True).get(pk=report_id)
        sent = _concerned(_subjects().filter(submission=told), _places_told(told))
        return [*_concerned(people.distinct(), places.distinct()), *sent]


def everybody_concerned(*, among: User | None = None) -> list[Concerned]:
    """The same, of all that was ever sent or is known; `among` the staff, whom to look for alone."""
    with acting.for_the_system():
        known = PersonOfConcern.objects.all(), LocationOfConcern.objects.exclude(postcode="")
        told = _subjects(), _places_told()
        return [*_concerned(*known, among), *_concerned(*told, among)]


def conflicts_with_cases(concerned: Iterable[Concerned]) -> list[Found]:
    """Every case that a report links to what concerns somebody, and whom it concerns."""
    with acting.for_the_system():
        return [(case, each.user, each.basis) for each in concerned for case in _cases_of(each.target)]


def staff_conflicts(user: User) -> QuerySet[StaffConflict]:
    """What the portal found, what waits first; nothing of what the privacy officer may be named in themselves."""
    gate.require(user, Permission.EXCLUSION_DECIDE)
    rows = StaffConflict.objects.exclude(user=user).select_related("user", "decided_by")
    for name in NAMES.values():
        rows = rows.exclude(
            **{f"{name}__in": StaffConflict.objects.against(user).exclude(**{name: None}).values(name)}
        )
    return rows.order_by(F("decided_at").desc(nulls_first=True), "found_at", "pk")


def staff_conflict_for(user: User, pk: uuid.UUID) -> StaffConflict:
    """One of them; NotVisible if there is none."""
    found = staff_conflicts(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def shut_to(user: User) -> set[uuid.UUID]:
    """The keys of the cases this person is excluded from, and of all intelligence that they may not know of for that,
    or because it may be about them: PostgreSQL's own list, for a floor that works by references alone.
    """
    who = standing(user)
    if who is None:
        return set()
    with acting.acting(who.actor), connection.cursor() as cursor:
        cursor.execute("SELECT unnest(gate.excluded_cases() || gate.shut_intelligence())")
        return {key for (key,) in cursor.fetchall()}


def _subjects() -> QuerySet[SubmissionSubject]:
    """Whom sent submissions speak of as more than somebody to protect or somebody who saw it."""
    rows = SubmissionSubject.objects.exclude(submission__state=SubmissionState.DRAFT).exclude(
        role__in=NOT_SUSPECTED
    )
    return rows.select_related("submission")


def _places_told(*submissions: uuid.UUID) -> QuerySet[SubmissionPlace]:
    rows = SubmissionPlace.objects.exclude(submission__state=SubmissionState.DRAFT).exclude(postcode="")
    rows = rows.select_related("submission")
    return rows.filter(submission__in=submissions) if submissions else rows


def _concerned(
    people: QuerySet[Any], places: QuerySet[Any], among: User | None = None
) -> Iterator[Concerned]:
    said = somebody_declared() if among is None else somebody_declared().filter(user=among)
    declared = list(said.select_related("user"))
    staff = _by_sound(_staff(declared, among))
    for person in people.order_by("pk"):
        for user in {each.user for each in _candidates(staff, person) if _is_like(each, person)}:
            yield Concerned(_target(person), user, ConflictBasis.NAMED)
    homes = [each for each in declared if each.postcode and each.relation in AT_HOME]
    for place in places.order_by("pk"):
        for user in {each.user for each in homes if _is_home(each, place)}:
            yield Concerned(_target(place), user, ConflictBasis.PLACE)


def _target(named: SubmissionSubject | SubmissionPlace | PersonOfConcern | LocationOfConcern) -> Target:
    """What is shut: a submission as a whole, a person or place of concern themselves."""
    return named if isinstance(named, PersonOfConcern | LocationOfConcern) else named.submission


def _cases_of(target: Target) -> QuerySet[Case]:
    """The cases that any report links to this person or place, or that was made of this submission."""
    made = (
        {"report__submission": target}
        if isinstance(target, IntelligenceSubmission)
        else {NAMES[type(target)]: target}
    )
    reports = Link.objects.filter(**made).values("report")
    return Case.objects.filter(
        pk__in=Link.objects.filter(report__in=reports, case__isnull=False).values("case")
    )


def _staff(declared: Iterable[Declaration], among: User | None) -> list[Named]:
    """Everybody who works here, by the name of their account; and whomever they declared."""
    born = {each.user_id: each.date_of_birth for each in declared if each.relation == Relation.MYSELF}
    at_work = Membership.objects.current().filter(user__is_active=True, user__is_system=False)
    if among is not None:
        at_work = at_work.filter(user=among)
    accounts = [
        Named(user, *_in_two(user.full_name), born.get(user.pk), is_own=True)
        for user in User.objects.filter(pk__in=at_work.values("user"))
    ]
    return [
        *accounts,
        *(
            Named(
                each.user, each.given_name, each.family_name, each.date_of_birth,
                is_own=each.relation == Relation.MYSELF,
            )
            for each in declared
        ),
    ]  # fmt: skip


def _by_sound(staff: Iterable[Named]) -> dict[str, list[Named]]:
    """By how each half of the family name is spelled, and how it is said."""
    heard: dict[str, list[Named]] = defaultdict(list)
    for each in staff:
        for key in _keys(each.family_name):
            heard[key].append(each)
    return heard


def _candidates(
    staff: dict[str, list[Named]], person: PersonOfConcern | SubmissionSubject
) -> Iterator[Named]:
    for _, family_name in _names_of(person):
        for key in _keys(family_name):
            yield from staff.get(key, ())


def _keys(family_name: str) -> set[str]:
    parts = name_parts(family_name)
    return {part.casefold() for part in parts} | {f"~{jellyfish.metaphone(part)}" for part in parts}


def _names_of(person: PersonOfConcern | SubmissionSubject) -> list[tuple[str, str]]:
    """As given and family name, also where both were typed into one field, and each other name that has both."""
    others = [_in_two(name) for name in re.split(r"[,;/\n]", person.other_names)]
    if not (person.given_name and person.family_name):
        others.append(_in_two(person.family_name or person.given_name))
    return [each for each in [(person.given_name, person.family_name), *others] if each[1]]


def _in_two(full_name: str) -> tuple[str, str]:
    words = full_name.split()
    return (" ".join(words[:-1]), family_name_of(full_name)) if len(words) > 1 else ("", "")


def _is_like(each: Named, person: PersonOfConcern | SubmissionSubject) -> bool:
    """Family name and day of birth; or both names, unless somebody declared is known to be born on another day.

    A day of birth that people give for themselves clears nobody of a name.
    """
    both_known = each.born is not None and person.date_of_birth is not None
    near = person.date_of_birth in days_near(each.born)
    for given_name, family_name in _names_of(person):
        if same_name(each.family_name, family_name):
            same_given = bool(given_name and each.given_name) and same_name(each.given_name, given_name)
            if near or same_given and (each.is_own or not both_known):
                return True
    return False


def _is_home(declared: Declaration, place: LocationOfConcern | SubmissionPlace) -> bool:
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
